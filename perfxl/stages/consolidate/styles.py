"""Colours, fonts and number formats of the consolidated workbook."""

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from perfxl.model.fields import kind_of

FONT = "Calibri"
INK, SOFT, LINE = "#1F2933", "#5F6B7A", "#C9D1DB"
BAND, PALE, TOTAL = "#22364D", "#F3F6F9", "#E3EAF2"

#: Text of each kind of round: approved black, monitoring blue, final green; and the dark fill of its headers.
MOMENTS = {"plan": "#000000", "monitoring": "#0033CC", "final": "#00702E"}
HEADERS = {"plan": "#37495E", "monitoring": "#1F4E9E", "final": "#22692F"}
#: Fills in charts: light before, dark after, so that greyscale tells them apart.
FILLS = {"monitoring": "#9DB7E0", "final": "#22692F"}
#: Background and text by severity.
SEVERITY = {"error": ("#FBE0DD", "#8E1B10"), "warning": ("#FFF1CC", "#6B4A00"), "note": ("#E4EEF8", "#1F3F66")}
TABS = {"summary": "#22364D", "sector": "#4F78A8", "list": "#8FA3B8", "cascade": "#22692F", "findings": "#B3261E", "review": "#C58B00", "sources": "#7A7A7A"}

NUMBERS = {"percent": "0.00%", "money": "#,##0.00", "number": "General", "integer": "0", "date": "dd/mm/yyyy"}


class Styles:
    """The formats of one workbook: each combination is made once and shared."""

    def __init__(self, workbook: Workbook):
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._properties: dict[Format, dict[str, Any]] = {}
        self._cells: dict[tuple[Any, ...], Format] = {}
        self._known: dict[tuple[Any, ...], Format] = {}

    def __call__(self, **properties: Any) -> Format:
        """The format with these XlsxWriter properties over the house font."""
        key = tuple(properties.items())
        if key not in self._known:
            self._known[key] = self._format(properties)
        return self._known[key]

    def _format(self, properties: dict[str, Any]) -> Format:
        full = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "top", **properties}
        key = tuple(sorted(full.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(full)
            self._properties[self._made[key]] = full
        return self._made[key]

    def marked(self, style: Format) -> Format:
        """The same format with Excel's mark of text (the leading apostrophe that is not shown)."""
        return self(**{**self._properties[style], "quote_prefix": True})

    def cell(self, kind: str = "text", moment: str = "plan", **more: Any) -> Format:
        """A body cell of a table: number format of its kind, text colour of its moment, thin line below."""
        of = kind_of(moment)
        key = (kind, of, *more.items())
        if key not in self._cells:
            self._cells[key] = self._cell(kind, of, more)
        return self._cells[key]

    def _cell(self, kind: str, moment: str, more: dict[str, Any]) -> Format:
        look: dict[str, Any] = {"font_color": MOMENTS[moment], "border": 1, "border_color": LINE, "valign": "vcenter"}
        if kind in NUMBERS:
            look |= {"num_format": NUMBERS[kind], **({"align": "center"} if kind == "date" else {"align": "right", "indent": 1})}
        elif kind in ("text", "long", "lines", "choice"):
            look |= {"text_wrap": True, "align": "left", "indent": 1}
        elif kind in ("yesno", "code"):
            look |= {"align": "left", "indent": 1}
        if more.get("align") == "center":
            look.pop("indent", None)
        return self(**(look | more))

    def header(self, moment: str = "plan", **more: Any) -> Format:
        """A column header: white on the dark fill of its moment."""
        inset = {} if more.get("align") == "center" else {"align": "left", "indent": 1}
        return self(**{"bold": True, "font_color": "#FFFFFF", "bg_color": HEADERS[kind_of(moment)], "text_wrap": True,
                       "valign": "vcenter", "border": 1, "border_color": "#FFFFFF", **inset, **more})

    def total(self, kind: str = "text", moment: str = "plan", **more: Any) -> Format:
        """A cell of a total row."""
        return self.cell(kind, moment, **{"bold": True, "bg_color": TOTAL, "top": 2, "top_color": BAND, "valign": "vcenter", **more})

    def title(self) -> Format:
        """The title of a sheet."""
        return self(bold=True, font_size=16, font_color=BAND, valign="vcenter")

    def heading(self) -> Format:
        """The heading of a block within a sheet."""
        return self(bold=True, font_size=11, font_color=BAND, bottom=2, bottom_color=BAND, valign="bottom")

    def soft(self, **more: Any) -> Format:
        """An explanation in a softer colour."""
        return self(**{"font_color": SOFT, "font_size": 9, **more})

    def link(self, **more: Any) -> Format:
        """A link to another cell or file."""
        return self(**{"font_color": "#0B57A4", "underline": 1, **more})

    def link_cell(self, **more: Any) -> Format:
        """A link that is a cell of a table."""
        return self.link(**{"border": 1, "border_color": LINE, "align": "left", "indent": 1, "valign": "vcenter", **more})


def ink(round: str) -> str:
    """The colour of the text of a round, or of a kind of round."""
    return MOMENTS[kind_of(round)]
