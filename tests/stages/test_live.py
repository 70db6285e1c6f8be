"""What the form says while it is filled in: all green, and nothing comes back that a formula could have told."""

import re
from copy import deepcopy

import pytest
from check_case import before, clean, issued, places
from plan_text import plan
from return_text import write
from test_check import FAULTS
from text_tables import cases

from perfxl.model.live import LATER, LITERAL, LIVE
from perfxl.model.own_fields import IN_NO_FORM, PLACES, WITH_THE_PLAN
from perfxl.model.terms import using_words
from perfxl.model.texts import LANGUAGES, area
from perfxl.stages import check as stage
from perfxl.stages import issue
from perfxl.stages.issue.fill import fill
from perfxl.stages.issue.form import masters
from perfxl.workbook.patch.workbook import Workbook

CLOSED = set(LATER["closed"])
#: Of the table of faults those that a clerk can make in open cells, one for each code.
MADE = {expected[-1] if expected[-1] != "WGHT01" else expected[0]: (round, typed) for round, expected, _, typed in FAULTS if not CLOSED & set(expected)}
CHECK = re.compile(r"(?:pxc\d\d|pxm)_check_(\w+)\Z")
_FORMS: dict[str, bytes] = {}


def form(round: str) -> bytes:
    """The form that S1 was sent at ``round``; the plan's long texts are its own."""
    if round not in _FORMS:
        _FORMS[round] = issue.issue(issued(round), before(round))
    return _FORMS[round]


def seen(round: str, document: dict, made: bytes | None = None) -> dict[str, str]:
    """By check of the filled form (``made``: another than that of ``round``), what it asks first where it is not green."""
    content, _ = fill(made or form(round), document)
    book, found = Workbook(content), {}
    for name, (entry, ref) in book.places().items():
        if mine := CHECK.match(name):
            said = book.sheet(entry).at(ref.top, ref.left).value
            assert said, name
            if not said.startswith("In ordine"):
                found.setdefault(mine[1], said)
    return found


def filled(round: str, text: str = "") -> dict:
    """The clean return of ``round`` with ``text`` written in it, by somebody who gives a name."""
    return write(clean(round), f"Compilato da | Ada Neri\n{text}")


@pytest.mark.parametrize("round", ["plan", "interim", "final"])
def test_a_well_filled_form_is_green(round):
    assert seen(round, filled(round)) == {}


@pytest.mark.parametrize("code", MADE)
def test_what_a_formula_can_tell_is_red_before_it_comes_back(code):
    round, typed = MADE[code]
    document = filled(round, typed)
    raised = {f.code for f in stage.check(deepcopy(document), issued(round), before(round), round, places(document), "S1.xlsx")}
    red, live = seen(round, document), {c for codes in LIVE.values() for c in codes}
    for told in raised & live:
        assert any(told in LIVE.get(key, ()) for key in red), (told, red)
    assert red or not raised & live
    unknown = red.keys() == {"sector_weights"} and raised & {"CODE14", "CODE17"}  # all that a form sees of a successor that the plan has not
    assert raised & live or not red or unknown, red  # and nothing is red that will not come back


BANDS = plan("""
    Fasce
    Tabella | Da | A | Grado
    A       | 0  | 5 | 50
    A       | 8  |   | 100""")["bands"]
#: Three phases of 50, 20 and 30, as the plan asked for them.
THREE = """
    Fasi
    Fase | Descrizione della fase | Pesata | Peso | Inizio nell’anno del piano | Fine nell’anno del piano
    1    | Fase 1                 | Pesata | 50%  | 01/01/2021                 | 30/06/2021
    2    | Fase 2                 | Pesata | 20%  | 01/07/2021                 | 31/12/2021
    0    | Terza                  | Pesata | 30%  | 01/01/2021                 | 31/12/2021
"""
_SAME = "Gli operatori hanno visitato tutte le famiglie in elenco e consegnato a ciascuna il materiale previsto dal programma."
#: Code, round, what the plan asked for beside the clean one (``THREE`` phases, or cells), what the clerk writes.
TYPED = cases(f"""
    rilievo | tornata | nel piano                                                      | scritto
    DATE21  | interim |                                                                | Fasi 2: Fine modificata nell’anno del piano = 31/08/2021
    DATE22  | interim | Fasi 0: Inizio nell’anno del piano = 01/01/2021                | Fasi 0: Realizzata % = 40%
            |         | Fasi 0: Fine nell’anno del piano = 30/06/2021                  | Fasi 2: Realizzata % = 100%
            |         |                                                                | Esito % = 100%
            |         |                                                                | In quanto = (vuoto)
    DATE23  | interim |                                                                | Fasi 1: Inizio effettivo = 20/06/2021
            |         |                                                                | Fasi 1: Fine effettiva = 10/06/2021
    DATE24  | interim |                                                                | Fasi 1: Fine effettiva = 02/10/2021
    DATE23  | final   |                                                                | Fasi 1: Inizio effettivo = 20/06/2021
            |         |                                                                | Fasi 1: Fine effettiva = 10/06/2021
    DATE24  | final   |                                                                | Fasi 1: Fine effettiva = 02/10/2031
    DATE27  | interim | Data inizio = 01/01/2021                                       | Fasi 1: Fine effettiva = 02/10/2012
    DATE27  | final   | Data inizio = 01/01/2021                                       | Risultati attesi 1: Data del risultato = 02/10/2012
    DATE25  | interim | Fasi 2: Inizio nell’anno del piano = 01/11/2021                | Fasi 2: Realizzata % = 20%
    TYPE01  | interim |                                                                | Fasi 2: Realizzata % = 0,35%
    TYPE03  | interim | THREE                                                          | Fasi 1: Realizzata % = 35%
            |         |                                                                | Fasi 2: Realizzata % = 36%
            |         |                                                                | Fasi 0: Realizzata % = 37%
    TYPE03  | final   | THREE                                                          | Fasi 1: Fine effettiva = 29/11/2021
            |         |                                                                | Fasi 2: Fine effettiva = 30/11/2021
            |         |                                                                | Fasi 0: Fine effettiva = 01/12/2021
    TYPE02  | interim |                                                                | Fasi 1: Che cosa è stato fatto = Approvato il regolamento con delibera n. 12,
            |         |                                                                | Fasi 2: Che cosa è stato fatto = pubblicato all’albo e trasmesso
    TYPE02  | final   |                                                                | Fasi 1: Che cosa è stato fatto = Sono stati svolti:
            |         |                                                                | Fasi 2: Che cosa è stato fatto = - tre incontri
    TYPE02  | final   | THREE                                                          | Fasi 1: Che cosa è stato fatto = Il servizio è stato affidato alla
            |         |                                                                | Fasi 2: Che cosa è stato fatto = Cooperativa Acero dopo la gara
            |         |                                                                | Fasi 0: Che cosa è stato fatto = e il contratto firmato.
    TEXT08  | final   |                                                                | Fasi 1: Che cosa è stato fatto = {_SAME}
            |         |                                                                | Fasi 2: Che cosa è stato fatto = {_SAME}
    CODE11  | plan    |                                                                | Risultati attesi 1: Fasi = 1; 4
    CODE11  | plan    |                                                                | Risultati attesi 1: Fasi = 7
    OUTC30  | final   | THREE                                                          | Fasi 1: Realizzata % = 50%
            |         |                                                                | Fasi 2: Realizzata % = 30%
            |         |                                                                | Fasi 0: Realizzata % = 20%
    SCOR04  | interim | Risultati attesi 1: Come si misura = Più basso è meglio        | Risultati attesi 1: Valore ottenuto = 35
            |         | Risultati attesi 1: Valore di partenza = 30                    |
    SCOR07  | final   | Risultati attesi 1: Come si misura = Fasce del valore ottenuto | Risultati attesi 1: Valore ottenuto = 6
            |         | Risultati attesi 1: Tabella di fasce = A                       |
    OUTC32  | final   | Risultati attesi 1: Come si misura = Fatto o non fatto         | Risultati attesi 1: Fatto = No
    OUTC32  | final   | Risultati attesi 1: Come si misura = Fra due valori            | Risultati attesi 1: Valore ottenuto = 12
            |         | Risultati attesi 1: Fino a = 11                                |
    OUTC32  | final   | Risultati attesi 1: Come si misura = Grado indicato dal settore | Risultati attesi 1: Raggiunto % = 60%
    OUTC32  | interim | Risultati attesi 1: Come si misura = Fatto o non fatto         | Risultati attesi 1: Fatto = No
            |         | Fasi 2: Fine nell’anno del piano = 30/09/2021                  | Fasi 2: Realizzata % = 100%
            |         |                                                                | Esito % = 100%
            |         |                                                                | In quanto = (vuoto)
    OUTC33  | final   | Risultati attesi 1: Scadenza = 30/06/2021                      | Risultati attesi 1: Data del risultato = 02/10/2021
    SCOR09  | final   | Risultati attesi 1: Rapporto per = 100                         | Risultati attesi 1: Numeratore = 1
            |         |                                                                | Risultati attesi 1: Denominatore = 3
    SCOR10  | final   | Risultati attesi 1: Rapporto per = 1                           | Risultati attesi 1: Numeratore = 10
""")


@pytest.mark.parametrize("case", TYPED, ids=[f"{case[0]['rilievo']}-{case[0]['tornata']}" for case in TYPED])
def test_what_is_raised_by_cases_of_their_own_is_live_too(case):
    code, round = case[0]["rilievo"], case[0]["tornata"]
    asked, typed = ("\n".join(row[column].replace(" = ", " | ", 1) for row in case) for column in ("nel piano", "scritto"))
    asked = asked.replace("THREE", THREE)
    document, prefilled, base = write(filled(round, asked), typed), write(issued(round), asked), before(round)
    base["bands"] = BANDS
    made = issue.issue(prefilled, base) if asked.strip() else None
    raised = {f.code for f in stage.check(deepcopy(document), prefilled, base, round, places(document), "S1.xlsx")}
    red = seen(round, document, made)
    assert code in raised and any(code in LIVE[key] for key in red), (raised, red)


def _lines(*lines: str) -> str:
    """What was done of each phase, or what a paste left there."""
    return "\n".join(f"Fasi #{n}: Che cosa è stato fatto | {line}" for n, line in enumerate(lines, 1))


@pytest.mark.parametrize("lines", [
    ("Conclusa.", "In corso.", "Non iniziata."), ("fatto", "in corso", "da fare"), ("- tre incontri", "- una prova", "- il verbale"),
    ("Prima parte,⏎seconda parte", "altra fase"), ("Approvato il regolamento,",), (_SAME, _SAME.replace("famiglie", "case") + " Tutto a posto, verbale agli atti.")])
def test_short_lines_of_their_own_and_texts_that_differ_are_green(lines):
    assert seen("final", filled("final", _lines(*lines))).keys() & {"typed", "texts"} == set()


@pytest.mark.parametrize(("named", "green"), [("1, 2", True), ("1-2", True), ("fasi 1 e 2", True), ("0", True), ("1,2,", True), ("1-3", False)])
def test_results_tied_to_phases_that_are_there_are_green(named, green):
    assert ("results" not in seen("plan", filled("plan", f"Risultati attesi 1: Fasi | {named}"))) is green


@pytest.mark.parametrize("table", [t for t in PLACES if t not in IN_NO_FORM])
def test_a_blank_field_of_the_body_s_own_is_red_in_every_table(table):
    """TEXT12, wherever such a field may stand; filled in, it is green."""
    round = "plan" if table in WITH_THE_PLAN else "final"
    base, prefilled, document = before(round), issued(round), filled(round)
    base["fields"] = [{"table": table, "code": "dato", "title": "Dato proprio", "kind": "text", "rounds": "all" if round == "final" else "plan", "required": True}]
    if table == "money":
        for given in (prefilled, document):
            write(given, """
                Risorse economiche #1: Natura  | Spesa corrente
                Risorse economiche #1: Importo | 5""")
    with using_words(base):
        made = issue.issue(prefilled, base, master=masters.build(round, "it"))
        raised = [f for f in stage.check(deepcopy(document), prefilled, base, round, {}, "S1.xlsx") if f.code == "TEXT12"]
        blank = seen(round, document, made)
        for item in _items(document, table):
            item["own_dato"] = "Detto"
        told = seen(round, document, made)
    expected = "measures" if table == "measures" else "texts"
    assert raised and expected in blank and expected not in told, (blank, told)


def test_own_fields_alike_in_two_tables_are_each_asked_for_in_its_own_rows():
    base, prefilled, document = before("final"), issued("final"), filled("final")
    base["fields"] = [{"table": table, "code": "dato", "title": "Dato proprio", "kind": "percent", "rounds": "all", "required": True, "help": help_}
                      for table, help_ in (("phases", "Alike"), ("results", "Alike"), ("objectives", "Alike"), ("measures", "Another"))]
    for table in ("phases", "results", "objectives", "measures"):
        for item in _items(document, table):
            item["own_dato"] = 40
    with using_words(base):
        made = issue.issue(prefilled, base, master=masters.build("final", "it"))
        assert seen("final", document, made) == {}
        for table, value, red in (("results", None, "texts"), ("phases", 0.4, "typed"), ("measures", None, "measures")):
            spoilt = deepcopy(document)
            _items(spoilt, table)[0]["own_dato"] = value
            assert seen("final", spoilt, made).keys() == {red}


def _items(document: dict, table: str) -> list[dict]:
    """The items of ``table`` in a return."""
    if table == "measures":
        return document["measures"]
    owners = [o["holding"] if table == "assignments" else o["sheet"] for o in document["objectives"]]
    return owners if table in ("objectives", "assignments") else [row for owner in owners for row in owner.get(table, ())]


def test_a_sector_none_of_whose_objectives_is_weighted_is_in_order():
    document = filled("plan")
    for objective in document["objectives"]:
        objective["holding"] = {"weighting": "not_weighted"}
    assert "sector_weights" not in seen("plan", document)
    assert not [f for f in stage.check(deepcopy(document), issued("plan"), before("plan"), "plan", places(document), "S1.xlsx") if f.code == "WGHT01"]
    document["objectives"][0]["holding"] = {}  # weighted, and its weight is still to come
    assert "sector_weights" in seen("plan", document)


def test_what_is_not_due_in_this_round_still_has_its_part_of_the_weights():
    base, prefilled, document = before("interim"), issued("interim"), filled("interim", """
        S1.00002!Esito %   | (vuoto)
        S1.00002!In quanto | (vuoto)""")
    next(o for o in base["objectives"] if o["code"] == "S1.00002")["due"] = ["final"]
    for given in (prefilled, document):
        write(given, "S1.00002!Dovuto a | Consuntivo")
    made = issue.issue(prefilled, base)
    raised = {f.code for f in stage.check(deepcopy(document), prefilled, base, "interim", places(document), "S1.xlsx")}
    assert "WGHT01" not in raised and "sector_weights" not in seen("interim", document, made)
    assert "sector_weights" in seen("interim", write(document, "Peso modificato | 50%"), made)


def test_at_the_final_nothing_computes_where_no_item_will_be():
    book, items = Workbook(form("final")), issued("final")["objectives"][0]["sheet"]["phases"]
    entry, ref = book.places()["px01_t_phases_reading"]
    sheet = book.sheet(entry)
    there = [any(cell.formula for cell in sheet.line(row).cells.values()) for row in range(ref.top + 2, ref.bottom + 1)]
    assert there == [True] * len(items) + [False] * (len(there) - len(items)) and len(there) > len(items)


def test_the_total_of_a_sector_stands_in_the_row_of_its_words():
    places_ = Workbook(form("final")).places()
    assert places_["pxm_total_outcome"][1].top == places_["pxm_total_weight"][1].top == places_["pxm_total_present"][1].top - 1


def test_every_finding_on_what_a_sector_fills_in_is_live_or_says_why_not():
    declared = [c for _, some in (*stage.CHECKS, *stage.DATES, *stage.OUTCOMES, *stage.ARRIVAL) for c in some]
    live, later = ({c for codes in of.values() for c in codes} for of in (LIVE, LATER))
    assert not live & later and live | later == set(declared) and set(LITERAL) <= live
    words = area("form")
    assert all(set(words[f"check_{key}"]) == set(LANGUAGES) for key in LIVE)
    assert all(set(words[f"later_{key}"]) == set(LANGUAGES) for key in LATER)


def test_of_a_phase_that_was_moved_on_nothing_is_expected_yet():
    """Begun in July by the plan, put off to January: blank is no gap, here as in the check; without the move it is."""
    moved = """
        Fasi 2: Inizio modificato nell’anno successivo | 01/01/2022
        Fasi 2: Fine modificata nell’anno successivo   | 30/04/2022
        Data fine modificata                           | 30/06/2022
        Motivo delle modifiche                         | Gara deserta
    """
    blank = "Fasi 2: Realizzata % | (vuoto)"
    for typed, told in ((f"{moved}\n{blank}", []), (blank, ["OUTC25"])):
        document = filled("interim", typed)
        raised = {f.code for f in stage.check(deepcopy(document), issued("interim"), before("interim"), "interim", places(document), "S1.xlsx")}
        assert sorted(raised & {"OUTC25"}) == told and ("agrees" in seen("interim", document)) is bool(told), raised
