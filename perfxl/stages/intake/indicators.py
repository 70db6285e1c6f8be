"""Values of indicators that come from another system: the rows of a file, each laid to the result of the plan it is about.

A row names the objective by its code, the result by its number or by its words, the entity where values are by entity.
A value that fits no result, or is no number, is told at its cell and not taken.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from perfxl.model.documents import plain as number_of
from perfxl.model.fields import Field, objective_fields
from perfxl.model.findings import Finding, Place
from perfxl.model.readings import last_revised
from perfxl.model.readings import read as read_at
from perfxl.model.rounds import Round, Rounds
from perfxl.model.texts import LANGUAGES
from perfxl.stages.intake.contents import as_meant, unit_of
from perfxl.stages.intake.list_rows import grouped, thousands_in
from perfxl.stages.intake.tables import Table
from perfxl.stages.intake.targets import Target, plain, value_headings
from perfxl.workbook import values
from perfxl.workbook.sheets import Cell
from perfxl.workbook.sheets.refs import a1

#: ``Valore al 30/09/2026``: the day that a heading says.
_DAY = re.compile(r"\b(?:al|alla data del|at|as of|on)?\s*\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?\b|\b20\d\d\b", re.I)
#: Words that make a unit another one.
_MULTIPLES = {"mila", "migliaia", "milioni", "mln", "k", "thousand", "thousands", "million", "millions"}
#: Words of units that mean the same.
_UNITS = ({"n", "nr", "num", "numero", "number", "no", "unita", "units"}, {"gg", "g", "giorno", "giorni", "day", "days", "d"}, {"eur", "euro"}, {"%", "percento", "percentuale", "per cento", "per cent", "percent", "percentage"})
#: From here on (of 100) the words of an indicator are those of a result, and a heading is one of the usual.
SAME, NEAR = 92, 84


@dataclass(frozen=True)
class Loaded:
    """A value for a result of an objective (of one ``entity`` where it is by entity, else ""), and where it comes from."""

    objective: str
    result: str
    entity: str
    value: int | float
    source: str


def is_heading(text: str) -> bool:
    """Whether ``text`` is a heading that files of values have."""
    return bool(_part(text))


def value_field(round: Round) -> Field | None:
    """The field of a result that holds the value of ``round``; None for a round that asks for none."""
    results = next(f for f in objective_fields() if f.path == ("sheet", "results"))
    return next((f for f in results.items if f.path == ("reading", "actual") and f.opens(round)), None)


def _part(head: str) -> str:
    """What a column says: objective, result, indicator, entity, value, unit, round, source; "" for anything else."""
    from rapidfuzz import fuzz, process

    words = {w: part for part, known in value_headings().items() for w in known}
    bare = plain(_DAY.sub(" ", head))
    nearest = process.extractOne(bare, list(words), scorer=fuzz.token_sort_ratio, score_cutoff=NEAR)
    return words[nearest[0]] if nearest else ""


def read(tables: Iterable[Table], content: dict[str, Any], round: Round, file: str) -> tuple[list[Loaded], list[Finding]]:
    """The values that ``tables`` give for results of ``content`` at ``round``, each once, and what was not taken or is hardly meant."""
    by_place: dict[tuple[str, str, str], Loaded] = {}
    findings: list[Finding] = []
    field = value_field(round)
    if field is None:
        return [], []
    others = [r for r in Rounds.from_plan(content).all if r != round]
    for table in tables:
        columns: dict[str, int] = {}
        for column, head in table.heads.items():
            part = _part(head)
            if part:
                columns.setdefault(part, column)
        if "value" not in columns or "objective" not in columns or not {"result", "indicator"} & columns.keys():
            findings.append(Finding("LOAD01", Place(file, table.sheet, a1(table.rows[0][0], 1)), {"heads": ", ".join(h for h in table.heads.values() if h)[:200]}))
            continue
        thousands = thousands_in(table)
        for number, cells in table.rows:
            row = _Row(file, table.sheet, number=number, cells=cells, columns=columns)
            loaded = row.elsewhere(round, others) or row.loaded(content, field, thousands=thousands)
            if isinstance(loaded, Finding):
                findings.append(loaded)
            elif loaded is not None:
                key = (loaded.objective, loaded.result, loaded.entity)
                if key in by_place and by_place[key].value != loaded.value:
                    findings.append(Finding("LOAD05", row.place("value"), {"value": str(loaded.value), "kept": str(by_place[key].value)}, objective=loaded.objective))
                else:
                    findings += row.hardly_meant(loaded, content)
                    by_place.setdefault(key, loaded)
    return list(by_place.values()), findings


def same_unit(one: str, other: str) -> bool:
    """Whether two units are the same, or one only says more than the other (``giorni`` and ``giorni medi``)."""
    bare = [plain(unit.replace("€", "euro")) for unit in (one, other)]
    if bare[0] == bare[1] or any({*bare} <= alike for alike in _UNITS):
        return True
    first, second = ({*text.split()} for text in bare)
    counted = any(words <= _UNITS[0] for words in (first, second)) and not any("%" in text for text in bare)
    return not (first ^ second) & _MULTIPLES and (first <= second or second <= first or counted)


def _number(cell: Cell, field: Field, thousands: str) -> Cell:
    """``cell`` as the number that it means: without its unit, a currency, what stands between thousands."""
    target = Target("results/actual", "results", path=("actual",), field=field, titles=())
    return as_meant(grouped(cell, target, thousands), target)


@dataclass(frozen=True)
class _Row:
    """A row of a file of values."""

    file: str
    sheet: str
    number: int
    cells: Mapping[int, Cell]
    columns: Mapping[str, int]

    def place(self, part: str) -> Place:
        return Place(self.file, self.sheet, a1(self.number, self.columns.get(part, min(self.columns.values()))))

    def text(self, part: str) -> str:
        cell = self.cells.get(self.columns.get(part, 0))
        if cell is None or cell.value is None:
            return ""
        return format(cell.value.normalize(), "f") if isinstance(cell.value, Decimal) else " ".join(str(cell.value).split())

    def loaded(self, content: dict[str, Any], field: Field, thousands: str) -> Loaded | Finding | None:
        """The value that the row gives, or why it gives none; None for a row without a value."""
        cell = self.cells.get(self.columns["value"])
        if cell is None:
            return None
        code = self.text("objective").casefold()
        objective = next((o for o in content.get("objectives", ()) if code and code in (str(c).casefold() for c in (o["code"], *(h.get("code") for h in o["holders"])))), None)
        if objective is None:
            return Finding("LOAD02", self.place("objective"), {"objective": self.text("objective")})
        result = self._result(objective)
        if result is None:
            return Finding("LOAD03", self.place("result" if self.text("result") else "indicator"),
                           {"result": self.text("result") or self.text("indicator")[:120], "objective": objective["code"]}, objective=objective["code"])
        entity = self._entity(objective, result)
        if entity is None:
            return Finding("LOAD06", self.place("entity"), {"entity": self.text("entity"), "result": result["id"]}, objective=objective["code"])
        unit, own = self._unit(cell), str(result.get("unit") or "")
        if unit and own and not same_unit(unit, own):
            return Finding("LOAD07", self.place("unit" if self.text("unit") else "value"), {"unit": unit[:40], "own": own[:40], "result": result["id"]}, objective=objective["code"])
        shown, cell = self.text("value"), _number(cell, field, thousands)
        value, _ = values.from_cell(cell, field)
        if value is None:
            return Finding("LOAD04", self.place("value"), {"value": shown[:120]}, objective=objective["code"])
        return Loaded(objective["code"], result["id"], entity=entity,
                      value=value if isinstance(value, int) else number_of(value), source=self.text("source") or self.file)

    def elsewhere(self, round: Round, others: Iterable[Round]) -> Finding | None:
        """That the row is about another round; None where it names none, or this one."""
        said = self.text("round")
        if not said or round.called(said) or not any(other.called(said) for other in others):
            return None
        return Finding("LOAD08", self.place("round"), {"round": said[:80], "this": {x: round.name(x) for x in LANGUAGES}})

    def hardly_meant(self, loaded: Loaded, content: dict[str, Any]) -> list[Finding]:
        """A part of one where the plan asks for hundredths."""
        cell = self.cells[self.columns["value"]]
        objective = next(o for o in content["objectives"] if o["code"] == loaded.objective)
        result = next(r for r in objective["sheet"]["results"] if r["id"] == loaded.result)
        asked = [abs(float(v)) for key in ("target", "baseline") if (v := result.get(key)) is not None]
        if not same_unit(str(result.get("unit") or ""), "%") or cell.percent or not 0 < abs(loaded.value) <= 1 or not any(v > 1 for v in asked):
            return []
        return [Finding("LOAD09", self.place("value"), {"value": loaded.value, "result": loaded.result}, objective=loaded.objective)]

    def _unit(self, cell: Cell) -> str:
        """The unit that the row gives its value: in a column, or beside the number."""
        percent = cell.percent or cell.kind == "text" and cell.text.rstrip().endswith("%")
        money = cell.kind == "text" and any(sign in cell.text for sign in "€$£")
        return self.text("unit") or ("%" if percent else "" if money else unit_of(cell))

    def _result(self, objective: dict[str, Any]) -> dict[str, Any] | None:
        from rapidfuzz import fuzz

        results = objective.get("sheet", {}).get("results", ())
        number, words = self.text("result"), plain(self.text("indicator"))
        for said in (number, self.text("indicator")):
            if (result := next((r for r in results if said and r["id"].casefold() == said.casefold()), None)) is not None:
                return result
        words = words or plain(number)
        texts = [(r, plain(str(last_revised(r, "text") or r.get("text", "")))) for r in results] if words and not number.isdecimal() else []
        alike = [r for r, text in texts if fuzz.token_sort_ratio(words, text) >= SAME] or [r for r, text in texts if {*words.split()} <= {*text.split()}]
        return alike[0] if len(alike) == 1 else None

    def _entity(self, objective: dict[str, Any], result: dict[str, Any]) -> str | None:
        named = plain(self.text("entity"))
        if not named:
            return ""
        known = (e["entity"] for e in objective.get("sheet", {}).get("entities", ()) if e["result"] == result["id"])
        return next((e for e in known if plain(e) == named), None)


def _reading(row: dict[str, Any], round: str, **said: Any) -> dict[str, Any]:
    """``row`` with what ``round`` says of it."""
    others = [r for r in row.get("readings", ()) if r["round"] != round]
    own = next((r for r in row.get("readings", ()) if r["round"] == round), {"round": str(round)})
    return {**row, "readings": [*others, {**own, **said}]}


def with_loaded_values(content: dict[str, Any], round: str, loaded: Iterable[Loaded], evidence: str) -> dict[str, Any]:
    """``content`` with the values ``loaded`` for ``round`` where it has none yet, and their source as evidence.

    ``evidence``: a sentence with ``{source}``. What a sector said already stays.
    """
    by_result: dict[tuple[str, str], list[Loaded]] = {}
    for one in loaded:
        by_result.setdefault((one.objective, one.result), []).append(one)

    def item(objective: dict[str, Any], row: dict[str, Any], entity: str) -> dict[str, Any]:
        given = next((v for v in by_result.get((objective["code"], row["result"] if "result" in row else row["id"]), ()) if v.entity == entity), None)
        return row if given is None or read_at(row, round, "actual") is not None else _reading(row, round, actual=given.value)

    def result(objective: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        sources = dict.fromkeys(v.source for v in by_result.get((objective["code"], row["id"]), ()))
        filled = item(objective, row, "")
        if not sources or read_at(row, round, "note") or read_at(row, round, "actual") is not None:
            return filled
        return _reading(filled, round, note=evidence.format(source="; ".join(sources)))

    objectives = []
    for o in content.get("objectives", ()):
        sheet = o.get("sheet", {})
        if any(v[0] == o["code"] for v in by_result):
            changed = {**sheet, "results": [result(o, r) for r in sheet.get("results", ())]}
            if "entities" in sheet:
                changed["entities"] = [item(o, e, e["entity"]) for e in sheet["entities"]]
            o = {**o, "sheet": changed}
        objectives.append(o)
    return {**content, "objectives": objectives}
