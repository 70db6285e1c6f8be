"""The sheets in which the controller works: *Conflitti*, *Valutazioni*, *Richieste*, *Considerazioni*.

All cells are locked without a password except those the controller fills in, which are tinted like the form's. What is
written there is read back by ``perfxl.stages.review``; a hidden row of keys and hidden columns say what each row is about.
"""

from collections.abc import Callable, Iterable
from typing import Any

from perfxl.model.texts import Texts
from perfxl.stages.consolidate.book import Book, Sheet, a1
from perfxl.stages.consolidate.cells import points
from perfxl.stages.consolidate.columns import Column, choice, column_from_field, percent, round_column, schema_column
from perfxl.stages.consolidate.formulas import NONE
from perfxl.stages.consolidate.inputs import missing
from perfxl.stages.consolidate.layout import Layout
from perfxl.stages.consolidate.lists import write_as_shares
from perfxl.stages.consolidate.prose import long_pieces
from perfxl.stages.consolidate.review_page import TOP, Line, Lists, Page, Shown
from perfxl.stages.consolidate.view import Assignment, View
from perfxl.stages.review import blocks
from perfxl.stages.review.blocks import (
    BETWEEN,
    CONFLICTS,
    CONSIDERATIONS,
    EVALUATIONS,
    KEY,
    LISTS,
    NEW_REQUESTS,
    OFFERED,
    OPEN,
    REQUESTS,
    SOURCES,
    WAS,
    Written,
    evaluation_cells,
    field_of,
    fields,
    offered,
    plan_fields,
)
from perfxl.stages.review.grid import Pending

LOCKED = "#E7EAEE"  # an answer that cannot be written
#: Width of the column of an answer to a conflict, least and most, and of all together: so that the choice is still on a laptop's screen.
ANSWERS = 13, 22, 95
#: Characters of a request's answer that are shown; the sector's own sheet shows it whole.
SHOWN_ANSWER = 8000
#: Open rows above the requests made so far: what is to be filled in is seen without looking for it.
FIRST_REQUESTS = 5


def write_review(view: View, book: Book, layout: Layout, pending: Iterable[Pending] = ()) -> None:
    """Write the sheets that ``layout`` says this round has, the hidden lists that their cells choose from, and what the
    workbook is.

    ``pending``: rows of the last workbook that could not be taken; they stand here again as they were.
    """
    written = view.reviewed
    token = blocks.token(view.round, written, view.content["body"]["code"], view.content["year"])
    book.workbook.define_name(blocks.TOKEN, f'="{token}"')
    book.workbook.set_custom_property(blocks.PROPERTY, token)
    held = Lists(view, Texts("review", book.language)("sheet_lists")) if LISTS in written else None
    for block, write in ((CONFLICTS, _conflicts), (EVALUATIONS, _evaluations), (REQUESTS, _requests), (CONSIDERATIONS, _considerations)):
        if block in written:
            write(Page(view, book, layout=layout, block=block, lists=held, pending=pending))
    if held:
        held.write(book)


def _conflicts(page: Page) -> None:
    """One row a conflict: the issued value, each answer with a link to its cell, the choice."""
    conflicts = page.view.document.get("conflicts", ())
    most = max(len(c["answers"]) for c in conflicts)
    titles = {n: {x: Texts("review", x)("col_answer", n=n + 1) for x in ("it", "en")} for n in range(most)}
    origins = {n: {x: Texts("review", x)("col_origin", n=n + 1) for x in ("it", "en")} for n in range(most)}
    width = max(ANSWERS[0], min(ANSWERS[1], ANSWERS[2] / (most + 1)))
    columns = [Shown(k, schema_column("conflict", k, "code" if k in ("sector", "objective") else "text"), wide)
               for k, wide in (("sector", 9), ("objective", 12), ("field", 20), ("base", min(20, width)))]
    columns += [Shown(f"answer{n}", Column(f"answer{n}", "text", titles[n]), width) for n in range(most)]
    columns += page.open({"choice": 20, "other": 18, "note": 28})  # beside the answers; where they come from follows
    columns += [Shown(f"origin{n}", Column(f"origin{n}", "text", origins[n]), 28) for n in range(most)]
    columns.append(Shown("key", schema_column("conflict", "key", "text"), 24))
    page.write([*columns, page.hidden(KEY), page.hidden(SOURCES)], [_conflict(page, c) for c in conflicts], 3)


def _conflict(page: Page, conflict: dict[str, Any]) -> Line:
    answers = conflict["answers"]
    values: dict[str, Any] = {k: conflict.get(k) for k in ("sector", "objective", "field", "key", "base")}
    values |= {f"answer{n}": _answer_words(page, a) for n, a in enumerate(answers)}
    values |= {f"origin{n}": _origin_words(a) for n, a in enumerate(answers)}
    values |= {KEY: f"{conflict['sector']}{BETWEEN}{conflict['key']}", SOURCES: " ".join(a["source"] for a in answers)}
    about = field_of(conflict["key"])
    line = Line(values, takes={"choice": fields(CONFLICTS, len(answers), about is not None)["choice"], **({"other": about} if about else {})})
    if about is None:
        shut = page.book.styles.cell("text", bg_color=LOCKED)
        line.locked, line.special["other"] = frozenset(("other",)), lambda sheet, row, k: sheet.blank(row, k, shut)
    line.special |= {f"origin{n}": _origin(page, a, values[f"origin{n}"]) for n, a in enumerate(answers)}
    return line


def _origin_words(answer: dict[str, Any]) -> str:
    where = f"{answer['sheet']}!{answer['cell']}" if answer.get("sheet") and answer.get("cell") else ""
    return " · ".join(part for part in (answer["file"].rsplit("/", 1)[-1], where) if part)


def _answer_words(page: Page, answer: dict[str, Any]) -> str:
    """What a copy says, and who saved it; links do not wrap in LibreOffice, so the name stands here."""
    return answer["value"] + (f"\n({page.words('saved_by', name=answer['by'])})" if answer.get("by") else "")


def _origin(page: Page, answer: dict[str, Any], text: str) -> Callable[[Sheet, int, int], None]:
    place = answer["file"], answer.get("sheet", ""), answer.get("cell", "")
    style, link = page.book.styles.cell("text", font_size=9, valign="top"), page.book.styles.link_cell(font_size=9, text_wrap=True, valign="top")
    return lambda sheet, row, k: sheet.link_file(row, k, place, text, link, style)


def _evaluations(page: Page) -> None:
    """One row for each objective in each sector: what was declared and computed, what is in force, the decision."""
    view, round = page.view, page.view.round
    columns = [Shown("sector", column_from_field(plan_fields("evaluation")["sector"]), 9), Shown("objective", column_from_field(plan_fields("evaluation")["objective"]), 12),
               page.own("title", "text", 28)]

    def figures(*keys: str) -> list[Shown]:
        return [Shown(k, schema_column("outcome", k, "percent"), 11) for k in keys]
    decided = page.open({"choice": 14, "percent": 13, "reason": 40, "by": 24, "date": 13})
    columns += [*figures("declared", "by_phases", "by_results"), *decided[:3]]  # what one decides on, and the decision, on one screen
    columns += [*figures("by_measures"), Shown("weight", schema_column("outcome", "weight", "number" if view.rules(round).points else "percent"), 11), page.own("in_force", "percent", 12), Shown("basis", choice("basis", "basis", round), 15)]
    columns += decided[3:]
    columns += [page.hidden(k) for k in (KEY, OFFERED, WAS)]
    held = [h for s in view.sectors for h in view.by_sector.get(s["code"], ()) if view.outcome(round, h)]
    page.write(columns, [_evaluation(page, h) for h in held], 3)
    first, last = TOP + 1, TOP + max(1, len(held))
    sheet, at = page.book.workbook.get_worksheet_by_name(page.layout.name(EVALUATIONS)), {c.key: k for k, c in enumerate(columns)}
    chosen, over = f"${a1(first, at['choice'])}", page.words("decision_overridden")
    for key in ("percent", "reason"):
        cell = f"${a1(first, at[key])}"
        missing(page.book, sheet, first=(first, at[key]), last=(last, at[key]), formula=f'=AND({chosen}="{over}",{cell}="")')
    typed, said, means = (f"${a1(first, at[k])}" for k in ("percent", "declared", "by_measures"))
    other = f"ROUND(ABS({typed}-IF(ISNUMBER({said}),{said},N({means}))),6)>0"
    missing(page.book, sheet, first=(first, at["percent"]), last=(last, at["percent"]),
            formula=f'=AND({chosen}="{page.words("decision_accepted")}",ISNUMBER({typed}),{other})')


def _evaluation(page: Page, held: Assignment) -> Line:
    view, round = page.view, page.view.round
    outcome, sheet = view.outcome(round, held), held.objective.sheet.data
    offer = offered(outcome)
    written = evaluation_cells(view.own_evaluation(held, round), offer)
    values = {"sector": held.holder.sector, "objective": held.objective.code,
              "title": view.in_force(sheet, "title"), "basis": outcome.basis, **written.values,
              KEY: BETWEEN.join((round, *held.key)), OFFERED: offer or "", WAS: written.mark}
    values |= {k: percent(getattr(outcome, k)) for k in ("weight", "declared", "by_phases", "by_results", "by_measures")}
    cell, value = page.layout.value(round, held), percent(outcome.value)
    style = page.book.styles.cell("percent", round, bold=True, valign="top")

    def in_force(to: Sheet, row: int, k: int) -> None:
        to.formula(row, k, formula=f'=IF(ISNUMBER({cell}),{cell},"{NONE}")', style=style, value=NONE if value is None else points(value))

    special: dict[str, Callable[[Sheet, int, int], object]] = {"in_force": in_force}
    if view.shares_for_phases(round, held):
        special["by_phases"] = lambda to, row, k: write_as_shares(view, page.book, sheet=to, row=row, k=k, round=round, held=held)
    return Line(values, special=special)


def _requests(page: Page) -> None:
    """The requests made so far with their answers, and open rows for new ones."""
    of_request = plan_fields("request")
    columns = [Shown("id", column_from_field(of_request["id"]), 7), Shown("round", round_column(page.view), 16)]
    columns += page.open({"sector": 10, "objective": 13, "about": 22, "date": 13, "due": 13, "question": 56, "reopen": 13, "internal": 11})
    columns += [Shown("answer_date", column_from_field(of_request["answer_date"]), 13), Shown("answer", column_from_field(of_request["answer"]), 56), page.hidden(KEY)]
    shut = frozenset(OPEN[REQUESTS])
    lines = []
    for request in page.view.content.get("requests", ()):
        answer = request.get("answer")
        begun = long_pieces(answer)[0] if answer and len(answer) > SHOWN_ANSWER else answer
        lines.append(Line({**request, "answer": begun, KEY: request["id"]}, locked=shut))
    free = [Line({}) for _ in range(NEW_REQUESTS)]
    page.write(columns, free[:FIRST_REQUESTS] + lines + free[FIRST_REQUESTS:], 3)


def _considerations(page: Page) -> None:
    """One row a sector, with its outcome in force and one cell for what the controller has to say."""
    view, round = page.view, page.view.round
    name = page.own("sector_name", "text", 40)
    columns = [Shown("sector", column_from_field(plan_fields("consideration")["sector"]), 9), name, page.own("overall", "percent", 13),
               *page.open({"text": 110}), page.hidden(KEY), page.hidden(WAS)]
    page.write(columns, [_consideration(page, s, _said(view.content.get("considerations", ()), s["code"], round)) for s in view.sectors], 2)


def _said(considerations: Iterable[dict[str, Any]], sector: str, round: str) -> str:
    """What was said of a sector in a round: several texts are one, a blank line between them."""
    return "\n\n".join(c["text"] for c in considerations if (c["sector"], c["round"]) == (sector, round))


def _consideration(page: Page, sector: dict[str, Any], text: str) -> Line:
    view, round, code = page.view, page.view.round, sector["code"]
    written = Written({"text": text} if text else {})
    cell, value = page.layout.sectors[code].part(round, "outcome"), percent(view.mean(round, "sectors", code).outcome)
    style = page.book.styles.cell("percent", round, bold=True, valign="top")

    def overall(to: Sheet, row: int, k: int) -> None:
        to.formula(row, k, formula=f'=IF(ISNUMBER({cell}),{cell},"{NONE}")', style=style, value=NONE if value is None else points(value))

    return Line({"sector": code, "sector_name": sector["name"], **written.values, KEY: BETWEEN.join((round, code)),
                 WAS: written.mark}, special={"overall": overall})
