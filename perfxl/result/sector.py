"""The sheet of one sector: its table with live totals, footnotes, requests and answers, considerations."""

from decimal import Decimal

from perfxl import story
from perfxl.arithmetic import dec, shown
from perfxl.fields import objective_fields
from perfxl.findings import quote
from perfxl.result.book import Book, Sheet, a1, points
from perfxl.result.layout import FIRST, PARTS, Layout, SectorPlace
from perfxl.result.rows import percent
from perfxl.result.styles import MOMENTS, SOFT, TABS
from perfxl.result.view import Held, View

TITLE_WIDTH, STATUS_WIDTH, PERCENT_WIDTH = 66, 19, 11
NONE = "–"  # what a cell shows when there is no figure: never 0, never 100
ANSWER_CELLS = 40


def rounded(formula: str) -> str:
    """A fraction half up to two decimals of a point. The inner rounding undoes what binary fractions add or take."""
    return f"ROUND(ROUND({formula},10),4)"


def value_or_none(text: str | None):
    """An outcome of the document as the cached value of a formula: the fraction, or the dash."""
    return NONE if text is None else points(text)


def note_text(view: View, book: Book, held: Held) -> list[str]:
    """The footnotes of an objective in its sector: the plan's own, and those that its state calls for."""
    words, notes = book.words, []
    holding, given = held.holder.get("holding", {}), held.holder.get("footnote")
    if given:
        notes.append(given)
    elif holding.get("weighting") in ("not_weighted", "incentives"):
        notes.append(words(f"note_{holding['weighting']}"))
    last = view.rounds[-1] if view.rounds else None
    excluded = view.outcome(last, held).get("exclusion") if last else None
    if excluded == "replaced" or holding.get("replaced_by"):
        by = holding.get("replaced_by")
        notes.append(words("note_replaced_by", code=by) if by else words("note_replaced"))
    elif excluded in ("withdrawn", "missing", "no_weight"):
        notes.append(words(f"note_{excluded}_{view.missing_rule}" if excluded == "missing" else f"note_{excluded}"))
    for r in view.rounds:
        found = view.outcome(r, held)
        if found["basis"] == "evaluated" and found["evaluated"] != found["declared"]:
            notes.append(words("note_evaluated", of=words(f"of_{r}"), declared=said_percent(found["declared"], book),
                               evaluated=said_percent(found["evaluated"], book),
                               reason=view.evaluations.get((*held.key, r), {}).get("reason", "")).strip())
    return notes


def said_percent(value, book: Book) -> str:
    """A percentage in words: ``57,25%``; "(vuoto)" where there is none."""
    if value is None:
        return quote(None, book.language)
    text = f"{shown(dec(value))}%"
    return text.replace(".", ",") if book.language == "it" else text


def marks(view: View, book: Book, items: tuple[Held, ...]) -> tuple[list[str], list[tuple[str, str]]]:
    """The marks after each title, and the footnotes by mark: ``*``, ``**`` ... in order of appearance."""
    numbered: dict[str, str] = {}
    after = []
    for held in items:
        mine = []
        for text in note_text(view, book, held):
            n = len(numbered) + 1
            mine.append(numbered.setdefault(text, "*" * n if n <= 4 else f"({n})"))
        after.append(", ".join(dict.fromkeys(mine)))
    return after, [(mark, text) for text, mark in numbered.items()]


def write_sector(view: View, book: Book, layout: Layout, sector: dict) -> None:
    """Write the sheet of ``sector``."""
    place = layout.sectors[sector["code"]]
    sheet = book.sheet(place.sheet, TABS["sector"], free=True)
    _columns(sheet, book, place)
    _head(view, book, layout, sheet, sector)
    _header(view, book, sheet, place)
    after, notes = marks(view, book, place.items)
    for n, held in enumerate(place.items):
        _objective(view, book, sheet, place, held, FIRST + n, after[n])
    if not place.items:
        _empty(book, sheet, place)
    _totals(view, book, sheet, place)
    row = place.total + (len(PARTS) if place.rounds else 1) + 1
    row = _footnotes(book, sheet, place, notes, row)
    row = _requests(view, book, sheet, place, row)
    row = _considerations(view, book, sheet, place, row)
    sheet.sheet.freeze_panes(FIRST, 1)
    sheet.printed((FIRST - 1, FIRST - 1))
    sheet.sheet.print_area(0, 0, row, place.width - 1)
    sheet.finish()


def _columns(sheet: Sheet, book: Book, place: SectorPlace) -> None:
    widths = [TITLE_WIDTH, 11, 13, 18]
    for _ in place.rounds:
        widths += [STATUS_WIDTH, PERCENT_WIDTH]
    for column, width in enumerate(widths):
        sheet.sheet.set_column(column, column, width)
    sheet.sheet.set_column(place.width, place.width, 3)
    sheet.sheet.set_column(place.width + 1, place.width + 3 * max(1, len(place.rounds)), 11, book.styles.soft())


def _head(view: View, book: Book, layout: Layout, sheet: Sheet, sector: dict) -> None:
    styles, words = book.styles, book.words
    sheet.sheet.set_row(0, 26)
    sheet.text(0, 0, f"{sector['code']} · {sector['name']}", styles.title())
    sheet.link(1, 0, layout.name("dashboard"), "A1", words("back"), styles.link(font_size=9))
    people = [words("manager_is", name=sector["manager"])] if sector.get("manager") else []
    people += [sector["appointment"]] if sector.get("appointment") else []
    sheet.text(2, 0, " · ".join(people), styles())
    source = next((s for s in view.document["sources"] if s["sector"] == sector["code"]), None)
    state = words("form_is", state=words(f"state_{view.state(sector['code'])}").lower())
    if source:
        sheet.link_file(3, 0, (source["file"], "", ""), f"{state}: {source['file']}", styles.link(font_size=9), styles.soft())
    else:
        sheet.text(3, 0, state, styles.soft())


def _header(view: View, book: Book, sheet: Sheet, place: SectorPlace) -> None:
    styles, words, row = book.styles, book.words, FIRST - 1
    sheet.sheet.set_row(row, 45)
    for column, key in enumerate(("executive_objective", "priority", "weight", "duration")):
        sheet.text(row, column, words(f"head_{key}"), styles.header(align="left" if column == 0 else "center"))
    for r in place.rounds:
        column, day = place.status_column(r), view.dates.get(r, {}).get("reference_date", "")
        on = words("on_day", day="/".join(reversed(day.split("-")))) if day else ""
        sheet.text(row, column, "\n".join(t for t in (words(f"head_outcome_{r}"), on) if t), styles.header(r, align="center"))
        sheet.text(row, column + 1, "%", styles.header(r, align="center"))
    for r in place.rounds or ("plan",):
        for part in ("weight", "counted", "last"):
            if r != "plan" or part != "last":
                text = f"{words(f'working_{part}')} ({words(f'in_{r}')})"
                sheet.text(row, place.working_column(r, part), text, styles.soft(text_wrap=True, bottom=1, valign="vcenter", italic=True))


def _labels(key: str, language: str) -> dict:
    return next(f for f in objective_fields() if f.key == key).labels(language)


def duration(sheet: dict, book: Book) -> str:
    """The duration class: ``annuale`` or ``pluriennale (2/3)``; blank when the sheet does not say."""
    number, count = sheet.get("year_number"), sheet.get("year_count")
    if count == 1 or (count is None and number == 1):
        return book.words("annual")
    return book.words("several_years", number=number or "?", count=count) if count else ""


def title_pieces(view: View, book: Book, held: Held, mark: str = "") -> list[tuple]:
    """Code, title as approved, title as revised, mark: the pieces of a title in their colours."""
    styles, sheet = book.styles, held.objective.get("sheet", {})
    old, new = sheet.get("title"), sheet.get("title_revised")
    pieces = [(styles(bold=True, font_color=MOMENTS["plan"]), held.codes + "  ")]
    if new and view.round != "plan":
        pieces += [(styles(font_color=MOMENTS["plan"], font_strikeout=True), old or ""), (styles(font_color=MOMENTS["interim"]), (" " if old else "") + new)]
    else:
        pieces.append((styles(font_color=MOMENTS["plan"]), old or book.words("no_title")))
    return pieces + [(styles(bold=True, font_color="#8E1B10"), f" {mark}" if mark else "")]


def _objective(view: View, book: Book, sheet: Sheet, place: SectorPlace, held: Held, row: int, mark: str) -> None:
    styles, contents = book.styles, held.objective.get("sheet", {})
    pieces = title_pieces(view, book, held, mark)
    lines = story.lines_shown("".join(t for _, t in pieces), TITLE_WIDTH)
    sheet.height(row, max(2 if place.rounds else 1, lines))
    sheet.rich(row, 0, pieces, styles.cell("text"))
    centred = {"align": "center", "valign": "vcenter"}
    priority = contents.get("priority")
    sheet.text(row, 1, _labels("priority", book.language).get(priority, priority or ""), styles.cell(**centred))
    weight_is_number = _weight(view, book, sheet, held, row)
    sheet.text(row, 3, duration(contents, book), styles.cell(**centred))
    for r in place.rounds:
        found = view.outcome(r, held)
        status = book.words(f"status_{found.get('status') or 'unknown'}")
        sheet.text(row, place.status_column(r), status, styles.cell(moment=r, **centred))
        sheet.percent(row, place.value_column(r), percent(found.get("value")), styles.cell("percent", r, valign="vcenter"))
    _working(view, book, sheet, place, held, row, weight_is_number)


def _weight(view: View, book: Book, sheet: Sheet, held: Held, row: int) -> bool:
    """Write the weight; returns whether the cell holds the weight in force as a number."""
    styles, holding = book.styles, held.holder.get("holding", {})
    old, new = dec(holding.get("weight")), dec(holding.get("weight_revised")) if view.round != "plan" else None
    style = styles.cell("percent", valign="vcenter", align="center")
    if holding.get("weighting") in ("not_weighted", "incentives"):
        sheet.text(row, 2, book.words(f"weight_{holding['weighting']}"), styles.cell(valign="vcenter", align="center", font_color=SOFT))
        return False
    if new is None or new == old:
        sheet.percent(row, 2, old, style)
        return old is not None
    pieces = [(styles(font_color=MOMENTS["plan"], font_strikeout=True), said_percent(old, book) if old is not None else ""),
              (styles(font_color=MOMENTS["interim"]), (" " if old is not None else "") + said_percent(new, book))]
    if old is None:
        sheet.percent(row, 2, new, styles.cell("percent", "interim", valign="vcenter", align="center"))
        return True
    sheet.rich(row, 2, pieces, styles.cell(valign="vcenter", align="center"))
    return False


def _working(view: View, book: Book, sheet: Sheet, place: SectorPlace, held: Held, row: int, weight_is_number: bool) -> None:
    """The columns of the calculation: weight in force, whether it is in the denominator, last known outcome."""
    style, flag = book.styles.soft(num_format="0.00%"), book.styles.soft(num_format="0")
    for r in place.rounds or ("plan",):
        weight = held.weight(r)
        column = place.working_column(r, "weight")
        if weight_is_number:
            sheet.formula(row, column, f"={a1(row, 2)}", style, points(weight))
        else:
            sheet.number(row, column, points(weight or 0), style)
        found = view.outcome(r, held)
        counted = found.get("exclusion") in (None, "missing") if found else weight is not None
        sheet.number(row, place.working_column(r, "counted"), int(counted), flag)
        if not place.rounds:
            continue
        earlier = [q for q in reversed(place.rounds[: place.rounds.index(r) + 1])]
        formula, value = f'"{NONE}"', NONE
        for q in reversed(earlier):
            cell = a1(row, place.value_column(q))
            formula = f"IF(ISNUMBER({cell}),{cell},{formula})"
            known = view.outcome(q, held).get("value")
            value = value if known is None else points(known)
        sheet.formula(row, place.working_column(r, "last"), f"={formula}", style, value)


def _empty(book: Book, sheet: Sheet, place: SectorPlace) -> None:
    for column in range(place.width):
        sheet.text(FIRST, column, book.words("no_objectives") if column == 0 else "", book.styles.cell(font_color=SOFT))
    for r in place.rounds or ("plan",):
        for part in ("weight", "counted"):
            sheet.number(FIRST, place.working_column(r, part), 0, book.styles.soft())


def mean_formulas(weights: str, counted: str, values: str, last: str, rule: str) -> dict[str, str]:
    """The formulas of a weighted mean by part: ``weights``, ``counted``, ``values`` and ``last`` are ranges."""
    whole = f"SUMPRODUCT({weights},{counted})"
    present = f"SUMPRODUCT({weights},{counted},--ISNUMBER({values}))"
    known = f"SUMPRODUCT({weights},{counted},--ISNUMBER({last}))"
    top, top_last = f"SUMPRODUCT({weights},{counted},{values})", f"SUMPRODUCT({weights},{counted},{last})"

    def ratio(a, b):
        return f'=IF({b}=0,"{NONE}",{rounded(f"{a}/{b}")})'

    ways = {"out": (top, present), "zero": (top, whole), "last_known": (top_last, known)}
    return {"outcome": ratio(*ways[rule]), "without_missing": ratio(*ways["out"]), "missing_as_zero": ratio(*ways["zero"]),
            "missing_as_last": ratio(*ways["last_known"]), "coverage": ratio(present, whole),
            "denominator": f'=IF(SUMPRODUCT({counted})=0,"{NONE}",{rounded(ways[rule][1])})'}


def _totals(view: View, book: Book, sheet: Sheet, place: SectorPlace) -> None:
    """The total row and the parts of the mean under it, all live formulas."""
    styles, words = book.styles, book.words
    latest = place.rounds[-1] if place.rounds else "plan"
    weights, counted = (place.column(place.working_column(latest, p)) for p in ("weight", "counted"))
    whole = sum((held.weight(latest) or Decimal(0) for held in place.items
                 if view.outcome(latest, held).get("exclusion") in (None, "missing")), Decimal(0))
    sheet.sheet.set_row(place.total, 22)
    sheet.text(place.total, 0, words("total"), styles.total())
    sheet.formula(place.total, 2, f"=SUMPRODUCT({weights},{counted})", styles.total("percent", align="center"), points(whole))
    for column in (1, 3):
        sheet.blank(place.total, column, styles.total())
    for n, part in enumerate(PARTS if place.rounds else ()):
        row = place.total + n
        if n:
            sheet.text(row, 0, words(f"part_{part}"), styles.soft(align="right", indent=1, valign="vcenter"))
        for r in place.rounds:
            ranges = [place.column(place.working_column(r, p)) for p in ("weight", "counted")]
            ranges += [place.column(place.value_column(r)), place.column(place.working_column(r, "last"))]
            look = styles.total("percent", r) if n == 0 else styles.soft(num_format="0.00%", align="right", indent=1, font_color=MOMENTS[r])
            value = value_or_none(view.mean(r, "sectors", place.code).get(part))
            sheet.formula(row, place.value_column(r), mean_formulas(*ranges, view.missing_rule)[part], look, value)
            if n == 0:
                sheet.blank(row, place.status_column(r), styles.total(moment=r))


def _footnotes(book: Book, sheet: Sheet, place: SectorPlace, notes: list[tuple[str, str]], row: int) -> int:
    for mark, text in notes:
        said = f"{mark} {text}"
        sheet.height(row, story.lines_shown(said, _chars(place)), 12.5)
        sheet.across(row, 0, place.width - 1, said, book.styles.soft(text_wrap=True))
        row += 1
    return row + 1 if notes else row


def _chars(place: SectorPlace) -> int:
    """How many characters fit across the table."""
    return int((TITLE_WIDTH + 42 + len(place.rounds) * (STATUS_WIDTH + PERCENT_WIDTH)) * 1.05)


def _heading(book: Book, sheet: Sheet, place: SectorPlace, row: int, text: str) -> int:
    for column in range(place.width):
        sheet.text(row, column, text if column == 0 else "", book.styles.heading())
    sheet.sheet.set_row(row, 22)
    return row + 1


def _requests(view: View, book: Book, sheet: Sheet, place: SectorPlace, row: int) -> int:
    """Requests and answers of this sector, the question on the left, the answer on the right."""
    mine = [r for r in view.content.get("requests", ()) if r["sector"] == place.code]
    if not mine:
        return row
    row = _heading(book, sheet, place, row, book.words("requests"))
    style, wide = book.styles.cell(valign="top"), _chars(place) - TITLE_WIDTH - 6
    for request in mine:
        about = [request.get("objective"), request.get("about"), _day(request.get("date")),
                 request.get("due") and book.words("due", day=_day(request["due"]))]
        head = " · ".join(x for x in (f"{book.words('request')} {request['id']}", *about) if x)
        question = [(book.styles(bold=True), head + "\n"), (book.styles(), request["question"])]
        answers = long_pieces(request.get("answer") or book.words("no_answer"))
        if request.get("answer_date"):
            answers[0] = f"{book.words('answered', day=_day(request['answer_date']))}\n{answers[0]}"
        for n, piece in enumerate(answers):
            asked = "".join(t for _, t in question) if n == 0 else ""
            sheet.height(row, max(story.lines_shown(asked, TITLE_WIDTH), story.lines_shown(piece, wide)))
            sheet.rich(row, 0, question if n == 0 else [], style)
            sheet.across(row, 1, place.width - 1, piece, style)
            row += 1
    return row + 1


def _day(day: str | None) -> str:
    return "/".join(reversed(day.split("-"))) if day else ""


def long_pieces(text: str) -> list[str]:
    """``text`` in pieces that a cell can hold and the eye can read; ``story.join`` gives it back."""
    pieces = story.split(text, ANSWER_CELLS)
    return pieces or [text[n:n + 15_000] + (story.SEAM if n + 15_000 < len(text) else "") for n in range(0, max(1, len(text)), 15_000)]


def _considerations(view: View, book: Book, sheet: Sheet, place: SectorPlace, row: int) -> int:
    """What the sector said of itself, then the controller's final considerations with the live percentage."""
    said = [s["compilation"]["considerations"] for s in view.document["sources"]
            if s["sector"] == place.code and s.get("compilation", {}).get("considerations")]
    if said:
        row = _heading(book, sheet, place, row, book.words("sector_considerations"))
        row = _paragraphs(book, sheet, place, row, said)
    given = {r: [c["text"] for c in view.content.get("considerations", ()) if c["sector"] == place.code and c["round"] == r] for r in MOMENTS}
    if place.rounds or given["plan"]:
        row = _heading(book, sheet, place, row, book.words("final_considerations"))
    for r in MOMENTS:
        if r in place.rounds:
            formula, value = _sentence(view, book, place, r)
            sheet.across_formula(row, 0, place.width - 1, formula, book.styles(font_color=MOMENTS[r], bold=r == place.rounds[-1]), value)
            row += 1
        if given[r] or r in place.rounds:
            row = _paragraphs(book, sheet, place, row, given[r], MOMENTS[r])
    return row


def _paragraphs(book: Book, sheet: Sheet, place: SectorPlace, row: int, texts: list[str], colour: str = MOMENTS["plan"]) -> int:
    for text in texts:
        for piece in long_pieces(text):
            sheet.height(row, story.lines_shown(piece, _chars(place)))
            sheet.across(row, 0, place.width - 1, piece, book.styles(text_wrap=True, font_color=colour))
            row += 1
    return row + 1


def _sentence(view: View, book: Book, place: SectorPlace, r: str) -> tuple[str, str]:
    """The sentence that states the outcome and its denominator, as a formula and as the text it gives."""
    cells = [a1(place.total + PARTS.index(p), place.value_column(r), True) for p in ("outcome", "denominator")]
    before, between, after = (book.words(f"sentence_{n}", of=book.words(f"of_{r}")) for n in ("before", "between", "after"))
    none = book.words("sentence_none", of=book.words(f"of_{r}"))
    was, sign = (".", ",") if book.language == "it" else (",", ".")
    figures = [f'SUBSTITUTE(FIXED({c}*100,2,TRUE),"{was}","{sign}")' for c in cells]
    formula = f'=IF(ISNUMBER({cells[0]}),"{before}"&{figures[0]}&"{between}"&{figures[1]}&"{after}","{none}")'
    mean = view.mean(r, "sectors", place.code)
    if mean.get("outcome") is None:
        return formula, none
    numbers = [said_percent(mean[p], book).rstrip("%") for p in ("outcome", "denominator")]
    return formula, before + numbers[0] + between + numbers[1] + after
