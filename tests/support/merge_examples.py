"""Small return documents for the tests of the merge: one to edit by hand, and any number made by hypothesis."""

from copy import deepcopy
from decimal import Decimal

from hypothesis import strategies as st
from return_text import write

IDENTITY = {"body": "UPR", "year": 2021, "round": "interim", "sector": "S1", "issue": 1, "digest": "0" * 16}

ISSUED = write({"schema": "perfxl/return/2", "identity": IDENTITY, "objectives": []}, """
    S1.00001
    Ruolo                | Capofila
    Peso                 | 60%
    Nota                 | nota
    Titolo               | Titolo
    Personale            | Uno⏎Due
    Verifiche di qualità | Sì

    Responsabili
    Responsabile | Al
    Anna Verdi   | 30/09/2021
    Ugo Neri

    Risorse economiche
    Natura           | Descrizione | Importo
    Entrata corrente | Contributo  | 100
    Spesa corrente   |             | 200

    Risultati attesi
    N. | Risultato atteso | Valore atteso
    1  | primo            | 10
    2  | secondo

    Valori per ente
    Risultato | Ente | Valore atteso
    1         | Alfa | 3
    1         | Beta | 4

    Fasi
    Fase | Descrizione della fase | Peso
    1    | uno                    | 40%
    2    | due                    | 60%
    3    | tre

    S1.00002
    Peso   | 40%
    Titolo | Altro

    Misure
    Obiettivo | N. | Misura | Applicabile
    SG.00001  | 1  | fare
    SG.00001  | 2  | rifare | No
""")


def copy(text: str = "", of: dict = ISSUED) -> dict:
    """A copy of the return after each line ``cell | what was typed`` of ``text`` was written in it."""
    return write(deepcopy(of), text)


def moved(*ids: str, of: dict = ISSUED) -> dict:
    """A copy with the phases ``ids`` alone, in that order."""
    made = copy(of=of)
    sheet = made["objectives"][0]["sheet"]
    sheet["phases"] = [next(p for p in sheet["phases"] if p["id"] == id) for id in ids]
    return made


def _object(required: dict, **optional):
    return st.fixed_dictionaries(required, optional=optional)


_words = st.sampled_from(["a", "b", "=c", "10", "a\nb"])
_names = st.sampled_from(["Anna Verdi", "Ugo Neri", "A/B #2: ~"])
_percents = st.sampled_from([0, 10, Decimal("10.0"), Decimal("12.5"), 100])
_dates = st.sampled_from(["2021-01-31", "2021-06-30"])
_ids = st.sampled_from(["0", "1", "2", "3-bis", "1/2"])


def _rows(row, most: int = 4):
    """A table, or none at all; identifiers may repeat, as they do in real forms."""
    return st.lists(row, min_size=1, max_size=most)


_phases = _rows(_object({"id": _ids}, text=_words, weight=_percents, end_1=_dates, reading=_object({}, done=_words)))
_results = _rows(_object({"id": _ids}, text=_words, target=st.sampled_from([1, 2])))
_entities = _rows(_object({"result": _ids, "entity": _names}, target=st.sampled_from([1, 2])), 3)
_responsibles = _rows(_object({"name": _names}, to=_dates))
_money = _rows(_object({"kind": st.just("expense_current"), "amount": st.sampled_from([1, 2])}, label=_words.filter(str.isalnum)))
_sheets = st.fixed_dictionaries({}, optional={
    "title": st.sampled_from(["Uno", "Due"]), "purpose": _words, "staff": st.lists(_names, min_size=1, max_size=2),
    "quality_check": st.booleans(), "phases": _phases, "results": _results, "entities": _entities,
    "responsibles": _responsibles, "money": _money})
_holdings = _object({}, weight=_percents, reading=_object({}, percent=_percents, reason=_words))
_objectives = st.lists(_object({"code": st.sampled_from(["S1.00001", "S1.00002", "S1.00003"])}, holding=_holdings, sheet=_sheets),
                       min_size=1, max_size=3, unique_by=lambda o: o["code"])
_measures = _rows(_object({"objective": st.just("SG.00001"), "id": _ids, "measure": _words}, revision=_object({}, applicable=st.booleans())), 3)

#: Returns that have nothing to do with one another but their identity, all valid.
returns = _object({"schema": st.just("perfxl/return/2"), "identity": st.just(IDENTITY), "objectives": _objectives},
                  measures=_measures, compilation=_object({}, name=_names, date=_dates, considerations=_words))


@st.composite
def edited(draw, base: dict, most: int = 4) -> dict:
    """``base`` with a few parts taken from another return: what a clerk's copy looks like."""
    made, other = deepcopy(base), draw(returns)
    for _ in range(draw(st.integers(0, most))):
        into, out = made, other
        while True:
            shared = [k for k in _steps(out) if _has(into, k)] if draw(st.booleans()) else []
            if not shared:
                break
            step = draw(st.sampled_from(shared))
            if not isinstance(into[step], (dict, list)) or type(into[step]) is not type(out[step]):
                break
            into, out = into[step], out[step]
        if isinstance(into, list) and draw(st.booleans()) and all(isinstance(i, dict) for i in into):
            into[:] = draw(st.permutations(into))
        elif isinstance(into, list):
            into[:] = deepcopy(out)
        else:
            steps = [k for k in _steps(out) if k not in ("schema", "identity", "code", "id", "name", "result", "entity", "kind", "objective")]
            if steps:
                step = draw(st.sampled_from(steps))
                into[step] = deepcopy(out[step])
    return made


def _steps(value) -> list:
    return list(range(len(value))) if isinstance(value, list) else sorted(value)


def _has(value, step) -> bool:
    return step < len(value) if isinstance(value, list) else step in value
