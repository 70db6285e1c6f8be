"""How the form looks: fonts, fills, number formats, and the prompts of its cells.

The three moments of a plan have the colours of its report: what was approved is black, what a monitoring
changed or adds is blue, the final outcome is green. Open cells are tinted, all else is white and locked.
"""

import re
from copy import copy

from openpyxl.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.model.fields import Field
from perfxl.model.readings import CLEARED
from perfxl.model.texts import Texts
from perfxl.workbook.entry import percentage
from perfxl.workbook.patch.stored_values import serial

FAMILY, SIZE = "Arial", 10
MOMENTS = {"plan": "000000", "monitoring": "0033CC", "final": "00702E"}
FORMATS = {"integer": "0", "number": "General", "percent": "0.00%", "money": "#,##0.00", "date": "dd/mm/yyyy"}
INK, TINT, BAND, RULE, GREY = "1F3864", "FFF9DB", "E7ECF5", "B8C0CC", "5F6773"
GOOD, BAD, DOUBT = ("DDF2E0", "1B6B2F"), ("FBD9D7", "9C1C16"), ("FFC98A", "7A3B00")

_LINE = Side(style="thin", color=RULE)
BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
#: The longest a prompt is, in characters, where its help is not one long sentence.
PROMPT = 120
_SENTENCE = re.compile(r"[.;:](?=\s)")
_LISTED = 250  # a list written in the validation itself may have 255 characters


def fill(colour: str) -> PatternFill:
    """A plain fill."""
    return PatternFill("solid", fgColor=colour, bgColor=colour)


class Look:
    """The formats of the form's cells, made once and shared."""

    def __init__(self) -> None:
        self._made: dict[tuple[str | bool, ...], StyleArray] = {}

    def paint(self, cell: Cell, *, kind: str = "text", moment: str = "plan", open_: bool = False, wide: bool = True) -> None:
        """Format a cell that holds a field of ``kind``; ``wide`` text cells and labels wrap, numbers shrink."""
        key = ("field", kind, moment, open_, wide)
        if key not in self._made:
            numeric = kind in FORMATS
            cell._style = StyleArray()
            cell.font = Font(name=FAMILY, size=SIZE, color=MOMENTS[moment])
            cell.number_format = FORMATS.get(kind, "@")
            cell.alignment = Alignment(horizontal="left" if wide or not numeric else "right", vertical="top",
                                       indent=0 if wide or not numeric else 1, wrap_text=not numeric, shrink_to_fit=numeric)
            cell.border = BOX
            cell.protection = Protection(locked=not open_)
            if open_:
                cell.fill = fill(TINT)
            self._made[key] = copy(cell._style)
        cell._style = copy(self._made[key])

    def dress(self, cell: Cell, part: str, number_format: str = "General") -> None:
        """Format a cell of the form's own: ``part`` is one of the keys below."""
        key = (part, number_format)
        if key not in self._made:
            font, colour, alignment, border = _PARTS[part]
            cell._style = StyleArray()
            cell.font = Font(name=FAMILY, **font)
            if colour:
                cell.fill = fill(colour)
            cell.alignment = Alignment(vertical="top", **alignment)
            if border:
                cell.border = BOX
            cell.number_format = number_format
            self._made[key] = copy(cell._style)
        cell._style = copy(self._made[key])


_Options = dict[str, str | int | bool]
_WRAP: _Options = {"wrap_text": True}
_PLAIN: _Options = {}
#: Parts whose text wraps, and how wide their letters are beside plain ones.
WRAPPED = {"label": 1.1, "head": 1.0, "total_label": 1.1, "text": 1.0}
#: By part: its font, the colour behind it, how it is aligned, whether it has a border.
_PARTS: dict[str, tuple[_Options, str | None, _Options, bool]] = {
    "banner": ({"size": 14, "bold": True, "color": "FFFFFF"}, INK, {"shrink_to_fit": False}, False),
    "bar": ({"size": 10, "bold": True, "color": "FFFFFF"}, INK, _PLAIN, False),
    "item": ({"size": SIZE, "color": "333333"}, None, {"wrap_text": True, "horizontal": "left"}, True),
    "jump": ({"size": 10, "color": "FFFFFF", "underline": "single"}, INK, _PLAIN, False),
    "section": ({"size": 12, "bold": True, "color": INK}, BAND, _PLAIN, False),
    "caption": ({"size": SIZE, "bold": True, "color": INK}, None, _PLAIN, False),
    "label": ({"size": SIZE, "bold": True, "color": "333333"}, None, _WRAP, False),
    "help": ({"size": 9, "italic": True, "color": GREY}, None, _PLAIN, False),
    "beside": ({"size": 9, "italic": True, "color": GREY}, None, {"horizontal": "left", "indent": 2}, False),
    "bar_help": ({"size": 9, "italic": True, "color": "FFFFFF"}, INK, {"horizontal": "left", "indent": 1}, False),
    "head": ({"size": 9, "bold": True, "color": INK}, BAND, {"wrap_text": True, "horizontal": "center"}, True),
    "computed": ({"size": SIZE, "color": "333333"}, None, {"wrap_text": True, "horizontal": "left"}, True),
    "figure": ({"size": SIZE, "color": "333333"}, None, {"shrink_to_fit": True, "horizontal": "right", "indent": 1}, True),
    "total": ({"size": SIZE, "bold": True, "color": INK}, BAND, {"shrink_to_fit": True, "horizontal": "right", "indent": 1}, True),
    "total_label": ({"size": SIZE, "bold": True, "color": INK}, BAND, _WRAP, True),
    "state": ({"size": SIZE, "color": "333333"}, None, {"wrap_text": True, "horizontal": "left"}, True),
    "mark": ({"size": 10, "color": "333333"}, None, {"wrap_text": True, "horizontal": "center"}, True),
    "link": ({"size": SIZE, "color": "0563C1", "underline": "single"}, None, _PLAIN, True),
    "aside": ({"size": 9, "color": "0563C1", "underline": "single"}, None, _PLAIN, False),
    "past": ({"size": 9, "color": MOMENTS["monitoring"]}, None, {"wrap_text": True, "horizontal": "left"}, True),
    "past_figure": ({"size": 9, "color": MOMENTS["monitoring"]}, None, {"shrink_to_fit": True, "horizontal": "right", "indent": 1}, True),
    "echo": ({"size": 9, "italic": True, "color": GREY}, None, _PLAIN, False),
    "text": ({"size": SIZE, "color": "333333"}, None, _WRAP, False),
    "title": ({"size": 20, "bold": True, "color": INK}, None, _PLAIN, False),
    "trace": ({"size": 8, "color": "8A929E"}, None, _PLAIN, False),
    "hidden": ({"size": 8, "color": "8A929E"}, None, _PLAIN, False),
}


def good_or_bad(sheet: Worksheet, where: str, good: str, bad: str) -> None:
    """Green where the formula ``good`` holds, red where ``bad`` does."""
    for formula, (back, front) in ((good, GOOD), (bad, BAD)):
        sheet.conditional_formatting.add(where, FormulaRule([formula], fill=fill(back), font=Font(color=front)))


def coloured(sheet: Worksheet, where: str, formula: str, back: str, front: str) -> None:
    """Fill and ink of the cells while ``formula`` holds."""
    sheet.conditional_formatting.add(where, FormulaRule([formula], fill=fill(back), font=Font(color=front)))


def missing(sheet: Worksheet, where: str, formula: str) -> None:
    """Tint the cells red while ``formula`` says that they are still to be filled in."""
    sheet.conditional_formatting.add(where, FormulaRule([formula], fill=fill(BAD[0])))


def unused(sheet: Worksheet, where: str, formula: str) -> None:
    """Take the tint from open cells while ``formula`` says that there is nothing to say in them."""
    sheet.conditional_formatting.add(where, FormulaRule([formula], fill=fill("FFFFFF")))


def struck(sheet: Worksheet, where: str, formula: str) -> None:
    """Strike the cells through while ``formula`` holds."""
    sheet.conditional_formatting.add(where, FormulaRule([formula], font=Font(strike=True, color=GREY)))


def shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _sentence(text: str) -> str:
    """The first sentence of a help, and the next while they are short: a prompt covers the cells under it."""
    ends = [m.end() for m in _SENTENCE.finditer(text + " ") if m.end() <= PROMPT] or [PROMPT]
    return shortened(text[: ends[-1]].strip(), PROMPT) if len(text) > PROMPT else text


def validation(field: Field, language: str, words: Texts, first: str, listed: str | None = None) -> DataValidation:
    """The prompt and the limits of a field's cells; ``first``: the topmost of them, all in one column; ``listed``: the range of
    a list too long to be written out.

    Texts have no limit that stops: Calc refuses any text that begins with = where there is one. The cell turns orange, and a
    live check says it.
    """
    limits, kind = field.schema, field.cell
    rule: dict[str, str | None] = {"type": None, "error": None}
    if kind in ("choice", "yesno"):
        labels = list(field.labels(language).values())
        rule = {"type": "list", "formula1": listed or '"' + ",".join(labels) + '"', "error": words("error_list")}
    elif kind == "percent":
        rule = {"type": "custom", "formula1": percentage(first, limits.get("maximum", 100)), "error": words("error_percent")}
    elif kind == "date" and field.clears:
        day = f"AND(ISNUMBER({first}),{first}>=1,{first}<={serial('2199-12-31')})"
        rule = {"type": "custom", "formula1": f'OR({day},{first}="{CLEARED}",{first}="-")', "error": words("error_revised_date")}
    elif kind == "date":
        rule = {"type": "date", "operator": "between", "formula1": "1", "formula2": str(serial("2199-12-31")),
                "error": words("error_date")}
    elif kind in ("integer", "number", "money"):
        low, high = limits.get("minimum", -10**12), limits.get("maximum", 10**12)
        rule = {"type": "whole" if kind == "integer" else "decimal", "operator": "between",
                "formula1": str(low), "formula2": str(high), "error": words(f"error_{kind}", low=low, high=high)}
    made = DataValidation(allow_blank=True, **{k: v for k, v in rule.items() if v is not None})
    made.promptTitle = shortened(field.title(language), 32)
    made.prompt = _sentence(field.description(language))
    made.showInputMessage = bool(made.prompt)
    if rule["error"]:
        made.errorTitle = shortened(field.title(language), 32)
        made.error = shortened(rule["error"], 220)
        made.showErrorMessage = True
    return made


def doubt(sheet: Worksheet, where: str, formula: str) -> None:
    """Tint the cells orange while ``formula`` says that what stands there is hardly what was meant."""
    sheet.conditional_formatting.add(where, FormulaRule([formula], fill=fill(DOUBT[0]), font=Font(color=DOUBT[1])))


def needs_list(field: Field, language: str) -> bool:
    """Whether the choices of ``field`` cannot be written in the validation: too long, or with commas or quotes."""
    labels = [str(label) for label in field.labels(language).values()]
    return any(c in label for label in labels for c in ',"') or len(",".join(labels)) > _LISTED
