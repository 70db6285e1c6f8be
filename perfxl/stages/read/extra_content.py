"""A returned workbook laid beside the one that was issued: what it has outside its fields that the form has not.

The form's own cells are no news; what a sector wrote over them, beside them, on a sheet of its own, in a comment or a
text box is quoted. Nothing typed is lost.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from perfxl.model import identity
from perfxl.model.findings import Finding, Place
from perfxl.model.texts import area
from perfxl.stages.read.moved_days import is_later
from perfxl.stages.read.outside_fields import Outside, Said, said_by
from perfxl.stages.read.read_context import FEW_FORMULAS
from perfxl.workbook.binding import NAME
from perfxl.workbook.sheets.formats import day_of
from perfxl.workbook.sheets.model import Book, Cell, Cells, Extra, SharedRow, Sheet, Written
from perfxl.workbook.sheets.refs import LONGEST_FORMULA, Ref, a1

#: How many overwritten cells of a sheet are told one by one, how many cells and characters one finding quotes.
MOST_CHANGES, MOST_CELLS, MOST_TEXT = 40, 5_000, 400_000
#: How marked copies write their comments: whose they are, how they begin, what parts them from an earlier comment.
MARK_AUTHOR, MARK_SIGN, MARK_RULE = "perfxl", "perfxl · ", "――― perfxl ―――"

_BESIDES = {"comment": "FORM20", "box": "FORM21", "link": "FORM22", "picture": "FORM25"}
#: What makes the cells of a workbook.
Make = Callable[[Any], Cell]
_STRING = re.compile(r'"((?:[^"]|"")*)"')
_FUNCTION = re.compile(r"\b([A-Z][A-Z0-9]*)\(")
_SLOT = re.compile(r"\d{1,3}[fr]?\Z")
_NUMBER = re.compile(r"(?<![\w.$:!)])\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w(!:.])")


@lru_cache(4096)
def _skeleton(formula: str) -> tuple[object, ...]:
    """What stays of a formula through inserted rows and other programs: its functions, texts and numbers."""
    if len(formula) > LONGEST_FORMULA:
        return (formula,)
    texts = sorted(t for t in _STRING.findall(formula) if not t.startswith("#"))
    bare = _STRING.sub("", formula)
    functions = sorted(f for f in _FUNCTION.findall(bare) if f not in ("TRUE", "FALSE"))
    return tuple(texts), tuple(functions), tuple(sorted(float(n) for n in _NUMBER.findall(bare)))


def _key(said: Said) -> tuple[object, ...]:
    """What two cells that say the same have in common."""
    if said.kind == "formula":
        return ("formula", _skeleton(said.text)) if said.text else ("formula", None)
    return (said.kind, " ".join(said.text.split()))


def _same(returned: Said, issued: Said | None) -> bool:
    if returned == issued:
        return True
    if issued is None or returned.kind != issued.kind:
        return issued is not None and issued.kind == "date" and returned.kind == "number" and _is_day(returned.text, issued.text)
    return not returned.text or _key(returned) == _key(issued)


def _is_token(text: str) -> bool:
    """Whether the text is what the form shows of its identity: elsewhere on the sheet, it was moved with the rest."""
    known = identity.parse(text)
    return known is not None and known.token == text.strip()


def _is_day(number: str, day: str) -> bool:
    """Whether ``number`` counts the days up to ``day``: a date whose format a program left out."""
    return number.isdecimal() and len(number) < 7 and str(day_of(Decimal(number), False)) == day


def _agree(returned: Cells, of_form: Cells, cell: Written | Cell, issued: Written | Cell | None) -> bool:
    """Whether two cells say the same; of computed ones, the value is no news."""
    if issued is None:
        return False
    return cell.formula is not None and cell.formula == issued.formula or _same(
        said_by(returned.make(cell)), said_by(of_form.make(issued)))


class Form:
    """The issued workbook, its sheets looked at when they are needed. Its fields count as cells too: what a cell says
    at its own place is no news, whoever wrote it."""

    def __init__(self, book: Book):
        self._book = book
        self._own = {name: ref for sheet in book.sheets for name, ref in sheet.names.items()}
        self._pairs: dict[tuple[Make, Make], set[tuple[Written | Cell, Written | Cell | None]]] = {}

    def sheet(self, outside: Outside) -> Sheet | None:
        """The sheet that ``outside`` began as."""
        known = (self._own.get(name) or self._book.names.get(name) for name in outside.names)
        return self._book.sheet(next((ref.sheet for ref in known if isinstance(ref, Ref)), outside.sheet))

    def extras(self, sheet: Sheet | None) -> Counter[tuple[str, str]]:
        """What the form itself has besides cells, on one sheet."""
        return Counter((e.kind, e.text) for e in self._book.extras if sheet and e.sheet == sheet.name)

    @staticmethod
    def cells(sheet: Sheet) -> dict[tuple[int, int], Said]:
        """Everything on the sheet; a formula that several cells share, in each of them."""
        cells = sheet.cells
        return {at: said_by(cells.make(cells.in_full(at)) if cells[at].formula == "" else cells[at]) for at in cells}

    def agrees(self, outside: Outside, issued: Sheet) -> bool:
        """Whether every cell of ``outside`` surely stands at its place in ``issued``. Rows that both books write alike
        are the same, shared strings aside; of the others, cells are laid beside each other once for all sheets that write
        them so."""
        returned, of_form = outside.cells, issued.cells
        same = self._pairs.setdefault((returned.make, of_form.make), set())
        alike = returned.own is of_form.own
        rows = returned.rows.items()
        for row, columns in [(r, c) for r, c in rows if of_form.rows.get(r) is not c or type(c) is SharedRow] if alike else rows:
            known = of_form.rows.get(row, {})
            if alike and columns == known and type(columns) is not SharedRow:
                continue
            taken = outside.taken.get(row, ())
            for column, cell in columns.items():
                other = known.get(column)
                pair = cell, of_form.in_full((row, column)) if other and other.formula == "" and cell.formula else other
                if column not in taken and pair not in same:
                    if not _agree(returned, of_form, *pair):
                        return False
                    same.add(pair)
        return True

    def fixed(self, sheet: Sheet) -> set[tuple[int, int]]:
        """The cells of the sheet that are no fields: headings, keys, slots, whatever is computed."""
        cells = self.cells(sheet)
        rows: dict[int, list[int]] = {}
        for row, column in cells:
            rows.setdefault(row, []).append(column)
        inside: set[tuple[int, int]] = set()
        for name, ref in self._book.names.items():
            if isinstance(ref, Ref) and ref.sheet == sheet.name and NAME.match(name):
                here = [(row, column) for row in range(ref.top, min(ref.bottom, ref.top + 5_000) + 1)
                        for column in rows.get(row, ()) if ref.left <= column <= ref.right]
                inside.update(_of_table(cells, here, ref) if "_t_" in name else here)
        return {at for at, said in cells.items() if said.kind == "formula" or at not in inside}


def _of_table(cells: Mapping[tuple[int, int], Said], here: list[tuple[int, int]], ref: Ref) -> Iterator[tuple[int, int]]:
    """Those of the cells ``here`` that are fields of the table at ``ref``: in rows with a slot, what follows the slot's
    own column and the mark of a row of revisions aside."""
    slots = next((column for row, column in here if cells[row, column].text == "#"), 0)
    for row, column in here:
        slot = cells.get((row, slots))
        if slot and column != slots and slot.text[:1].isdecimal() and not (slot.text.endswith(("f", "r")) and column == ref.left):
            yield row, column


def findings(outside: Iterable[Outside], form: Form, file: str, sector: str = "") -> list[Finding]:
    """A finding for each sheet with something that the issued form has not outside its fields, and for each cell of
    the form that was written over."""
    findings: list[Finding] = []
    for sheet in outside:
        issued = form.sheet(sheet)
        findings += _besides(sheet, form.extras(issued), file)
        if issued is None:
            findings += _added(sheet, file)
            continue
        if not form.agrees(sheet, issued):
            findings += _differences(sheet, form, issued, file)
        findings += _hidden(sheet, issued, file)
    return [f.at(sector=sector) for f in _formulas_once(findings)]


def _formulas_once(findings: list[Finding]) -> list[Finding]:
    """The changed formulas of all sheets in one finding: they are news of the whole form."""
    changed = [f for f in findings if f.code == "FORM26"]
    if len(changed) < 2:
        return findings
    changes = listed(f"{f.place.sheet}!{f.values['found']}" for f in changed)
    whole = Finding("FORM26", changed[0].place, {"count": sum(f.values["count"] for f in changed), "found": changes})
    return [*(f for f in findings if f.code != "FORM26"), whole]


def _added(sheet: Outside, file: str) -> list[Finding]:
    """A sheet that the form has not."""
    text = _quoted({at: said for at, said in sheet.said.items() if said.text.strip()})
    return [Finding("FORM17", Place(file, sheet.sheet), {"found": text})] if text else []


def _differences(sheet: Outside, form: Form, issued: Sheet, file: str) -> list[Finding]:
    """What was written over cells of the form, one by one, and what stands where the form has nothing."""
    cells, fixed = form.cells(issued), form.fixed(issued)
    apart = {at: said for at, said in sheet.said.items() if not _same(said, cells.get(at))}
    computed = {at for at, said in cells.items() if said.kind == "formula"}
    if len(computed) >= FEW_FORMULAS and sum(said.kind == "formula" for said in sheet.said.values()) < FEW_FORMULAS:
        apart = {at: said for at, said in apart.items() if at not in computed}  # a program kept their values alone
    spare = Counter(_key(cells[at]) for at in fixed if at not in sheet.said or at in apart)
    formulas = {_key(cells[at]) for at in fixed if cells[at].kind == "formula"} | {("formula", None)}
    slots = {column for (_, column), said in sheet.said.items() if said.text == "#"}
    typed: dict[tuple[int, int], Said] = {}
    for at, said in apart.items():
        key = _key(said)
        if spare[key]:
            spare[key] -= 1
        elif key not in formulas and said.text.strip() and not _is_token(said.text) and not (at[1] in slots and _SLOT.match(said.text)):
            typed[at] = said
    findings, other = [], {at: typed.pop(at) for at, said in list(typed.items())
                       if said.kind == "formula" and at in cells and cells[at].kind == "formula"}
    if other:
        findings.append(Finding("FORM26", Place(file, sheet.sheet, a1(*min(other))), {"count": len(other), "found": _quoted(other)}))
    for at in sorted(typed):
        old = cells.get(at) if at in fixed else None
        if old is not None and is_later(typed[at].text, old.text):  # no one wrote it: FORM38 tells what moved it
            typed.pop(at)
        elif old is not None and spare[_key(old)] and len(findings) <= MOST_CHANGES:
            spare[_key(old)] -= 1
            findings.append(Finding("FORM16", Place(file, sheet.sheet, a1(*at)),
                                {"old": _words(old), "new": _shown(typed.pop(at))}))
    if typed:
        first = min(typed)
        findings.append(Finding("FORM15", Place(file, sheet.sheet, a1(*first)), {"found": _quoted(typed)}))
    return findings


def _words(said: Said) -> str | dict[str, str]:
    """What a cell of the form said, for those who filled it in: nobody reads its formulas."""
    return area("form")["own_formula"] if said.kind == "formula" else said.text


def _shown(said: Said) -> str:
    """A cell's content for the eye."""
    return "=" + said.text if said.kind == "formula" else said.text


def _quoted(cells: Mapping[tuple[int, int], Said]) -> str:
    """Every cell with its content, up to the bounds; then how many there are more."""
    pieces, left = [], MOST_TEXT
    for number, at in enumerate(sorted(cells)):
        piece = f"{a1(*at)}: {_shown(cells[at])}"
        left -= len(piece)
        if left < 0 or number >= MOST_CELLS:
            pieces.append(f"… (+{len(cells) - number})")
            break
        pieces.append(piece)
    return " | ".join(pieces)


def _hidden(sheet: Outside, issued: Sheet, file: str) -> list[Finding]:
    """Fields with content on a sheet, or in rows, that the sector hid."""
    if sheet.state != "visible" and issued.state == "visible":
        return [Finding("FORM18", Place(file, sheet.sheet))]
    if not sheet.hidden:
        return []
    rows = sorted(sheet.hidden.keys() - (issued.hidden_rows if sheet.cells else ()))
    return [Finding("FORM19", Place(file, sheet.sheet, f"A{rows[0]}"), {
        "rows": ", ".join(map(str, rows)), "found": " | ".join(sheet.hidden[r] for r in rows)})] if rows else []


def strange(book: Book, file: str) -> list[Finding]:
    """A finding for what no form has, whoever issued it: ties to other files and programs, embedded objects."""
    findings = []
    for code, kind in (("FORM23", "tie"), ("FORM24", "object")):
        extras = [e for e in book.extras if e.kind == kind]
        if extras:
            place = Place(file, extras[0].sheet, extras[0].cell)
            findings.append(Finding(code, place, {"found": listed(e.text for e in extras)}))
    return findings


def _besides(sheet: Outside, known: Counter[tuple[str, str]], file: str) -> list[Finding]:
    """Comments, text boxes, links and pictures that the form has not."""
    by_place: dict[str, list[Extra]] = {}
    for extra in map(_unmarked, sheet.extras):
        if known[extra.kind, extra.text]:
            known[extra.kind, extra.text] -= 1
        elif extra.text.strip() and extra.kind in _BESIDES:
            by_place.setdefault(_BESIDES[extra.kind], []).append(extra)
    findings = []
    for code, several in sorted(by_place.items()):
        texts = (": ".join(filter(None, (e.cell, e.text))) for e in several)
        values = {"count": len(several)} if code == "FORM25" else {"found": listed(texts)}
        findings.append(Finding(code, Place(file, sheet.sheet, several[0].cell), values))
    return findings


def _unmarked(extra: Extra) -> Extra:
    """A comment without what a marked copy says in it."""
    if extra.kind != "comment":
        return extra
    ours = extra.author == MARK_AUTHOR or extra.text.startswith(MARK_SIGN)
    return extra._replace(text="" if ours else extra.text.partition(MARK_RULE)[0].rstrip())


def listed(texts: Iterable[str]) -> str:
    """Texts in one line, up to the bounds; then an ellipsis."""
    pieces, left = [], MOST_TEXT
    for number, text in enumerate(texts):
        if left <= 0 or number >= MOST_CELLS:
            pieces.append("…")
            break
        pieces.append(text[:left])
        left -= len(text)
    return " | ".join(pieces)
