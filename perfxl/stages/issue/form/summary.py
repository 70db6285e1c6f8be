"""The summary of a master: the sector's table with its totals, the live checks, who filled the form in.

Each row of the table and of the checks stands for one objective; its formulas use the names of the objective sheet
(``px_code``), which issue numbers row by row (``px01_code``).
"""

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.model import lights
from perfxl.model.fields import objective_fields
from perfxl.model.rounds import REPORTING
from perfxl.model.texts import Texts
from perfxl.stages.issue.form import checks
from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.arithmetic import figure, sum_told, weight_format, whole
from perfxl.stages.issue.form.draft import Draft
from perfxl.stages.issue.form.drawing import Canvas
from perfxl.stages.issue.form.levels import NOTE
from perfxl.stages.issue.form.names import CHECKS, SUMMARY
from perfxl.stages.issue.form.rooms import OBJECTIVES, usual_objectives
from perfxl.workbook.binding import return_scalars
from perfxl.workbook.patch import measure
from perfxl.workbook.patch.sheet_rows import LINE_POINTS

#: Widths by key; a column that the table leaves to the checks below it is as wide as its heading needs.
WIDTHS = {"code": 26, "title": 62, "priority": 13, "weight": 13, "duration": 18, "status": 18, "outcome": 13,
          "open": 13, "before": 13, "counted": 13, "light": 26}
CHECK_WIDTH = 13
#: The last column that is seen, and the hidden one of the weights that count.
LAST, HIDDEN = 13, 14
#: The columns in order: first what this round asks; those of the outcome are there when the form asks for it.
KEYS = ("code", "title", "outcome", "status", "open", "weight", "counted", "before", "priority", "duration", "light")
OUTCOME = ("before", "status", "outcome", "light")
FORMATS = {"outcome": "0.00%", "before": "0.00%"}


class Summary:
    """Draws the summary sheet."""

    def __init__(self, draft: Draft, sheet: Worksheet):
        self.draft, self.words, self.round = draft, draft.words, draft.round
        self.reports = draft.round in REPORTING
        self.columns = {k: n for n, k in enumerate((k for k in KEYS if self.reports or k not in OUTCOME), 1)}
        self.capacity = max(usual_objectives(), self.draft.rooms.get(OBJECTIVES, 0))
        widths = dict.fromkeys(range(1, HIDDEN + 1), CHECK_WIDTH) | {c: WIDTHS[k] for k, c in self.columns.items()}
        self.canvas = Canvas(draft, sheet, prefix="px_", widths=widths, last=LAST)
        self.rows: list[int] = []

    def draw(self) -> None:
        """The whole sheet."""
        canvas = self.canvas
        canvas.banner('=pxm_sector&"  –  "&pxm_round&" "&pxm_year')
        canvas.section(self.words("summary_table"))
        self._table()
        self._totals()
        self._sector_checks()
        self._checks()
        canvas.section(self.words("part_compilation"))
        for f in return_scalars():
            canvas.scalar(f)
        canvas.finish("1:1", "C2")
        canvas.sheet.column_dimensions[get_column_letter(HIDDEN)].hidden = True

    def _head(self, titles: dict[int, str]) -> None:
        for column, title in titles.items():
            self.canvas.put(column, title, "head")
        self.canvas.row += 1

    def _block(self, name: str, keys: dict[str, int], titles: dict[int, str], right: int = LAST) -> int:
        """Hidden keys and header of a block of one row an objective; its first row."""
        canvas, top = self.canvas, self.canvas.row
        for key, column in keys.items():
            canvas.put(column, key, "hidden")
        canvas.sheet.row_dimensions[top].hidden = True
        canvas.row += 1
        self._head(titles)
        self.draft.name(name, canvas.sheet, top=top, left=1, bottom=top + 1 + self.capacity, right=right)
        return top + 2

    def _table(self) -> None:
        canvas = self.canvas
        first = self._block(SUMMARY, self.columns, {c: self._heading(k) for k, c in self.columns.items()}, HIDDEN)
        for row in range(first, first + self.capacity):
            formulas = self._formulas(row)
            self.rows.append(row)
            for key, column in self.columns.items():
                formats = {**FORMATS, "weight": weight_format()}
                part = "link" if key == "code" else "mark" if key == "open" else "figure" if key in formats else "computed"
                canvas.put(column, formulas[key], part, formats.get(key, "General"), row=row)
            canvas.put(HIDDEN, self._counted(row), "hidden", row=row)
        at, last = get_column_letter(self.columns["open"]), first + self.capacity - 1
        look.good_or_bad(canvas.sheet, f"{at}{first}:{at}{last}", f"AND(ISNUMBER({at}{first}),{at}{first}=0)", f"{at}{first}>0")
        if "light" in self.columns:
            letter = get_column_letter(self.columns["light"])
            for key, colours in lights.COLOURS.items():
                mark = Texts("lights", self.draft.language)(key)[0]
                look.coloured(canvas.sheet, f"{letter}{first}:{letter}{last}", f'LEFT(${letter}{first},1)="{mark}"',
                              *(c.lstrip("#") for c in colours))
        canvas.row = first + self.capacity

    def _heading(self, key: str) -> str:
        """What stands over a column; over the traffic light, nothing where the body has none."""
        text = self.words(f"summary_{key}")
        return f'=IF(pxm_green=0,"","{text}")' if key == "light" else text

    def _label(self, key: str, value: str, path: tuple[str | int, ...] = ()) -> str:
        f = next(f for f in objective_fields() if f.key == key and f.path[: len(path)] == path)
        return f'"{f.labels(self.draft.language)[value]}"'

    def _formulas(self, row: int) -> dict[str, str]:
        once, many = self.words("duration_once"), self.words("duration_many")
        formulas = {
            "code": '=HYPERLINK("#px_code",px_code)',
            "title": self._title(),
            "priority": '=IF(px_sheet__priority="","",px_sheet__priority)',
            "weight": "=pxc_weight",
            "duration": f'=IF(px_sheet__year_count="","",IF(px_sheet__year_count=1,"{once}",'
                        f'"{many} ("&px_sheet__year_number&"/"&px_sheet__year_count&")"))',
        }
        if self.reports:
            formulas |= {"before": '=IF(pxc_before="","",pxc_before)', "status": "=pxc_status", "outcome": "=pxc_outcome", "light": "=pxc_light"}
        last = get_column_letter(HIDDEN)
        formulas["open"] = "=pxc_count"
        formulas["counted"] = f'=IF(ISNUMBER({last}{row}),"{self.words("yes")}","{self.words("no")}")'
        return formulas

    def _title(self) -> str:
        """The title in force."""
        title = "px_sheet__title"
        for part in {"plan": (), "final": ("in_force",)}.get(self.round, ("in_force", "revision")):
            title = f'IF(px_sheet__{part}__title<>"",px_sheet__{part}__title,{title})'
        return f'={title}&""'

    def _counted(self, row: int) -> str:
        """The weight that enters the denominator: a number in force, of an objective neither replaced nor withdrawn."""
        weight = f"${get_column_letter(self.columns['weight'])}{row}"
        if not self.reports:
            return f'=IF(ISNUMBER({weight}),{weight},"")'
        status = get_column_letter(self.columns["status"])
        gone = ",".join(f"${status}{row}={self._label('status', s)}" for s in ("replaced", "withdrawn"))
        gone += f',${status}{row}="{self.words("not_due")}"'
        return f'=IF(AND(ISNUMBER({weight}),NOT(OR({gone}))),{weight},"")'

    def _range(self, column: int) -> str:
        letter = get_column_letter(column)
        return f"${letter}${self.rows[0]}:${letter}${self.rows[-1]}"

    def _totals(self) -> None:
        canvas, words, weight = self.canvas, self.words, self._range(HIDDEN)
        must = sum_told(words("must_make"), "")
        self._total_row(words("total") if self.reports else f'="{words("total_plan")}"&IF(pxm_whole=0,"",{must})')
        canvas.put(self.columns["weight"], f"=SUM({weight})", "total", weight_format())
        canvas.at["weights"] = canvas.named("pxm_total_weight", self.columns["weight"])
        if not self.reports:
            canvas.row += 1
            return
        column = self.columns["outcome"]
        value = self._range(column)
        present = f"SUMPRODUCT(ISNUMBER({value})*ISNUMBER({weight}),{weight})"
        points = f"SUMPRODUCT(ISNUMBER({value})*ISNUMBER({weight}),{weight},{value})"
        zero = f'IF(SUM({weight})=0,"",{figure(f"{points}/SUM({weight})")})'
        out = f'IF({present}=0,"",{figure(f"{points}/{present}")})'
        canvas.put(column, f'=IF(pxm_missing="zero",{zero},{self._last_known(out)})', "total", "0.00%")
        canvas.named("pxm_total_outcome", column)
        canvas.row += 1
        for key, formula in (("present", f"={present}"), ("zero", f"={zero}")):
            self._total_row(words(f"total_{key}"))
            canvas.put(column, formula, "total", "0.00%")
            canvas.named(f"pxm_total_{key}", column)
            canvas.row += 1
        for note in ("total_note", "total_rules"):
            canvas.put(1, words(note), "help")
            canvas.row += 1
        canvas.put(1, None, "help", "@")
        canvas.named(NOTE, 1)
        canvas.row += 1

    def _last_known(self, out: str) -> str:
        """The total with the outcome last known before in place of a missing one, by the body's rule; else ``out``."""
        weight, value, before = (self._range(c) for c in (HIDDEN, self.columns["outcome"], self.columns["before"]))
        known = [(value, f"--ISNUMBER({value})"), (before, f"--ISNUMBER({before}),--NOT(ISNUMBER({value}))")]
        there = "+".join(f"SUMPRODUCT({which},{weight})" for _, which in known)
        points = "+".join(f"SUMPRODUCT({which},{weight},{cells})" for cells, which in known)
        return f'IF(pxm_missing="last_known",IF({there}=0,"",{figure(f"({points})/({there})")}),{out})'

    def _total_row(self, text: str) -> None:
        for column in self.columns.values():
            self.canvas.put(column, None, "total_label")
        self.canvas.put(2, text, "total_label")

    def _sector_checks(self) -> None:
        canvas, words, ok = self.canvas, self.words, self.words("ok")
        canvas.section(words("part_checks"))
        weights, name = self._weights(), "px_compilation__name"
        each = self._range(self.columns["weight"])
        lacking = f'SUMPRODUCT(({self._range(1)}<>"")*({each}<>"==")*({each}<>"*"))'  # else each is out of the total
        none = f'IF({lacking}>0,"{words("todo_no_weights")}","{words("ok_no_weights")}")'
        rows = {"sector_weights": ("weights", f'=IF({whole(weights)},"{ok}",'
                                   f'IF({weights}=0,{none},{sum_told(words("todo_weights"), weights)}))'),
                "compiled": ("compiled", f'=IF({name}="","{words("todo_compiled")}","{ok}")')}
        if self.reports:
            no = words("no")
            applicable = f'(pxm_measure_text<>"")*(pxm_measure_applicable<>"{no}")'
            missing = f'SUMPRODUCT({applicable}*(pxm_measure_percent="")*(pxm_measure_value<>"=="))>0'
            without_result = f'SUMPRODUCT({applicable}*ISNUMBER(pxm_measure_value)*(pxm_measure_value<>0)*(pxm_measure_result=""))>0'
            small = "SUMPRODUCT(ISNUMBER(pxm_measure_percent)*(((pxm_measure_percent>0)*(pxm_measure_percent<0.01)+(pxm_measure_percent<0)+(pxm_measure_percent>1))>0))>0"
            fine = "IFERROR(SUMPRODUCT(--(ABS(pxm_measure_percent-ROUND(pxm_measure_percent,4))>0.0000000001))>0,FALSE)"
            formula, grown = f'"{ok}"', "SUM(pxm_measure_dragged)>0"
            for condition, todo in (("pxm_measure_wanted>0", "wanted"), (grown, "dragged"), (fine, "decimals"), ("pxm_measure_kind>0", "kind"), (small, "typed"), (without_result, "told"), (missing, "measures")):
                formula = f'IF({condition},"{words(f"todo_{todo}")}",{formula})'
            rows["measures"] = ("measures", "=" + formula)
        for key, (todo, formula) in rows.items():
            canvas.put(1, words(f"check_{key}"), "label")
            canvas.put(2, formula, "state")
            lines = measure.lines(words(f"todo_{todo}"), WIDTHS["title"])
            canvas.sheet.row_dimensions[canvas.row].height = lines * LINE_POINTS + 2
            here = canvas.named(f"pxm_check_{key}", 2)
            look.good_or_bad(canvas.sheet, here.replace("$", ""), f'LEFT({here},{len(ok)})="{ok}"',
                             f'AND({here}<>"",LEFT({here},{len(ok)})<>"{ok}")')
            canvas.row += 1
        self._states = [f"$B${canvas.row - n}" for n in range(len(rows), 0, -1)]
        canvas.put(1, words("check_open"), "label")
        self._open_row = canvas.row
        canvas.row += 1

    def _weights(self) -> str:
        """The sum of the weights as the body wants it: of what is not due in this round too, which no outcome of now counts."""
        total = self.canvas.at["weights"]
        if not self.reports:
            return total
        status, each = (self._range(self.columns[key]) for key in ("status", "weight"))
        self.canvas.put(HIDDEN, f'={total}+SUMIF({status},"{self.words("not_due")}",{each})', "hidden")
        return f"${get_column_letter(HIDDEN)}${self.canvas.row}"

    def _checks(self) -> None:
        canvas, words = self.canvas, self.words
        canvas.caption(words("checks_table"), words("checks_help"))
        keys = checks.keys(self.round, True)
        columns = {"code": 1, "title": 2, **{k: 3 + n for n, k in enumerate(keys)}}
        titles = {c: words(f"check_{k}") if c > 2 else words(f"summary_{k}") for k, c in columns.items()}
        first, ok, see = self._block(CHECKS, columns, titles), words("ok"), words("see")
        for row in range(first, first + self.capacity):
            canvas.put(1, '=HYPERLINK("#px_code",px_code)', "link", row=row)
            canvas.put(2, self._title(), "computed", row=row)
            for key in keys:
                name = f"pxc_check_{key}"
                canvas.put(columns[key], f'=IF(LEFT({name},{len(ok)})="{ok}","✓","{see}")', "mark", row=row)
        canvas.row = first + self.capacity
        area = f"C{first}:{get_column_letter(2 + len(keys))}{first + self.capacity - 1}"
        look.good_or_bad(canvas.sheet, area, f'C{first}="✓"', f'C{first}="{see}"')
        states = "".join(f'+({s}<>"")*(LEFT({s},{len(ok)})<>"{ok}")' for s in self._states)
        canvas.put(2, f'=COUNTIF({area},"{see}"){states}', "computed", "0", row=self._open_row)
        here = f"$B${self._open_row}"
        look.good_or_bad(canvas.sheet, here.replace("$", ""), f"{here}=0", f"{here}>0")
        canvas.draft.name("pxm_open_checks", canvas.sheet, self._open_row, 2)
