"""What the form says while it is filled in: all green, and nothing comes back that a formula could have told."""

import re
from copy import deepcopy

import pytest
from check_case import before, clean, issued, places
from test_check import FAULTS, PHASE, PHASE2, RESULT, both, put

from perfxl.model.live import LATER, LITERAL, LIVE
from perfxl.model.own_fields import IN_NO_FORM, PLACES, WITH_THE_PLAN
from perfxl.model.terms import speaking
from perfxl.model.texts import LANGUAGES, area
from perfxl.stages import check as stage
from perfxl.stages import issue
from perfxl.stages.issue.fill import fill
from perfxl.stages.issue.form import masters
from perfxl.workbook.patch.workbook import Workbook

CLOSED = set(LATER["closed"])
#: Of the table of faults those that a clerk can make in open cells, one for each code.
MADE = {expected[-1] if expected[-1] != "WGHT01" else expected[0]: (round, spoil) for round, expected, _, spoil in FAULTS if not CLOSED & set(expected)}
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


@pytest.mark.parametrize("round", ["plan", "interim", "final"])
def test_a_well_filled_form_is_green(round):
    document = clean(round) | {"compilation": {"name": "Ada Neri"}}
    assert seen(round, document) == {}


@pytest.mark.parametrize("code", MADE)
def test_what_a_formula_can_tell_is_red_before_it_comes_back(code):
    round, spoil = MADE[code]
    document = clean(round) | {"compilation": {"name": "Ada Neri"}}
    spoil(document)
    raised = {f.code for f in stage.check(deepcopy(document), issued(round), before(round), round, places(document), "S1.xlsx")}
    red, live = seen(round, document), {c for codes in LIVE.values() for c in codes}
    for told in raised & live:
        assert any(told in LIVE.get(key, ()) for key in red), (told, red)
    assert red or not raised & live
    unknown = red.keys() == {"sector_weights"} and raised & {"CODE14", "CODE17"}  # all that a form sees of a successor that the plan has not
    assert raised & live or not red or unknown, red  # and nothing is red that will not come back


BANDS = [{"scale": "A", "from": 0, "to": 5, "degree": 50}, {"scale": "A", "from": 8, "degree": 100}]
_THIRD = {"id": "3", "text": "Terza", "weighting": "weighted", "weight": 30, "start_1": "2021-01-01", "end_1": "2021-12-31"}
_WEIGHTS = both(put(f"{PHASE}/weight", 50), put(f"{PHASE2}/weight", 20), put("sheet/phases/2", _THIRD))
_SHARES = both(*(put(f"sheet/phases/{n}/reading", {"realised": share}) for n, share in enumerate((50, 30, 20))))


def _grown(key, *values):
    """What dragging the corner of a cell leaves in the phases."""
    first, second, third = values
    return both(put(f"{PHASE}/reading/{key}", first), put(f"{PHASE2}/reading/{key}", second), put("sheet/phases/2", {**_THIRD, "reading": {key: third}}))


def _lines(*lines):
    """What was done of each phase, or what a paste left there."""
    return both(*(put(f"sheet/phases/{n}/reading/done", line) for n, line in enumerate(lines)))


_SAME = "Gli operatori hanno visitato tutte le famiglie in elenco e consegnato a ciascuna il materiale previsto dal programma."
#: Code, round, what the plan asked for beside the clean one, what the clerk writes.
TYPED = [
    ("DATE21", "interim", None, put(f"{PHASE2}/revision/end_1", "2021-08-31")),
    ("DATE22", "interim", put("sheet/phases/2", {"id": "3", "text": "Terza", "start_1": "2021-01-01", "weighting": "not_weighted", "end_1": "2021-06-30"}),
     both(put("sheet/phases/2/reading", {"realised": 40}), put(f"{PHASE2}/reading/realised", 100), put("holding/reading", {"percent": 100}))),
    ("DATE23", "interim", None, both(put(f"{PHASE}/reading/actual_start", "2021-06-20"), put(f"{PHASE}/reading/actual_end", "2021-06-10"))),
    ("DATE24", "interim", None, put(f"{PHASE}/reading/actual_end", "2021-10-02")),
    ("DATE23", "final", None, both(put(f"{PHASE}/reading/actual_start", "2021-06-20"), put(f"{PHASE}/reading/actual_end", "2021-06-10"))),
    ("DATE24", "final", None, put(f"{PHASE}/reading/actual_end", "2031-10-02")),
    ("DATE27", "interim", put("sheet/start", "2021-01-01"), put(f"{PHASE}/reading/actual_end", "2012-10-02")),
    ("DATE27", "final", put("sheet/start", "2021-01-01"), put(f"{RESULT}/reading/achieved_on", "2012-10-02")),
    ("DATE25", "interim", put(f"{PHASE2}/start_1", "2021-11-01"), put(f"{PHASE2}/reading/realised", 20)),
    ("TYPE01", "interim", None, put(f"{PHASE2}/reading/realised", 0.35)),
    ("TYPE03", "interim", _WEIGHTS, _grown("realised", 35, 36, 37)),
    ("TYPE03", "final", _WEIGHTS, _grown("actual_end", "2021-11-29", "2021-11-30", "2021-12-01")),
    ("TYPE02", "interim", None, _lines("Approvato il regolamento con delibera n. 12,", "pubblicato all’albo e trasmesso")),
    ("TYPE02", "final", None, _lines("Sono stati svolti:", "- tre incontri")),
    ("TYPE02", "final", _WEIGHTS, both(put("sheet/phases/2", {**_THIRD}), _lines("Il servizio è stato affidato alla", "Cooperativa Acero dopo la gara", "e il contratto firmato."))),
    ("TEXT08", "final", None, _lines(_SAME, _SAME)),
    ("CODE11", "plan", None, put(f"{RESULT}/phases", "1; 4")),
    ("CODE11", "plan", None, put(f"{RESULT}/phases", "7")),
    ("OUTC30", "final", _WEIGHTS, _SHARES),
    ("SCOR04", "interim", both(put(f"{RESULT}/direction", "lower"), put(f"{RESULT}/baseline", 30)), put(f"{RESULT}/reading/actual", 35)),
    ("SCOR07", "final", both(put(f"{RESULT}/direction", "bands"), put(f"{RESULT}/scale", "A")), put(f"{RESULT}/reading/actual", 6)),
    ("SCOR09", "final", put(f"{RESULT}/per", 100), both(put(f"{RESULT}/reading/numerator", 1), put(f"{RESULT}/reading/denominator", 3))),
    ("SCOR10", "final", put(f"{RESULT}/per", 1), put(f"{RESULT}/reading/numerator", 10))]


@pytest.mark.parametrize(("code", "round", "asked", "spoil"), TYPED, ids=[f"{t[0]}-{t[1]}" for t in TYPED])
def test_what_is_raised_by_cases_of_their_own_is_live_too(code, round, asked, spoil):
    document, prefilled, base = clean(round) | {"compilation": {"name": "Ada Neri"}}, issued(round), before(round)
    for given in (document, prefilled) if asked else ():
        asked(given)
    base["bands"] = BANDS
    made = issue.issue(prefilled, base) if asked else None
    spoil(document)
    raised = {f.code for f in stage.check(deepcopy(document), prefilled, base, round, places(document), "S1.xlsx")}
    red = seen(round, document, made)
    assert code in raised and any(code in LIVE[key] for key in red), (raised, red)


@pytest.mark.parametrize("lines", [
    ("Conclusa.", "In corso.", "Non iniziata."), ("fatto", "in corso", "da fare"), ("- tre incontri", "- una prova", "- il verbale"),
    ("Prima parte,\nseconda parte", "altra fase"), ("Approvato il regolamento,",), (_SAME, _SAME.replace("famiglie", "case") + " Tutto a posto, verbale agli atti.")])
def test_short_lines_of_their_own_and_texts_that_differ_are_green(lines):
    document = clean("final") | {"compilation": {"name": "Ada Neri"}}
    _lines(*lines)(document)
    assert seen("final", document).keys() & {"typed", "texts"} == set()


@pytest.mark.parametrize(("named", "green"), [("1, 2", True), ("1-2", True), ("fasi 1 e 2", True), ("0", True), ("1,2,", True), ("1-3", False)])
def test_results_tied_to_phases_that_are_there_are_green(named, green):
    document = clean("plan") | {"compilation": {"name": "Ada Neri"}}
    put(f"{RESULT}/phases", named)(document)
    assert ("results" not in seen("plan", document)) is green


@pytest.mark.parametrize("table", [t for t in PLACES if t not in IN_NO_FORM])
def test_a_blank_field_of_the_body_s_own_is_red_in_every_table(table):
    """TEXT12, wherever such a field may stand; filled in, it is green."""
    round = "plan" if table in WITH_THE_PLAN else "final"
    base, prefilled, document = before(round), issued(round), clean(round) | {"compilation": {"name": "Ada Neri"}}
    base["fields"] = [{"table": table, "code": "dato", "title": "Dato proprio", "kind": "text", "rounds": "all" if round == "final" else "plan", "required": True}]
    if table == "money":
        for given in (prefilled, document):
            given["objectives"][0]["sheet"]["money"] = [{"kind": "expense_current", "amount": 5}]
    with speaking(base):
        made = issue.issue(prefilled, base, master=masters.build(round, "it"))
        raised = [f for f in stage.check(deepcopy(document), prefilled, base, round, {}, "S1.xlsx") if f.code == "TEXT12"]
        blank = seen(round, document, made)
        for item in _items(document, table):
            item["own_dato"] = "Detto"
        filled = seen(round, document, made)
    expected = "measures" if table == "measures" else "texts"
    assert raised and expected in blank and expected not in filled, (blank, filled)


def test_own_fields_alike_in_two_tables_are_each_asked_for_in_its_own_rows():
    base, prefilled, document = before("final"), issued("final"), clean("final") | {"compilation": {"name": "Ada Neri"}}
    base["fields"] = [{"table": table, "code": "dato", "title": "Dato proprio", "kind": "percent", "rounds": "all", "required": True, "help": help_}
                      for table, help_ in (("phases", "Alike"), ("results", "Alike"), ("objectives", "Alike"), ("measures", "Another"))]
    for table in ("phases", "results", "objectives", "measures"):
        for item in _items(document, table):
            item["own_dato"] = 40
    with speaking(base):
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
    document = clean("plan") | {"compilation": {"name": "Ada Neri"}}
    for objective in document["objectives"]:
        objective["holding"] = {"weighting": "not_weighted"}
    assert "sector_weights" not in seen("plan", document)
    assert not [f for f in stage.check(deepcopy(document), issued("plan"), before("plan"), "plan", places(document), "S1.xlsx") if f.code == "WGHT01"]
    document["objectives"][0]["holding"] = {}  # weighted, and its weight is still to come
    assert "sector_weights" in seen("plan", document)


def test_what_is_not_due_in_this_round_still_has_its_part_of_the_weights():
    base, prefilled, document = before("interim"), issued("interim"), clean("interim") | {"compilation": {"name": "Ada Neri"}}
    base["objectives"][1]["due"] = ["final"]
    for given in (prefilled, document):
        given["objectives"][1]["due"] = ["Consuntivo"]
    del document["objectives"][1]["holding"]["reading"]
    made = issue.issue(prefilled, base)
    raised = {f.code for f in stage.check(deepcopy(document), prefilled, base, "interim", places(document), "S1.xlsx")}
    assert "WGHT01" not in raised and "sector_weights" not in seen("interim", document, made)
    put("/objectives/0/holding/revision", {"weight": 50})(document)
    assert "sector_weights" in seen("interim", document, made)


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
    moved = both(put(f"{PHASE2}/revision", {"start_2": "2022-01-01", "end_2": "2022-04-30"}), put("sheet/revision/end", "2022-06-30"),
                 put("holding/revision/reason", "Gara deserta"))
    blank = put(f"{PHASE2}/reading/realised", None)
    for spoil, told in ((both(moved, blank), []), (blank, ["OUTC25"])):
        document = clean("interim") | {"compilation": {"name": "Ada Neri"}}
        spoil(document)
        raised = {f.code for f in stage.check(deepcopy(document), issued("interim"), before("interim"), "interim", places(document), "S1.xlsx")}
        assert sorted(raised & {"OUTC25"}) == told and ("agrees" in seen("interim", document)) is bool(told), raised
