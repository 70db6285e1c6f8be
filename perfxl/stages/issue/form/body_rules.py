"""What a body's rules make of a form: what its formulas go by, and with how many decimals outcomes are shown."""

from typing import Any

from perfxl.model import terms
from perfxl.model.arithmetic import TYPED, rules_in
from perfxl.model.plan_year import first_day
from perfxl.model.rounds import Round, reference_day
from perfxl.stages.issue.form import bands, facts
from perfxl.stages.issue.form.arithmetic import constants, derived, unit
from perfxl.stages.issue.form.names import BEGINS, OUTCOME, PRINTED, SUMMARY
from perfxl.stages.issue.form.writing import Form
from perfxl.workbook.patch.stored_values import serial


def set_constants(form: Form, plan: dict[str, Any], round: Round, banded: bool) -> None:
    """Say what formulas go by: the year, the day of the round, the body's rules and words; no bands unless it is ``banded``."""
    book, rules = form.book, plan.get("rules", {})
    tolerance = rules.get("weight_tolerance")
    if tolerance is not None:
        book.set_name("pxm_tolerance", facts.fraction(tolerance, unit()))
    for number, name in enumerate(BEGINS, 1):
        book.set_name(name, str(serial(first_day(plan, number).isoformat())))
    book.set_name("pxm_at", str(serial(reference_day(plan, round).isoformat())))
    for name, text in (constants(rules_in(plan), form.language) | derived(rules)).items():
        book.set_name(name, text)
    if terms.words_in_use().key != terms.USUAL:
        book.set_name(terms.CONSTANT, f'"{terms.words_in_use().key}"')
    if not banded:
        for name in bands.looked_up():  # formulas look up in nothing, where no table is
            book.set_name(name, "0")


def show_decimals(form: Form, decimals: int) -> None:
    """Show computed outcomes with the ``decimals`` that the body prints; a master shows two."""
    if decimals == TYPED:
        return
    cells = [place for name in form.places if PRINTED.match(name) and (place := form.cell(name))]
    summary = form.block(SUMMARY)
    if summary is not None:
        cells += [(summary.sheet, summary.ref._replace(top=summary.ref.top + 2, left=summary.columns[key], right=summary.columns[key]))
                  for key in OUTCOME if key in summary.columns]
    for sheet, ref in cells:
        for row in ref.rows:
            style = form.book.styles.numbered(sheet.style(row, ref.left), f"0.{'0' * decimals}%" if decimals else "0%")
            sheet.put_style(row, ref.left, style)
