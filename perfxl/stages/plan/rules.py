"""The lists, prompts and live checks of the plan workbook, column by column."""

from functools import cache
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.model import documents
from perfxl.model.fields import Field, resolve
from perfxl.model.points import HUNDRED, MOST, sign
from perfxl.model.texts import Texts
from perfxl.stages.plan.conditions import add_look, add_validation
from perfxl.stages.plan.layout import COMPUTED, OWNER, REFERRED, Column, Sheet, optional
from perfxl.workbook.entry import doubtful, percentage

#: Colours of what is missing and of what is wrong.
MISSING, WRONG = "FFF2CC", "F8CBAD"
#: What weights make in all, in a formula.
TOTAL = "IF(ISNUMBER(px_plan_rules__weights_total),px_plan_rules__weights_total,100)"
#: Limits of Excel: characters of a prompt and of its title.
PROMPT, PROMPT_TITLE = 255, 32
#: The kinds of codes from which a cell that may hold either chooses, and what their list together is called.
EITHER, BOTH = ("sectors", "objectives"), "either"
#: The cells that may hold either, by sheet and column: a code that is no more, or not yet, is typed there.
CHOOSE_EITHER = {("successions", "before"), ("successions", "now")}


class Lists:
    """The lists that cells choose from: labels on a hidden sheet, codes where they are given.

    ``titles``: names of the sheets that give the codes of ``sectors``, ``objectives``, ``rounds`` and ``cascade``.
    """

    def __init__(self, book: Workbook, say: Texts, language: str, titles: dict[str, str]):
        self.book, self.say, self.language, self.titles = book, say, language, titles
        self._columns: dict[tuple[str, ...], str] = {}
        self._title = say("sheet_lists")
        self._given: dict[str, tuple[str, int]] = {}

    def labels(self, field: Field) -> str:
        """The range with the labels of a choice."""
        labels = tuple(field.labels(self.language).values())
        letter = self._columns.setdefault(labels, get_column_letter(len(self._columns) + 1))
        return f"{quote_sheetname(self._title)}!${letter}$1:${letter}${len(labels)}"

    def codes(self, kind: str) -> str:
        """The name of the range with the codes of ``kind``."""
        return f"px_plan_list_{kind}"

    def define(self, kind: str, where: str, rows: int) -> None:
        """Says where the codes of ``kind`` are given, and how many ``rows`` that is."""
        self._given[kind] = where, rows
        self.book.defined_names[self.codes(kind)] = DefinedName(self.codes(kind), attr_text=where)

    def close(self) -> None:
        """Writes the hidden sheet."""
        sheet = self.book.create_sheet(self._title)
        sheet.sheet_state = "hidden"
        for labels, letter in self._columns.items():
            for row, label in enumerate(labels, 1):
                sheet[f"{letter}{row}"] = label
        self._close_either(sheet)

    def _close_either(self, sheet: Worksheet) -> None:
        """Write the codes of ``EITHER`` one below the other, as formulas, since a cell chooses from one range alone; beside them, of each
        row of the first its number where it is filled, and under them the last: blank rows may lie between."""
        (first, some), (second, more) = (self._given[kind] for kind in EITHER)
        letter, filled = (get_column_letter(len(self._columns) + n) for n in (1, 2))
        sheet[f"{filled}{some + 1}"], end = f"=MAX({filled}1:{filled}{some})", f"${filled}${some + 1}"
        for row in range(1, some + more + 1):
            after = f'IF({row}-{end}<={more},INDEX({second},{row}-{end})&"","")'
            if row <= some:
                sheet[f"{filled}{row}"] = f'=IF(INDEX({first},{row})="",0,{row})'
                after = f'IF({row}<={end},INDEX({first},{row})&"",{after})'
            sheet[f"{letter}{row}"] = f"={after}"
        name = self.codes(BOTH)
        self.book.defined_names[name] = DefinedName(name, attr_text=f"{quote_sheetname(self._title)}!${letter}$1:${letter}${some + more}")


def accept(ws: Worksheet, cells: str, field: Field, lists: Lists) -> None:
    """Let ``cells`` accept what ``field`` may hold; what that is stands beside them, so that nothing lies over it."""
    accepts = _accepts(field, lists, cells)
    if accepts:
        _add(ws, cells, accepts=accepts, title=field.title(lists.language), hint_=hint(field, lists), help_="", lists=lists, prompted=False)


def add_column_rules(ws: Worksheet, sheet: Sheet, number: int, column: Column, first: int, last: int, lists: Lists) -> None:
    """The list, prompt and colours of one column of a table, from row ``first`` to ``last``."""
    letter = get_column_letter(number)
    cells, cell = f"{letter}{first}:{letter}{last}", f"{letter}{first}"
    field, title, help_ = column.field, column.title(lists.language), column.field.description(lists.language)
    _add(ws, f"{letter}{first - 1}", accepts={}, title=title, hint_="", help_=help_, lists=lists)
    if column.computed:
        _add(ws, cells, accepts={}, title=title, hint_="", help_=help_, lists=lists)
        unit = 100 if field.cell == "percent" else 1
        gap = f"px_plan_rules__weight_tolerance/{unit}+0.000001"
        whole = f"{TOTAL}/{unit}"
        wrong = f"AND(ISNUMBER({cell}),{whole}>0,ABS(N({cell})-{whole})>{gap})"
        _as_points(ws, cells, field, lists.language, wrong=wrong)
        _colour(ws, cells, wrong, WRONG)
        return
    _add_choices(ws, sheet, column, cells=cells, lists=lists)
    unlikely = None if column.refers or column.more else doubtful(field, cell, top=_top(field))
    if unlikely:
        _colour(ws, cells, unlikely, WRONG)
    if column.key == "code" and not sheet.owned:
        joined, one = f"${letter}${first}:${letter}${last}", cell
        if sheet.id == "fields":  # a code is given once in its table
            joined, one = f'$A${first}:$A${last}&"|"&{joined}', f'$A{first}&"|"&{cell}'
        _colour(ws, cells, f"AND(LEN({cell})>0,{_same(joined, one)}>1)", WRONG)
    if field.required and not column.more or column.key == OWNER:
        _colour(ws, cells, f"AND({_begun(sheet, column, first)}>0,LEN(TRIM({cell}))=0)", MISSING)
    _as_points(ws, cells, field, lists.language)


def _add_choices(ws: Worksheet, sheet: Sheet, column: Column, *, cells: str, lists: Lists) -> None:
    """What ``cells`` of a column that users fill in accept, with the prompt; the colour of a code that is not in its list."""
    field, title, help_, cell = column.field, column.title(lists.language), column.field.description(lists.language), cells.partition(":")[0]
    if column.more:
        _add(ws, cells, accepts={}, title=title, hint_=lists.say("hint_more"), help_="", lists=lists)
    elif column.refers:
        sheet_title = lists.titles[column.refers]
        accepts: dict[str, Any] = {"type": "list", "formula1": lists.codes(column.refers), "errorStyle": "warning",
                                   "error": lists.say("unknown_code", sheet=sheet_title)}
        _add(ws, cells, accepts=accepts, title=title, hint_=lists.say(f"hint_{column.refers}", sheet=sheet_title), help_=help_, lists=lists)
        filled_in = f'{_said(cell)}>0' if optional(sheet, column) else f'LEN({cell})>0'
        _colour(ws, cells, f'AND({filled_in},{_same(lists.codes(column.refers), cell)}=0)', WRONG)
    elif (sheet.id, column.key) in CHOOSE_EITHER:
        accepts = {"type": "list", "formula1": lists.codes(BOTH), "showErrorMessage": False}
        said = lists.say("hint_either", sectors=lists.titles["sectors"], objectives=lists.titles["objectives"])
        _add(ws, cells, accepts=accepts, title=title, hint_=said, help_=help_, lists=lists)
    elif kind := _codes_inside(field):
        # One code is chosen; several are typed one a line, so nothing is refused.
        accepts = {"type": "list", "formula1": lists.codes(kind), "showErrorMessage": False}
        _add(ws, cells, accepts=accepts, title=title, hint_=lists.say(f"hint_{kind}", sheet=lists.titles[kind]), help_=help_, lists=lists)
        one = f'LEN({cell})=LEN(SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({cell}," ",""),",",""),";",""),CHAR(10),""))'
        _colour(ws, cells, f'AND(LEN({cell})>0,{one},{_same(lists.codes(kind), cell)}=0)', WRONG)
    else:
        _add(ws, cells, accepts=_accepts(field, lists, cell), title=title, hint_=hint(field, lists), help_=help_, lists=lists)


def _begun(sheet: Sheet, column: Column, first: int) -> str:
    """The formula above 0 where something stands in the row ``first`` beside a column that must then be filled in: anything, or of a
    group that may be left out (what an objective continues) another part."""
    if optional(sheet, column):
        group = column.key.partition("/")[0]
        letters = [get_column_letter(n) for n, c in enumerate(sheet.columns, 1) if c.key.partition("/")[0] == group]
        return "+".join(_said(f"${letter}{first}") for letter in letters)
    return f"SUMPRODUCT(LEN($A{first}:${get_column_letter(len(sheet.columns))}{first}))"


def add_key_guard(ws: Worksheet, cells: str, say: Texts) -> None:
    """Refuse whatever is typed over the hidden keys."""
    add_validation(ws, cells, {"type": "custom", "formula1": "FALSE", "allowBlank": False, "showErrorMessage": True,
                               "errorTitle": _short(say("keys_title"), PROMPT_TITLE), "error": _short(say("keys_guarded"), 225)})


def hint(field: Field, lists: Lists) -> str:
    """One sentence: what may be written, with an example where codes have a shape."""
    say, schema, cell = lists.say, field.schema, field.cell
    for name, shape in documents.schema("objective")["$defs"].items():
        code = schema.get("x-code", "")
        if name.endswith(("Code", "Id")) and "pattern" in schema and code == shape.get("x-code", "") and (code or schema["pattern"] == shape.get("pattern")):
            return say(f"example_{name}")
    if cell in ("text", "long"):
        return say("hint_text", most=schema["maxLength"]) if "maxLength" in schema else ""
    return say(f"hint_{cell}", least=schema.get("minimum", ""), most=schema.get("maximum", schema.get("maxItems", "")))


def _codes_inside(field: Field) -> str:
    """The kind of the codes of which a cell holds one or more, one a line; "" where it holds none."""
    items = field.schema.get("items", {})
    kind = resolve(items, "objective")[0].get("x-code", "") if field.cell == "lines" and "$ref" in items else ""
    return kind if kind in REFERRED else ""


def _top(field: Field) -> str:
    """Up to what a cell of a weight in per cent accepts a fraction, as a formula: where the body says that weights make another total,
    they are points, and 250 is typed there as 250 %; "" for other cells."""
    return f"IF({TOTAL}=100,1,{MOST / HUNDRED:g})" if field.key == "weight" and field.cell == "percent" else ""


def _accepts(field: Field, lists: Lists, first: str) -> dict[str, Any]:
    """The data validation of a field whose cells begin at ``first``; {} where anything goes."""
    schema, cell = field.schema, field.cell
    if cell in ("choice", "yesno"):
        return {"type": "list", "formula1": lists.labels(field)}
    if cell == "percent":
        return {"type": "custom", "formula1": percentage(first, schema.get("maximum", 100), _top(field))}
    if cell in ("integer", "number", "money"):
        least, most = schema.get("minimum", -10**12), schema.get("maximum", 10**12)
        return {"type": "whole" if cell == "integer" else "decimal", "operator": "between",
                "formula1": f"{least:.15g}", "formula2": f"{most:.15g}"}
    if cell == "date" and not field.clears:
        return {"type": "date", "operator": "between", "formula1": "1", "formula2": "109574"}  # 1900 to 2199
    return {}  # Calc refuses any text that begins with = where the length is limited: too long a text is coloured


def _add(ws: Worksheet, cells: str, accepts: dict[str, Any], title: str, hint_: str, help_: str, lists: Lists, prompted: bool = True) -> None:
    said = {"allowBlank": True, **accepts}
    if prompted:
        said |= {"showInputMessage": True, "promptTitle": _short(title, PROMPT_TITLE),
                 "prompt": _short(" ".join(part for part in (help_, hint_) if part), PROMPT)}
    if accepts:
        said |= {"showErrorMessage": accepts.get("showErrorMessage", True), "errorTitle": _short(title, PROMPT_TITLE),
                 "error": accepts.get("error") or _short(lists.say("refused", hint=hint_), 225)}
    add_validation(ws, cells, said)


@cache
def filled(colour: str) -> DifferentialStyle:
    """The look of a cell filled with ``colour``."""
    return DifferentialStyle(fill=PatternFill(bgColor=colour))


def _colour(ws: Worksheet, cells: str, formula: str, colour: str) -> None:
    add_look(ws, cells, formula, filled(colour))


def _as_points(ws: Worksheet, cells: str, field: Field, language: str, wrong: str = "") -> None:
    """Have weights of a plan begun in per cent say that they are points once the body says that they make another total: «250% punti».
    Only a format with the sign shows 2.5 as 250, which is what programs store for 250 typed there. ``wrong``: when a cell is coloured
    as well, since of several rules LibreOffice applies the first that holds."""
    if field.cell != "percent" or field.key not in ("weight", COMPUTED):
        return
    cell = cells.partition(":")[0]
    whole = f"ROUND(N({cell})*100,0)=ROUND(N({cell})*100,6)"
    for more, fill in ((f",{wrong}", PatternFill(bgColor=WRONG)), ("", None)) if wrong else (("", None),):
        for number, condition, shown in ((190, whole, "0%"), (191, f"NOT({whole})", "0.00%")):
            look = DifferentialStyle(fill=fill, numFmt=NumberFormat(numFmtId=number, formatCode=f'{shown}"{sign(language, points=True)}"'))
            formula = f"AND(ISNUMBER({cell}),{TOTAL}<>100,{condition}{more})"
            add_look(ws, cells, formula, look)


def _said(cell: str) -> str:
    """How much a cell of what may be left out says: «No» says nothing."""
    return f'LEN(SUBSTITUTE(LOWER(TRIM({cell})),"no",""))'


def _same(cells: str, cell: str) -> str:
    """How many of ``cells`` hold the text of ``cell``: COUNTIF would take 1.10 for 1.1, and 1-2 for a day."""
    return f'SUMPRODUCT(({cells}&""={cell}&"")*1)'


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def sum_of_weights(sector: str, title: str, columns: dict[str, str], labels: dict[str, str], own: tuple[str, dict[str, str]]) -> str:
    """The formula that sums the weights in the plan of the sector whose code is in the cell ``sector``.

    ``title``: name of the sheet of the holders; ``columns``: ranges of its columns by key, such as ``$C$4:$C$300``;
    ``labels``: how that sheet says not_weighted and incentives; ``own``: name and columns of the sheet of the objectives, where
    the weight of a sector that holds one alone stands.
    """
    def at(key: str) -> str:
        return f"{quote_sheetname(title)}!{columns[key]}"

    def weighted(sectors: str, weighting: str) -> str:
        return f'({sectors}&""={sector}&"")' + "".join(f'*({weighting}<>"{labels[w]}")' for w in ("not_weighted", "incentives"))

    alone = {k: f"{quote_sheetname(own[0])}!{where}" for k, where in own[1].items()}
    shared, led_alone = weighted(at("sector"), at("holding/weighting")), weighted(alone["lead"], alone["holding/weighting"])
    counted = f'SUMPRODUCT({shared})+SUMPRODUCT({led_alone}*({alone["holding/weight"]}<>""))'
    total = f'SUMPRODUCT({shared},{at("holding/weight")})+SUMPRODUCT({led_alone},{alone["holding/weight"]})'
    return f'=IF({sector}="","",IF({counted}=0,"",{total}))'
