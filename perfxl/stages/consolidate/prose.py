"""What stands under a sector's table: footnotes, requests and answers, considerations."""

from typing import Any

from perfxl.model import long_text
from perfxl.model.rounds import Round
from perfxl.model.views import ObjectiveOutcome
from perfxl.stages.consolidate.book import Book, Sheet, a1
from perfxl.stages.consolidate.formulas import NONE, Worded, literal, said_percent
from perfxl.stages.consolidate.layout import PARTS, SectorPlace
from perfxl.stages.consolidate.styles import MOMENTS, ink
from perfxl.stages.consolidate.view import SHOWN_ROUNDS, Assignment, View

#: Widths of the columns of a sector's table.
TITLE_WIDTH, STATUS_WIDTH, PERCENT_WIDTH = 66, 19, 11
ANSWER_CELLS = 40


def note_text(view: View, book: Worded, held: Assignment) -> list[str]:
    """The footnotes of an objective in its sector: the plan's own, and those that its state calls for."""
    words, notes = book.words, []
    holding, given = held.holder.holding.data, held.holder.footnote
    if given:
        notes.append(given)
    elif holding.get("weighting") in ("not_weighted", "incentives"):
        notes.append(words(f"note_{holding['weighting']}"))
    last = view.rounds[-1] if view.rounds else None
    excluded = view.outcome(last, held).exclusion if last else None
    by = view.revised(holding, "replaced_by")
    if excluded == "replaced" or by:
        notes.append(words("note_replaced_by", code=by) if by else words("note_replaced"))
    elif last and excluded in ("withdrawn", "missing", "no_weight", "not_due"):
        notes.append(words(f"note_{excluded}_{view.rules(last).missing}" if excluded == "missing" else f"note_{excluded}"))
    for r in view.rounds:
        outcome, made = view.outcome(r, held), view.evaluation(held, r)
        if made and outcome.evaluated is not None and outcome.evaluated != outcome.declared:
            notes.append(_evaluated(book, r, outcome, made))
    return notes


def _evaluated(book: Worded, r: str, outcome: ObjectiveOutcome, made: dict[str, Any]) -> str:
    """What was declared, what the evaluator recognised, why, who decided and when, and which of the two counts."""
    words = book.words
    sentences = [words("note_evaluated", of=words.at("of", r), declared=said_percent(outcome.declared, book),
                  evaluated=said_percent(outcome.evaluated, book)), made["reason"].strip()]
    who = words("decided_by", by=made["by"]) if made.get("by") else ""
    when = words("decided_on", day=_day(made["date"])) if made.get("date") else ""
    sentences += [f"({' '.join(part for part in (who, when) if part)})"] if who or when else []
    sentences += [words("note_evaluated_aside")] if outcome.basis != "evaluated" else []
    return " ".join(sentences)


def marks(view: View, book: Worded, items: tuple[Assignment, ...]) -> tuple[list[str], list[tuple[str, str]]]:
    """The marks after each title, and the footnotes by mark: ``*``, ``**`` ... in order of appearance."""
    numbered: dict[str, str] = {}
    after = []
    for held in items:
        own_marks = []
        for text in note_text(view, book, held):
            n = len(numbered) + 1
            own_marks.append(numbered.setdefault(text, "*" * n if n <= 4 else f"({n})"))
        after.append(", ".join(dict.fromkeys(own_marks)))
    return after, [(mark, text) for text, mark in numbered.items()]


def write_footnotes(book: Book, sheet: Sheet, place: SectorPlace, notes: list[tuple[str, str]], row: int) -> int:
    for mark, text in notes:
        said = f"{mark} {text}"
        sheet.height(row, long_text.lines_shown(said, _chars(place)), 12.5)
        sheet.across(row, 0, last=place.width - 1, value=said, style=book.styles.soft(text_wrap=True))
        row += 1
    return row + 1 if notes else row


def _chars(place: SectorPlace) -> int:
    """How many characters fit across the table."""
    return int((TITLE_WIDTH + 42 + min(SHOWN_ROUNDS, len(place.rounds)) * (STATUS_WIDTH + PERCENT_WIDTH)) * 1.05)


def _heading(book: Book, sheet: Sheet, place: SectorPlace, row: int, text: str) -> int:
    for column in range(place.width):
        sheet.text(row, column, text if column == 0 else "", book.styles.heading())
    sheet.sheet.set_row(row, 22)
    return row + 1


def _so_far(view: View) -> tuple[Round, ...]:
    """The rounds up to this one: a plan may know more, when an earlier round is consolidated again."""
    return view.round.until


def write_requests(view: View, book: Book, sheet: Sheet, place: SectorPlace, row: int) -> int:
    """Requests and answers of this sector, the question on the left, the answer on the right."""
    requests = [r for r in view.content.get("requests", ()) if r["sector"] == place.code and r.get("round", view.round) in _so_far(view)]
    if not requests:
        return row
    row = _heading(book, sheet, place=place, row=row, text=book.words("requests"))
    style, wide = book.styles.cell(valign="top"), _chars(place) - TITLE_WIDTH - 6
    for request in requests:
        about = [request.get("objective"), request.get("about"), _day(request.get("date")),
                 request.get("due") and book.words("due", day=_day(request["due"]))]
        head = " · ".join(x for x in (f"{book.words('request')} {request['id']}", *about) if x)
        question = [(book.styles(bold=True), head + "\n"), (book.styles(), request["question"])]
        answers = long_pieces(request.get("answer") or book.words("no_answer"))
        if request.get("answer_date"):
            answers[0] = f"{book.words('answered', day=_day(request['answer_date']))}\n{answers[0]}"
        for n, piece in enumerate(answers):
            asked = "".join(t for _, t in question) if n == 0 else ""
            sheet.height(row, max(long_text.lines_shown(asked, TITLE_WIDTH), long_text.lines_shown(piece, wide)))
            sheet.rich(row, 0, question if n == 0 else [], style)
            sheet.across(row, 1, last=place.width - 1, value=piece, style=style)
            row += 1
    return row + 1


def _day(day: str | None) -> str:
    return "/".join(reversed(day.split("-"))) if day else ""


def long_pieces(text: str) -> list[str]:
    """``text`` in pieces that a cell can hold and the eye can read; ``long_text.join`` gives it back."""
    pieces = long_text.split(text, ANSWER_CELLS)
    return pieces or [text[n:n + 15_000] + (long_text.SEAM if n + 15_000 < len(text) else "") for n in range(0, max(1, len(text)), 15_000)]


def write_considerations(view: View, book: Book, sheet: Sheet, place: SectorPlace, row: int) -> int:
    """What the sector said of itself, then the controller's final considerations with the live percentage."""
    said = list(dict.fromkeys(s["compilation"]["considerations"] for s in view.document["sources"]
                              if s["sector"] == place.code and s.get("verdict") != "superseded"
                              and s.get("compilation", {}).get("considerations")))
    if said:
        row = _heading(book, sheet, place=place, row=row, text=book.words("sector_considerations"))
        row = _paragraphs(book, sheet, place=place, row=row, texts=said)
    given = {r: [c["text"] for c in view.content.get("considerations", ()) if c["sector"] == place.code and c["round"] == r]
             for r in _so_far(view)}
    if place.rounds or any(texts for r, texts in given.items() if not r.reports):
        row = _heading(book, sheet, place=place, row=row, text=book.words("final_considerations"))
    for r in _so_far(view):
        if r in place.rounds:
            formula, value = _sentence(view, book, place, r)
            sheet.across_formula(row, 0, last=place.width - 1, formula=formula,
                                 style=book.styles(font_color=ink(r), bold=r == place.rounds[-1]), value=value)
            row += 1
            row = _write_evaluated(view, book, sheet=sheet, place=place, r=r, row=row)
        if given[r] or r in place.rounds:
            row = _paragraphs(book, sheet, place=place, row=row, texts=given[r], colour=ink(r))
    return row


def _write_evaluated(view: View, book: Book, sheet: Sheet, place: SectorPlace, r: str, row: int) -> int:
    """Say how many outcomes in the total are the evaluator's: those accepted as declared, and those that were changed."""
    counted = [(held, outcome) for held in place.items if (outcome := view.outcome(r, held)).counted and outcome.basis == "evaluated"]
    if not counted:
        return row
    changed = [f"{held.objective.code} ({said_percent(outcome.declared, book)} → {said_percent(outcome.evaluated, book)})"
               for held, outcome in counted if outcome.declared != outcome.evaluated]
    text = book.words("sentence_evaluated", accepted=len(counted) - len(changed), changed=", ".join(changed) or book.words("none_changed"))
    sheet.height(row, long_text.lines_shown(text, _chars(place)))
    sheet.across(row, 0, last=place.width - 1, value=text, style=book.styles(font_color=ink(r), text_wrap=True))
    return row + 1


def _paragraphs(book: Book, sheet: Sheet, place: SectorPlace, row: int, texts: list[str], colour: str = MOMENTS["plan"]) -> int:
    for text in texts:
        for piece in long_pieces(text):
            sheet.height(row, long_text.lines_shown(piece, _chars(place)))
            sheet.across(row, 0, last=place.width - 1, value=piece, style=book.styles(text_wrap=True, font_color=colour))
            row += 1
    return row + 1


def _sentence(view: View, book: Book, place: SectorPlace, r: str) -> tuple[str, str]:
    """The sentence that states the outcome and its denominator, as a formula and as the text it gives."""
    if place.units:
        return _levels_sentence(view, book, place, r)
    cells = [a1(place.total + PARTS.index(p), place.value_column(r), True) for p in ("outcome", "denominator")]
    ends = ("before", "between", "after_points" if view.rules(r).points else "after")
    before, between, after = (book.words(f"sentence_{n}", of=book.words.at("of", r)) for n in ends)
    none = book.words("sentence_none", of=book.words.at("of", r))
    was, sign = (".", ",") if book.language == "it" else (",", ".")
    decimals = (view.rules(r).decimals, 2)
    times = ("*100", "" if view.rules(r).points else "*100")
    figures = [f'SUBSTITUTE(FIXED(ROUND(ROUND({c}{t},10),{n}),{n},TRUE),"{was}","{sign}")' for c, n, t in zip(cells, decimals, times, strict=True)]
    said = "&".join((literal(before), figures[0], literal(between), figures[1], literal(after)))
    formula = f"=IF(ISNUMBER({cells[0]}),{said},{literal(none)})"
    mean = view.mean(r, "sectors", place.code)
    if mean.outcome is None:
        return formula, none
    numbers = [said_percent(getattr(mean, p), book, n).rstrip("%") for p, n in zip(("outcome", "denominator"), decimals, strict=True)]
    return formula, before + numbers[0] + between + numbers[1] + after


def _levels_sentence(view: View, book: Book, place: SectorPlace, r: str) -> tuple[str, str]:
    """The same of a sector whose outcome follows from others below it: with what it has by its own objectives, and by those below."""
    words, of, mean, rules = book.words, book.words.at("of", r), view.mean(r, "sectors", place.code), view.rules(r)
    rows = place.outcome_row("outcome"), place.own_row("outcome"), place.units_mean
    cells = [a1(row, place.value_column(r), True) for row in rows]
    was, sign = (".", ",") if book.language == "it" else (",", ".")
    figures = [f'IF(ISNUMBER({c}),SUBSTITUTE(FIXED(ROUND(ROUND({c}*100,10),{rules.decimals}),{rules.decimals},TRUE),"{was}","{sign}")&"%","{NONE}")' for c in cells]
    before, own, units, after, none = (words(f"sentence_{key}", of=of) for key in ("levels_before", "own", "units", "levels_after", "none"))
    formula = f'=IF(ISNUMBER({cells[0]}),"{before}"&{figures[0]}&"{own}"&{figures[1]}&"{units}"&{figures[2]}&"{after}","{none}")'
    if mean.outcome is None:
        return formula, none
    said = [NONE if m is None else said_percent(m, book, rules.decimals) for m in (mean.outcome, mean.own.outcome, mean.units.outcome)]
    return formula, before + said[0] + own + said[1] + units + said[2] + after
