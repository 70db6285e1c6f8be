"""A small return without faults, at each round, for tests that spoil one thing in it."""

from collections.abc import Callable
from copy import deepcopy
from functools import cache

from plan_text import plan as plan_of
from return_text import write

from perfxl.model.findings import Finding, Place
from perfxl.stages.check import check
from perfxl.stages.merge.overlay import Returned, merge

YEAR = 2021
PROSE = "Sono state svolte le attività dell’obiettivo {code}: incontri con gli uffici, una prova e la stesura del documento."

#: S1 has two objectives and a transversal one, led by S2.
PLAN = """
    Tornate
    Sigla   | Tipo         | Data di riferimento | Scadenza di restituzione
    plan    | Piano        | 31/01/2021          | 31/01/2021
    interim | Monitoraggio | 30/09/2021          | 30/09/2021
    final   | Consuntivo   | 31/12/2021          | 31/12/2021

    Settori
    Codice | Nome
    S1     | Uno
    S2     | Due

    Cascata
    Codice   | Titolo
    01       | 01
    01.01    | 01.01
    01.01.01 | 01.01.01
    02       | 02
    02.01    | 02.01
    02.01.01 | 02.01.01

    Obiettivi
    Codice   | Tipo                | Titolo             | Linee strategiche
    S1.00001 | Ordinario           | Titolo di S1.00001 | 01.01.01
    S1.00002 | Ordinario           | Titolo di S1.00002 | 01.01.01
    S2.00001 | Trasversale di ente | Trasversale        | 02.01.01

    Settori titolari
    Obiettivo | Settore
    S1.00001  | S1
    S1.00002  | S1
    S2.00001  | S2
    S2.00001  | S1
"""
#: What stands in the forms from the plan on: of an objective that S1 leads, and of the transversal one with its measures.
LED = """
    {code}
    Ruolo                    | Capofila
    Tipo di peso             | Pesato
    Peso                     | {weight}
    Titolo                   | Titolo di {code}
    Finalità                 | Finalità di {code}
    Dettaglio dell’obiettivo | Dettaglio di {code}
    Data inizio              | 01/01/2021
    Data fine                | 31/12/2021
    Anno di durata           | 1
    Anni in tutto            | 1
    Linee strategiche        | 01.01.01

    Responsabili
    Responsabile
    Ada Neri

    Risultati attesi
    N. | Risultato atteso | Peso | Scadenza   | Unità  | Valore atteso | Fasi
    1  | Esito uno        | 100% | 31/12/2021 | numero | 10            | 1-2

    Fasi
    Fase | Descrizione della fase | Pesata                 | Peso | Inizio nell’anno del piano | Fine nell’anno del piano
    1    | Fase 1                 | Pesata                 | 60%  | 01/01/2021                 | 30/06/2021
    2    | Fase 2                 | Pesata                 | 40%  | 01/07/2021                 | 31/12/2021
    0    | Storia                 | Non pesata nell’anno

    Valori per ente
    Risultato | Ente  | Valore atteso
    1         | Acero | 4
"""
SHARED = """
    S2.00001
    Ruolo             | Trasversale
    Tipo di peso      | Pesato
    Peso              | 5%
    Titolo            | Trasversale
    Linee strategiche | 02.01.01

    Misure
    Obiettivo | N. | Misura
    S2.00001  | 1  | Misura 1
    S2.00001  | 2  | Misura 2
"""
#: What S1 tells of an objective that it leads, by round, and of the transversal one.
TOLD = {
    "plan": "",
    "interim": """
        {code}
        Esito %                | 60%
        In quanto              | La seconda fase è in corso.
        Fasi 1: Realizzata %   | 100%
        Fasi 2: Realizzata %   | 0%
        Racconto della tornata | {story} Al monitoraggio.
    """,
    "final": """
        {code}
        Esito %                                | 100%
        Stato                                  | Raggiunto
        Fasi 1: Realizzata %                   | 100%
        Fasi 2: Realizzata %                   | 100%
        Risultati attesi 1: Valore ottenuto    | 11
        Valori per ente Acero: Valore ottenuto | 4
        Racconto della tornata                 | A fine anno {code} è concluso con la seconda fase, verbale del 20/12/2021, e il documento è in uso.
    """}
TOLD_OF_SHARED = """
    S2.00001!Esito %       | 50%
    Misure 1: Realizzata % | 0%
    Misure 1: Risultato    | Fatto 1
    Misure 2: Realizzata % | 100%
    Misure 2: Risultato    | Fatto 2
"""


def plan() -> dict:
    """The plan of ``PLAN``."""
    return plan_of(PLAN, rules={})


def clean(round: str) -> dict:
    """The return of S1 at ``round``, in which there is nothing to find."""
    return deepcopy(_clean(round))


@cache
def _clean(round: str) -> dict:
    made: dict = {"schema": "perfxl/return/2", "objectives": [],
                  "identity": {"body": "UTP", "year": YEAR, "round": round, "sector": "S1", "issue": 1, "digest": "0" * 16}}
    for code, weight in (("S1.00001", "60%"), ("S1.00002", "35%")):
        write(made, LED.format(code=code, weight=weight))
        write(made, TOLD[round].format(code=code, story=PROSE.format(code=code)))
    if round != "plan":  # two objectives never tell the same
        write(made, "S1.00002!Racconto della tornata | Altro racconto di S1.00002.")
    write(made, SHARED)
    return write(made, TOLD_OF_SHARED if round != "plan" else "")


def changed(round: str, text: str) -> tuple[dict, dict]:
    """The clean return of ``round`` with ``text`` written in its first sheet, as if it had been issued so; a line that begins with
    ``interim:`` is what was told at that round. And the plan-shaped document on which it was issued."""
    own = [line for line in text.splitlines() if line.strip().startswith("interim: ")]
    rest = "\n".join(line for line in text.splitlines() if line not in own)
    earlier = write(clean("interim"), rest)
    for item, before_ in zip(_items(earlier), _items(clean("interim")), strict=False):
        item.pop("reading", None)
        item |= {"reading": before_["reading"]} if "reading" in before_ else {}
    write(earlier, "\n".join(line.strip().removeprefix("interim: ") for line in own))
    return write(clean(round), rest), _issued_on(round, earlier)


def _items(document: dict) -> list[dict]:
    """Whatever a round may say something of, in the first objective."""
    first = document["objectives"][0]
    return [first["holding"], first["sheet"], *(row for table in ("results", "entities", "phases") for row in first["sheet"].get(table, ()))]


def _issued_on(round: str, earlier: dict) -> dict:
    return merge(plan(), [Returned("S1", deepcopy(earlier), {}, "S1.xlsx")], "interim").content if round == "final" else plan()


def issued(round: str) -> dict:
    """What S1 was sent at ``round``: the clean return without what the round opens."""
    form = clean(round)
    rows = [row for objective in form["objectives"] for row in (objective["holding"], objective["sheet"], *objective["sheet"].get("phases", ()),
                                                            *objective["sheet"].get("results", ()), *objective["sheet"].get("entities", ()))]
    for row in (*rows, *form["measures"]):
        row.pop("reading", None)
    return form


def before(round: str) -> dict:
    """The plan-shaped document on which ``round`` was issued, with what S1 told at the rounds before it."""
    return deepcopy(_before(round))


@cache
def _before(round: str) -> dict:
    return _issued_on(round, clean("interim"))


def places(document: dict) -> dict[str, Place]:
    """A cell for every value: its sheet is the objective's code, its address counts the values of the document."""
    by_pointer: dict[str, Place] = {}

    def walk(value, where, sheet):
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, f"{where}/{key}", sheet)
        elif isinstance(value, list):
            for i, inner in enumerate(value):
                walk(inner, f"{where}/{i}", inner.get("code", sheet) if isinstance(inner, dict) else sheet)
        else:
            by_pointer[where] = Place("S1.xlsx", sheet, f"B{len(by_pointer) + 1}")

    walk(document, "", "Leggimi")
    return by_pointer


def find(round: str, typed: str | Callable[[dict], object] = "", *, rules: dict | None = None, issue: bool = True,
         change_plan=None) -> list[Finding]:
    """The findings of the clean return at ``round`` with ``typed`` written in it, cell by cell (``return_text``)."""
    document, base = clean(round), before(round)
    if callable(typed):
        typed(document)
    else:
        write(document, typed)
    if change_plan:
        change_plan(base)
    base["rules"] |= rules or {}
    return check(document, issued(round) if issue else None, plan=base, round=round, places=places(document), file="S1.xlsx")


def codes(findings: list[Finding]) -> list[str]:
    """The codes of ``findings``, sorted, each as often as it was raised."""
    return sorted(f.code for f in findings)
