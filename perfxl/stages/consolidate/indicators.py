"""The indicators that objectives and strategic lines share: one row each, with what was measured and where it is used."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from perfxl.model import documents
from perfxl.model.arithmetic import dec, rounded, rules_in
from perfxl.model.fields import Field, walk
from perfxl.model.indicators import measuring, of_line, used_in
from perfxl.model.readings import in_force
from perfxl.model.result_degree import actual_of, degree
from perfxl.model.rounds import Round
from perfxl.model.texts import Texts
from perfxl.model.views import Objective, Result
from perfxl.stages.consolidate.columns import Column, Row, Table, column_from_field, column_from_texts, in_round
from perfxl.stages.consolidate.view import View

#: What stands before what was measured; the other fields of the plan follow it.
FIRST = ("code", "name", "unit", "owner", "line", "target")


def fields() -> tuple[Field, ...]:
    """The fields of an indicator in the plan, those of ``FIRST`` first."""
    fields = [f for f in walk(documents.schema("plan")["$defs"]["indicator"], "plan") if f.cell != "table"]
    by_key = {f.key: f for f in fields}
    return (*(by_key[k] for k in FIRST), *(f for f in fields if f.key not in FIRST))


def result_of(view: View, code: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """(objective, result) by which an indicator is measured; None where nobody measures it."""
    at = measuring(view.content).get(code)
    if at is None:
        return None
    objective = view.content["objectives"][at[0]]
    return objective, objective["sheet"]["results"][at[1]]


def measured(view: View, code: str, round: Round) -> tuple[Decimal | str | None, Decimal | None]:
    """(what was measured of an indicator at ``round``, how far it is achieved): a value, a day, or None."""
    measured_in = result_of(view, code)
    if measured_in is None:
        return None, None
    sheet, result = Objective(measured_in[0]).sheet, Result(measured_in[1])
    entities = [e for e in sheet.entities if e.result == result.id]
    value = actual_of(result, result, round)
    return value if value is not None else result.reading(round).achieved_on, degree(result, round, entities, rules_in(view.content, view.round_outcomes(round).rules))


def table(view: View) -> Table:
    """One row an indicator: what the plan says of it, what each round measured, the objectives that use it."""
    own = fields()
    of_rounds = [in_round(c, r) for r in view.rounds for c in (column_from_texts("measured", "number", "monitoring"), column_from_texts("measured_degree", "percent", "monitoring"))]
    columns = (*map(_column, own[: len(FIRST)]), *of_rounds, column_from_texts("measured_by", "code"), column_from_texts("used_in", "lines"), *map(_column, own[len(FIRST):]))

    def build() -> Iterator[Row]:
        for k, indicator in enumerate(view.content.get("indicators", ())):
            result = result_of(view, indicator["code"])
            values = {f.key: indicator.get(f.key) for f in own}
            if result is not None:
                values |= {"target": in_force(result[1], "target", view.round), "measured_by": result[0]["code"]}
            values["used_in"] = used_in(view.content, indicator["code"])
            for r in view.rounds:
                values[f"{r}_measured"], values[f"{r}_measured_degree"] = measured(view, indicator["code"], r)
            yield Row(f"/indicators/{k}", values)

    return Table("indicators", columns, build)


def _column(given: Field) -> Column:
    made = column_from_field(given)
    return made if given.key not in ("code", "owner", "line") else Column(made.key, "code", titles=made.titles, moment=made.moment)


def lines_of(view: View, line: str) -> list[dict[str, Any]]:
    """The indicators that tell the public value of a line of the cascade."""
    return of_line(view.content, line)


def said_of_line(view: View, indicator: dict[str, Any], language: str) -> str:
    """An indicator under its line, in a sentence: name, unit, target, what was measured of it last."""
    words, held = Texts("result", language), result_of(view, indicator["code"])
    last = next((value for r in reversed(view.rounds) if (value := measured(view, indicator["code"], r)[0]) is not None), None)
    target = in_force(held[1], "target", view.round) if held else indicator.get("target")
    goal = "" if target is None else words("line_target", target=said_value(target, language))
    goal += "" if last is None else words("line_found", value=said_value(last, language))
    unit = f" ({indicator['unit']})" if indicator.get("unit") else ""
    return f"{words('level_indicator')}: {indicator.get('name', '')}{unit}{goal}"


def said_value(value: Decimal | int | float | str, language: str) -> str:
    """What was measured in words: a number with at most four decimals, a day as users write it."""
    if isinstance(value, str):
        return "/".join(reversed(value.split("-")))
    text = f"{rounded(dec(value), 4).normalize():f}"
    return text.replace(".", ",") if language == "it" else text
