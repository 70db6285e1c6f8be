"""The objective sheet of a master: the four parts of a sheet in full, or short for sectors that do not lead.

Formulas of a sheet refer to cells of the same sheet, so that a copy of the sheet is complete in itself.
"""

from dataclasses import dataclass, replace

from openpyxl.utils import get_column_letter

from perfxl.model import methods
from perfxl.model.fields import Field, objective_fields
from perfxl.model.rounds import FINAL, MOST_MONITORINGS, REPORTING
from perfxl.model.terms import spoken
from perfxl.stages.issue.form import arithmetic, checks, outcome_rows
from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.arithmetic import not_due
from perfxl.stages.issue.form.bands import OFFERED
from perfxl.stages.issue.form.drawing import (
    CALC,
    CALC2,
    CALC3,
    HELP,
    HIDDEN_LAST,
    LABEL,
    LAST,
    LEAST,
    SLOT,
    VALUE,
    WEIGHT,
    WIDTHS,
    Canvas,
    Draft,
)
from perfxl.stages.issue.form.item_checks import ItemChecks
from perfxl.stages.issue.form.names import (
    BANNER_LIMIT,
    BASELINE,
    CHANGED,
    DROPPED,
    EARLIER,
    FOUND,
    GONE,
    LAST_DEGREE,
    LOWER,
    NUMBER,
    OWN_WEIGHT,
    SHARE,
    SHORT,
    SUMMARY,
    THERE,
    TOLD,
    short,
)
from perfxl.stages.issue.form.visible import SPARE
from perfxl.workbook.binding import (
    NARRATIVE,
    Table,
    objective_scalars,
    objective_tables,
)

#: Columns of the keys of each table; a key that is not here takes the first free narrow column.
PLACES = {
    **dict.fromkeys(("responsibles", "in_force_responsibles", "revision_responsibles"), {"name": 2, "from": 4, "to": 5}),
    "money": {"kind": 1, "label": 2, "year": 3, "amount": 4},
    "results": {"id": 1, "text": 2, "weight": 3, "deadline": 4, "unit": 5, "direction": 6, "baseline": 7,
                "target": 8, "phases": 9, "heading": 10},
    "results_reading": {"id": 1, "note": 2, "degree": 3, "actual": 4, "achieved_on": 6, "numerator": 8, "denominator": 9, "achieved": 10},
    "results_more": {"id": 1, "dates_note": 2, "past_3": 3, "past_2": 4, "past_1": 5, "target_2": 6, "target_3": 7, "counts": 8, "due": 10},
    "results_rule": {"id": 1, "scale": 2, "tolerance": 3, "cap": 4, "until": 5, "minimum": 6, "excellence": 7, "per": 8, "missing": 9,
                     "indicator": 10},
    "entities": {"result": 1, "entity": 2, "baseline": 4, "target": 5, "actual": 6},
    "phases": {"id": 1, "text": 2, "weight": 3, "start_1": 4, "end_1": 5, "start_2": 6, "end_2": 7, "start_3": 8,
               "end_3": 9, "weighting": 10},
    "phases_reading": {"id": 1, "done": 2, "realised": 3, "actual_start": 5, "actual_end": 6},
    "phases_more": {"id": 1, "dates_note": 2, "due": 10},
}
_LATE = ("detail", "phases_share", "results_as", "results", "entities", "phases")
#: The ways of measuring a result as hidden cells say them.
_KEYS = {key: key for key in methods.METHODS}
#: The last of the rows that stay in view.
BAR = 2


def shown_in(table: Table, round: str) -> Table:
    """``table`` with the columns that the form of ``round``, a kind of round, has."""
    return replace(table, **{part: tuple(c for c in getattr(table, part) if c.shows(round))
                             for part in ("columns", "revisions", "standing")})


def places(table: Table) -> dict[str, int]:
    """Column by key of ``table``."""
    fixed = {"id": LABEL} if table.own else PLACES.get(table.id, {})
    found = {c.key: fixed.get(c.key) for c in table.columns}
    free = [c for c in range(VALUE if table.own else WEIGHT, LAST + 1) if c not in found.values()]
    for key, column in found.items():
        if column is None:
            found[key] = free.pop(0)
    return found


@dataclass(frozen=True)
class Cells:
    """A range of one column of a table's item rows, as formulas write it."""

    column: str
    rows: tuple[int, ...]

    def __str__(self) -> str:
        return f"${self.column}${self.rows[0]}:${self.column}${self.rows[-1]}"


class ObjectiveSheet:
    """Draws one objective sheet; ``full`` or short."""

    def __init__(self, draft: Draft, sheet, extension: tuple[Field, ...], full: bool):
        self.draft, self.words, self.round, self.full = draft, draft.words, draft.round, full
        self.extension = tuple(f for f in extension if f.shows(draft.round))
        self.canvas = Canvas(draft, sheet, "px_" if full else "pxs_", WIDTHS)
        self.scalars = {"/".join(f.path): f for f in objective_scalars() if f.shows(draft.round)}
        self.tables = {t.id: shown_in(t, draft.round) for t in objective_tables() if t.shown(draft.round)}
        self.reports = draft.round in REPORTING

    def draw(self) -> None:
        """The whole sheet: the bar, what this round asks, its checks, then the plan and what earlier rounds found."""
        canvas = self.canvas
        canvas.row = BAR + 1
        if self.reports:
            self._monitoring()
            first_check = self._room_for_checks()
            self._past()
        self._frame()
        if self.full:
            self._detail()
            self._phases()
        if not self.reports:
            first_check = self._room_for_checks()
        if self.reports:
            self._outcomes()
            self._declare()
        self.born = canvas.named(canvas.own("born"), CALC2, BAR)
        canvas.put(CALC2, None, "hidden", row=BAR)
        if self.full:
            ItemChecks(self).draw()
        canvas.row = first_check
        checks.draw(self)
        self._bar()
        canvas.finish(f"1:{BAR}", f"C{BAR + 1}")
        for column in range(SLOT, HIDDEN_LAST + 1):
            canvas.sheet.column_dimensions[canvas.sheet.cell(1, column).column_letter].hidden = True

    def _declare(self) -> None:
        """Hidden beside the declared outcome: the figure that it counts as, the status that follows, whether it is in full."""
        self.typed, row = self.at("holding/reading/percent"), self.canvas.row
        self.canvas.row = int(self.typed.rpartition("$")[2])
        said, status = {s: self.label("holding/reading/status", s) for s in ("achieved", "partial", "not_achieved")}, self.at("holding/reading/status")
        counts = arithmetic.percent(self.typed)
        self.declared, self.state, self.achieved = (f"${letter}${self.canvas.row}" for letter in "MNO")
        p = self.declared
        self._echo(CALC2, f'=IF({counts}="","",{arithmetic.printed(counts)})', self.canvas.row, "hidden")
        follows = f'IF({p}="","",IF({p}>=1,{said["achieved"]},IF({p}<=0,{said["not_achieved"]},{said["partial"]})))'
        self._echo(CALC3, f'=IF({status}<>"",{status},{follows})', self.canvas.row, "hidden")
        self._echo(15, f'=IF({p}="",{status}={said["achieved"]},{p}>=1)', self.canvas.row, "hidden")
        self.canvas.row = row

    def at(self, path: str) -> str:
        """Address of a single cell of this sheet; an empty text, as formulas write it, when it has none."""
        return self.canvas.at.get(path, '""')

    def first(self, *paths: str) -> str:
        """The formula of the first of the cells at ``paths`` that is not blank; those that the form has not are passed over."""
        *ahead, last = [self.at(p) for p in paths if p == paths[-1] or p in self.canvas.at]
        for cell in reversed(ahead):
            last = f'IF({cell}<>"",{cell},{last})'
        return last

    def label(self, path: str, value: str) -> str:
        """What users see for ``value`` of the choice at ``path``, as formulas write it."""
        return f'"{self.scalars[path].labels(self.draft.language)[value]}"'

    def cells(self, table: str, column: int) -> Cells:
        """The item rows of ``table`` in ``column``."""
        return Cells(get_column_letter(column), tuple(self.canvas.rows[table]))

    # -- the parts
    def _room_for_checks(self) -> int:
        """The heading of the checks, and the row where they will begin."""
        self.canvas.section(self.words("part_checks"))
        first = self.canvas.row
        self.canvas.row += len(checks.keys(self.round, self.full))
        return first

    def _bar(self) -> None:
        """The rows that stay in view: back to the summary, which objective this is, on to the next one, what is still open here.

        The link to the next sheet leads to this one until issuing says which that is.
        """
        canvas = self.canvas
        for column in range(1, canvas.last + 1):
            for row in (1, BAR):
                canvas.put(column, None, "banner" if row == 1 else "bar", row=row)
        canvas.put(LABEL, f'=HYPERLINK("#{SUMMARY}","{self.words("bar_back")}")', "jump", row=1)
        canvas.named(canvas.own("back"), LABEL, 1)
        force = self.first("sheet/revision/title", "sheet/in_force/title", "sheet/title")
        short = f'IF(LEN({force})>{BANNER_LIMIT},LEFT({force},{BANNER_LIMIT - 1})&"…",{force})'
        canvas.put(VALUE, f'={self.at("code")}&"  –  "&{short}', "banner", row=1)
        canvas.named(canvas.own("banner"), VALUE, 1)
        canvas.sheet.row_dimensions[1].height = 24
        code = f"{canvas.prefix}code"
        canvas.put(LABEL, f'=HYPERLINK("#{code}","{self.words("bar_next")}"&{code})', "jump", row=BAR)
        canvas.named(canvas.own("next"), LABEL, BAR)
        canvas.put(CALC, "=" + checks.count_open(self), "hidden", row=BAR)
        count = canvas.named(canvas.own("count"), CALC, BAR)
        canvas.put(VALUE, "=" + checks.still_open(self, count), "bar", row=BAR)
        here = canvas.named(canvas.own("open"), VALUE, BAR)
        canvas.put(HELP, self.words("bar_paste"), "bar_help", row=BAR)
        canvas.sheet.row_dimensions[BAR].height = 18
        ok = self.words("bar_ok")
        look.good_or_bad(canvas.sheet, here.replace("$", ""), f'{here}="{ok}"', f'{here}<>"{ok}"')

    def _scalar(self, path: str) -> None:
        f = self.scalars.get(path)
        if f and (self.full or f.path[0] == "holding" or short(f.path) in SHORT):
            locked = not self.full and f.path[0] == "sheet"
            self.canvas.scalar(f, False if locked else None)

    def _with_changes(self, part: str, key: str) -> None:
        """A field of a holding or a sheet, what is in force in its place, and what this round changes."""
        for path in (f"{part}/{key}", f"{part}/in_force/{key}", f"{part}/revision/{key}"):
            table = "_".join(path.split("/")[1:])
            if part == "sheet" and table in self.tables:
                if self.full:
                    self._table(table)
                    self.canvas.row += table != "entities"
            else:
                self._scalar(path)

    def _table(self, table_id: str) -> None:
        table = self.tables.get(table_id)
        if table:
            self._caption(table_id)
            self.canvas.table(table, places(table))
            self._room(table)

    def _room(self, table: Table) -> None:
        """Below a table to which rows can be added: where there are more of them, and what to do beyond the last."""
        if all(c.opens(self.round) for c in table.columns if c.required):
            rows = len(self.canvas.rows[table.id])
            # see Visibility: of other tables there are rows folded away
            revised = next(t.revisions for t in objective_tables() if t.id == table.id)  # of the whole year: of a plan's own, none are left
            all_seen = self.round == "plan" and revised or rows <= SPARE
            self.canvas.put(LABEL, self.words("more_rows_plan" if all_seen else "more_rows_later", slots=rows), "help")
            self.canvas.row += 1

    def _caption(self, table_id: str) -> None:
        owner = next(f for f in objective_fields() if f.path == self.tables[table_id].array)
        self.canvas.caption(owner.title(self.draft.language), owner.description(self.draft.language))
        self.canvas.named(self.canvas.own(f"caption_{table_id}"), LABEL, self.canvas.row - 1)

    def _frame(self) -> None:
        canvas = self.canvas
        canvas.section(self.words("part_frame"))
        if self.round == "monitoring" and self.full:
            canvas.put(LABEL, self.words("folded"), "help")
            canvas.row += 1
        for path in ("code", "other_codes", "role", "due"):
            self._scalar(path)
        self._with_changes("sheet", "title")
        self._scalar("holding/weighting")
        for key in ("weight", "replaced_by", "reason"):
            self._with_changes("holding", key)
        self.weight_typed = self._weight_typed()
        canvas.computed("weight", self.words("weight_in_force"), "=" + checks.weight_in_force(self), arithmetic.weight_format())
        if spoken().points:
            here = self.at("weight")
            told = self.words("weight_share").replace("{sum}", '"&ROUND(pxm_total_weight,2)&"').replace("{share}", f'"&ROUND({here}/pxm_total_weight*100,2)&"')
            canvas.put(HELP, f'=IF(AND(ISNUMBER({here}),pxm_total_weight<>0),"{told}","")', "beside", row=canvas.row - 1)
        if self.round == "plan":
            look.missing(canvas.sheet, self.at("holding/weight").replace("$", ""), f'{self.at("weight")}=""')
        for f in objective_fields():
            if f.path[0] == "sheet" and len(f.path) == 2 and f.key not in (*_LATE, "title"):
                self._with_changes("sheet", f.key)
        for f in objective_fields():
            if f.own and f.path[0] == "holding":
                self._scalar("/".join(f.path))
        if self.extension and self.full:
            canvas.section(self.words("part_extension"))
            for f in self.extension:
                canvas.scalar(f)

    def _weight_typed(self) -> str:
        """The hidden cell, beside the weight in force, of the weight as it was typed, in force or not in the total."""
        changed, standing, weight = (self.at(f"holding/{part}weight") for part in ("revision/", "in_force/", ""))
        found = arithmetic.weight(weight)
        if standing != '""':
            found = arithmetic.standing_weight(standing, found)
        if changed != '""':
            own = f"$W${changed.rpartition('$')[2]}"
            self._echo(SHARE, "=" + arithmetic.weight(changed), int(changed.rpartition("$")[2]), "hidden")
            found = f'IF({own}<>"",{own},{found})'
        self._echo(SHARE, "=" + found, self.canvas.row, "hidden")
        return f"$W${self.canvas.row}"

    def _detail(self) -> None:
        self.canvas.section(self.words("part_detail"))
        for key in ("detail", "phases_share", "results_as"):
            self._with_changes("sheet", key)
        self._table("results")
        self._sum("results")
        self._rules()
        self._more("results")
        self._own("results")
        self._table("entities")
        self._entity_degrees()

    def _phases(self) -> None:
        canvas = self.canvas
        canvas.section(self.words("part_phases"))
        self._caption("phases")
        row = canvas.row
        for column in range(4, 10):
            canvas.put(column, None, "head", row=row)
        for number, column in enumerate((4, 6, 8)):
            canvas.put(column, "=" + arithmetic.year_name(number), "head", "0", row=row)
        canvas.draft.name(canvas.own("years"), canvas.sheet, top=row, left=4, bottom=row, right=9)
        self.years = row
        canvas.row += 1
        canvas.table(self.tables["phases"], places(self.tables["phases"]))
        self._room(self.tables["phases"])
        self._sum("phases")
        self._more("phases")
        self._own("phases")

    def _more(self, table_id: str) -> None:
        """Under a table, what not every item has: notes on dates, values of other years, the rounds at which it is due."""
        canvas, table = self.canvas, self.tables[f"{table_id}_more"]
        canvas.caption(self.words(f"table_{table.id}"), self.words("help_more"))
        canvas.named(canvas.own(f"caption_{table.id}"), LABEL, canvas.row - 1)
        canvas.table(table, places(table))
        for row, source in zip(canvas.rows[table.id], canvas.rows[table_id], strict=True):
            self._identify(row, source)

    def _own(self, table_id: str) -> None:
        """Under a table, the fields that the body gives its items, so many side by side."""
        canvas = self.canvas
        for table in (t for t in self.tables.values() if t.own and t.array[-1] == table_id):
            canvas.caption(self.words(f"table_{table_id}_own"), self.words("help_own"))
            canvas.named(canvas.own(f"caption_{table.id}"), LABEL, canvas.row - 1)
            canvas.table(table, places(table))
            for row, source in zip(canvas.rows[table.id], canvas.rows[table_id], strict=True):
                self._identify(row, source, kept=True)

    def _not_due(self, table_id: str, source: int) -> str:
        """The condition that the item in row ``source`` of a table is not to be reported at this round."""
        rows = self.canvas.rows
        return not_due(f"$J{rows[f'{table_id}_more'][rows[table_id].index(source)]}")

    def _sum(self, table_id: str) -> None:
        """Below the weights of a table their sum; beside them, hidden, the weights in force."""
        canvas, table = self.canvas, self.tables[table_id]
        weighting = places(table).get("weighting")
        rows = canvas.rows[table_id]
        for row in rows:
            self._typed_weight(row)
            weight = f"W{row}"
            if self.reports:
                weight = f'IF({self.dropped(row)},"",{weight})'
            if weighting:
                weight = f'IF(J{row}="{self._not_weighted()}","",{weight})'
            canvas.put(CALC, "=" + weight, "hidden", row=row)
        if weighting and self.round != "final":
            look.missing(canvas.sheet, " ".join(f"C{row}" for row in rows),
                         f'AND($A{rows[0]}<>"",$J{rows[0]}<>"{self._not_weighted()}",$L{rows[0]}=""{self._kept(rows[0])})')
        if self.reports:
            look.struck(canvas.sheet, " ".join(f"A{row}:J{row}" for row in rows), self._reason_below(rows[0], "$"))
        in_force = self.cells(table_id, CALC)
        must = arithmetic.sum_told(str(self.words("must_make")), "")
        canvas.put(VALUE, f'="{self.words(f"sum_{table_id}")}"&IF(pxm_whole=0,"",{must})', "total_label")
        canvas.put(WEIGHT, f'=IF(COUNT({in_force})=0,"",SUM({in_force}))', "total", arithmetic.weight_format())
        here = canvas.named(canvas.own(f"sum_{table_id}"), WEIGHT)
        canvas.at[f"sum_{table_id}"] = here
        fair = arithmetic.whole(here)
        look.good_or_bad(canvas.sheet, here.replace("$", ""), f"AND(ISNUMBER({here}),{fair})",
                         f"AND(ISNUMBER({here}),NOT({fair}))")
        canvas.row += 1

    def below(self, row: int) -> list[int]:
        """The rows below the item of ``row``: of what this round changes, then of what is in force from before."""
        own = self.tables["phases"]
        return {"plan": [], "final": [row + 1]}.get(self.round, [row + 2, row + 1]) if own.standing or own.revisions else []

    def force(self, column: str, row: int, blank: bool = False) -> str:
        """The formula of what is in force in ``column`` of the item of ``row``; with ``blank``, an empty text where nothing is."""
        found = f'IF({column}{row}="","",{column}{row})' if blank else f"{column}{row}"
        for below in reversed(self.below(row)):
            found = f'IF({column}{below}<>"",{column}{below},{found})'
        return found

    def _typed_weight(self, row: int) -> None:
        """Hidden beside the item of ``row``: the weight in force as typed, and whether the item was dropped."""
        base = arithmetic.standing_weight(f"C{row}") if self.round == FINAL else arithmetic.weight(f"C{row}")
        if self.round == "monitoring":
            self._echo(CHANGED, "=" + arithmetic.weight(f"C{row + 2}"), row + 2, "hidden")
        if self.below(row):
            base = arithmetic.standing_weight(f"C{row + 1}", base)
            self._echo(DROPPED, "=" + self._reason_below(row), row, "hidden")
        if self.round == "monitoring":
            base = f'IF(Z{row + 2}<>"",Z{row + 2},{base})'
        self._echo(SHARE, "=" + base, row, "hidden")

    def dropped(self, row: int) -> str:
        """The condition that the item of ``row`` was dropped, as the hidden cell beside it says."""
        return f"X{row}" if self.below(row) else "FALSE"

    def _reason_below(self, row: int, fixed: str = "") -> str:
        """The condition that a reason for dropping the item of ``row`` stands below it, in J."""
        parts = [f'{fixed}J{below}<>""' for below in self.below(row)]
        return parts[0] if len(parts) == 1 else f"OR({','.join(parts)})"

    def _kept(self, row: int) -> str:
        """The condition that the item of ``row`` was not dropped, to be added to others."""
        return "".join(f',$J{below}=""' for below in self.below(row))

    @property
    def not_weighted(self) -> str:
        """What the phases that are out of the year's weights say."""
        return self._not_weighted()

    def columns_of(self, table_id: str) -> dict[str, int]:
        """Column by key of a table."""
        return places(self.tables[table_id])

    def kept(self, table_id: str) -> str:
        """The factor, in a SUMPRODUCT over a table, that leaves out the items that were dropped."""
        rows = self.canvas.rows[table_id]
        offsets = [below - rows[0] for below in self.below(rows[0])]
        return "".join(f'*($J${rows[0] + n}:$J${rows[-1] + n}="")' for n in offsets)

    def _not_weighted(self) -> str:
        """What the phases that are out of the year's weights say."""
        weighting = next(f for f in self.tables["phases"].columns if f.key == "weighting")
        return weighting.labels(self.draft.language)["not_weighted"]

    def _monitoring(self) -> None:
        canvas = self.canvas
        canvas.section(self.words(f"part_{self.round}"))
        for f in self.scalars.values():
            if f.path[:2] == ("holding", "reading"):
                self._scalar("/".join(f.path))
        self._computed = canvas.row
        canvas.row += outcome_rows.COMPUTED[self.full]  # written once the tables of the plan have their rows
        if self.full:
            self._reading("phases_reading", {4: self.words("weight_in_force")})
            self._reading("results_reading", {5: self.words("reference_target")})
            self._narrative()

    def _outcomes(self) -> None:
        """What is computed of the outcome, now that the plan is drawn too."""
        canvas = self.canvas
        if self.full:
            self._phase_outcomes()
            self._result_outcomes()
            self._chooser.formula1 = str(self.cells("phases", 1))
        canvas.row = self._computed
        outcome_rows.draw(self)
        if self.full:
            self._missing_phases()
        self._offer()
        percent, status, reason = (self.at(f"holding/reading/{key}") for key in ("percent", "status", "reason"))
        state = canvas.at["status"]
        gone = [self.label("holding/reading/status", s) for s in ("replaced", "withdrawn")]
        lead = "TRUE" if self.full else f'{self.at("role")}<>{self.label("role", "partner")}'
        gone.append(f'"{self.words("not_due")}"')
        wanted = ",".join(f"{state}<>{s}" for s in gone)
        look.missing(canvas.sheet, percent.replace("$", ""), f'AND({percent}="",{canvas.at["outcome"]}="",{lead},{wanted})')
        part = [self.label("holding/reading/status", s) for s in ("partial", "not_achieved")]
        if self.full:
            look.missing(canvas.sheet, reason.replace("$", ""), f'AND({reason}="",OR({state}={part[0]},{state}={part[1]}))')

    def _offer(self) -> None:
        """Let the outcome be chosen from what the tables give: one click in place of a figure typed again."""
        cell = self.at("holding/reading/percent").replace("$", "")
        keys = ("by_phases", "by_results", "by_mix") if self.full else ("by_measures",)
        rule = self.canvas.rule_of(cell)
        rule.type, rule.operator, rule.showErrorMessage = "list", None, False
        cells = []
        for key in keys:  # what is blank repeats another: the list has no blank line
            here = self.at(key)
            row = int(here.rpartition("$")[2])
            self._echo(CALC, "=" + arithmetic.both(here, *(self.at(k) for k in keys if k != key)), row=row, part="hidden",
                       number_format="0.00%")
            cells.append(f"$L${row}")
        rule.formula1 = ":".join(dict.fromkeys((cells[0], cells[-1])))
        rule.prompt, rule.promptTitle, rule.showInputMessage = None, None, False
        self.canvas.put(HELP, self.words("offer" if self.full else "offer_shared"), "beside", row=int(cell[1:]))

    def _past(self) -> None:
        """What earlier rounds found, a row each: when, in a few words, how much. Issue writes it; nobody reads it back."""
        self.canvas.section(self.words("part_earlier"))
        self.canvas.named(self.canvas.own("caption_earlier"), LABEL, self.canvas.row - 1)
        canvas, top = self.canvas, self.canvas.row
        for column, key in ((LABEL, "earlier_round"), (VALUE, "earlier_told"), (WEIGHT, "earlier_percent"), (4, "earlier_status")):
            canvas.put(column, self.words(key), "head")
        canvas.put(CALC, None, "hidden", "0.00%")
        canvas.at["before"] = canvas.named(canvas.own("before"), CALC)
        canvas.put(CALC2, None, "hidden", "@")
        canvas.at["gone"] = canvas.named(canvas.own("gone"), CALC2)
        canvas.row += 1
        for _ in range(MOST_MONITORINGS):
            canvas.put(LABEL, None, "past", "@")
            canvas.put(VALUE, None, "past", "@")
            canvas.put(WEIGHT, None, "past_figure", "0.00%")
            canvas.put(4, None, "past", "@")
            canvas.row += 1
        canvas.draft.name(canvas.own(EARLIER), canvas.sheet, top=top, left=LABEL, bottom=canvas.row - 1, right=4)

    def _echo(self, column: int, formula: str, row: int, part: str = "echo", number_format: str = "General") -> None:
        self.canvas.put(column, formula, part, number_format, row=row)

    def _reading(self, table_id: str, heads: dict[int, str]) -> None:
        """The table of what the round finds of the items of another; ``heads``: of the columns that repeat what the plan says."""
        table = self.tables[table_id]
        self._caption_of(table.array[-1])
        if self.round == "monitoring":  # rows of the plan can be added and changed, further down
            name = f"{self.canvas.prefix}t_{table.array[-1]}"
            self.canvas.put(VALUE, f'=HYPERLINK("#{name}","{self.words(f"add_{table.array[-1]}")}")', "aside", row=self.canvas.row - 1)
        self.canvas.table(table, places(table))
        self._reference_heads(table, {LABEL: self.words(f"reference_{table.array[-1]}"), **heads})

    def _phase_outcomes(self) -> None:
        canvas, table = self.canvas, self.tables["phases_reading"]
        for row, source in zip(canvas.rows[table.id], canvas.rows["phases"], strict=True):
            self._told(row, source)
            if self.round != FINAL:
                self._echo(FOUND, f"=C{row}", source, "hidden")
            weight = f'IF(J{source}="{self._not_weighted()}","==",L{source})'
            weight = f'IF(AND(C{row}="",{self._not_due("phases", source)}),"{self.words("not_due")}",{weight})'
            weight = f'IF({self.dropped(source)},"{self.words("dropped")}",{weight})'
            self._echo(4, f'=IF(A{row}="","",{weight})', row=row, part="figure", number_format=arithmetic.weight_format())
            self._echo(CALC, "=" + arithmetic.percent(f"C{row}"), row, "hidden")
        self._without_item(table)

    def _missing_phases(self) -> None:
        """What weighs and tells no share of itself is tinted, where the objective is due or has an outcome."""
        canvas = self.canvas
        first, last = canvas.rows["phases_reading"][0], canvas.rows["phases_reading"][-1]
        asked = f'{canvas.at["status"]}<>"{self.words("not_due")}"'
        look.missing(canvas.sheet, f"C{first}:C{last}", f'AND(ISNUMBER($D{first}),$D{first}<>0,$C{first}="",{asked})')

    def _result_outcomes(self) -> None:
        canvas, table = self.canvas, self.tables["results_reading"]
        rules = canvas.rows["results_rule"]
        self._without_item(table)
        for row, source, rule in zip(canvas.rows[table.id], canvas.rows["results"], rules, strict=True):
            self._told(row, source)
            self._echo(5, "=" + self.force("H", source, blank=True), row, "figure")
            for column, found in ((GONE, self.dropped(source)), (BASELINE, f'IF(G{source}="","",G{source})'), (OWN_WEIGHT, f"L{source}"),
                                  (NUMBER, f'A{source}&""')):
                self._echo(column, f"={found}", row, "hidden")
            if self.round != FINAL:
                self._echo(FOUND, f"=C{row}", source, "hidden")
            self._measure(row, source, rule)
            typed, computed, dropped = f"W{row}", f"N{row}", f'"{self.words("dropped")}"'
            self._echo(SHARE, "=" + arithmetic.percent(f"C{row}"), row, "hidden")
            degree = f"IF(pxm_typed_degree,{arithmetic.both(typed, computed)},{arithmetic.both(computed, typed)})"
            missing = f'IF(P{rule}="zero",0,IF(P{rule}="out",{dropped},IF(AND(P{rule}="last_known",ISNUMBER(Q{rule})),Q{rule},"")))'
            missing = f'IF({self._not_due("results", source)},{dropped},{missing})'
            found = f'IF({typed}&{computed}<>"",{degree},{missing})'
            self._echo(CALC, f'=IF(A{row}="","",IF(AB{row},{dropped},{found}))', row, "hidden")
            self._echo(CALC2, f'=IF(OR(A{row}="",L{row}="{self.words("dropped")}"),"",AD{row})', row, "hidden")
            self._echo(LEAST, f'=IF(AND(ISNUMBER(L{row}),OR(M{row}="",M{row}<>0)),L{row},"")', row, "hidden")

    def _measure(self, row: int, source: int, rule: int) -> None:
        """Hidden beside a result's reading: its actual value (Q), its degree without a table of bands (O), what is looked up in
        one (P), and the degree that its values, or those of its entities, give (N)."""
        entity = [f'O{rule}="{k}"' for k, m in methods.METHODS.items() if m.entities and "target" not in m.needs]
        self._echo(17, f'=IF(AND(ISNUMBER(H{rule}),ISNUMBER(H{row}),ISNUMBER(I{row})),IF(I{row}=0,IF(ISNUMBER(D{row}),D{row},""),'
                       f'H{row}/I{row}*H{rule}),IF(ISNUMBER(D{row}),D{row},""))', row, "hidden")
        cells = methods.Cells(
            actual=f"Q{row}", target=f"E{row}", baseline=f"AC{row}", near=f"L{rule}", cap=f"M{rule}", until=f"E{rule}",
            minimum=f"F{rule}", excellence=f"G{rule}", deadline=f"S{row}", there=f"Z{row}", achieved_on=f"F{row}", achieved=f"J{row}", scale=f"N{rule}",
            yes=self.words("yes"), final=self.round == FINAL)
        self._echo(19, "=" + self.force("D", source, blank=True), row, "hidden")
        start = f'IF(O{rule}="progress",AC{row},IF(O{rule}="levels",F{rule},""))'
        self._echo(LOWER, f'=IF(O{rule}="lower",TRUE,IF(ISNUMBER({start}),E{row}<{start},FALSE))', row, "hidden")
        gap = f"ROUND(IF(Y{row},Q{row}-E{row},E{row}-Q{row})-ABS(E{row})*L{rule},9)<=0"
        self._echo(THERE, f"=IF(AND(ISNUMBER(E{row}),ISNUMBER(Q{row})),{gap},FALSE)", row, "hidden")
        for column, formula in zip((15, 16, 18),
                                   methods.formulas(cells, _KEYS, chosen=f"O{rule}", entities=False,
                                                    at=(f"O{row}", f"P{row}")), strict=True):
            self._echo(column, f'=IF(A{row}="","",{formula})', row, "hidden")
        there = f'AND(ISNUMBER(Q{row}),OR(ISNUMBER(E{row}),{",".join(entity)}))'
        own = f'IF(R{row}<>"",R{row},IF({there},"",{self._of_entities(row)}))'
        self._echo(CALC3, f'=IF(A{row}="","",IFERROR({arithmetic.figure(own)},""))', row, "hidden")

    def _rules(self) -> None:
        """How the results are measured beyond their targets, and beside it, hidden, what holds: the tolerance (L), the cap (M),
        the number of the table of bands (N), the way (O), what a missing value stands for (P); in Q issuing writes the degree that earlier rounds knew last."""
        canvas, table = self.canvas, self.tables["results_rule"]
        canvas.caption(self.words("table_rules"), self.words("help_rules"))
        canvas.named(canvas.own("caption_results_rule"), LABEL, canvas.row - 1)
        canvas.table(table, places(table))
        if any(f.key == "scale" and f.opens(self.round) for f in table.columns):  # chosen, not typed; another code is told when it is checked
            column = get_column_letter(places(table)["scale"])
            rule = canvas.rule_of(f"{column}{canvas.rows[table.id][0]}")
            rule.type, rule.operator, rule.showErrorMessage, rule.formula1 = "list", None, False, OFFERED
            for row in canvas.rows[table.id][1:]:
                rule.add(f"{column}{row}")
        labels = next(f for f in table.columns if f.key == "missing").labels(self.draft.language)
        for row, source in zip(canvas.rows[table.id], canvas.rows["results"], strict=True):
            self._identify(row, source)
            mine = "SUMPRODUCT((pxm_band_code=B%d&\"\")*pxm_band_first)" % row
            self._echo(CALC, f"=IF(ISNUMBER(C{row}),C{row},pxm_near)", row, "hidden")
            capped = f'OR(B{row}="",O{row}="levels")'
            self._echo(CALC2, f"=IF({capped},IF(ISNUMBER(D{row}),D{row},pxm_cap),{methods.UNCAPPED / 100})", row, "hidden")
            self._echo(CALC3, f'=IF(OR(A{row}="",B{row}=""),0,IF({mine}=0,-1,{mine}))', row, "hidden")
            self._echo(18, f'=IF(A{row}="","",IF(F{source}="",pxm_way,F{source}))', row, "hidden")
            way = '""'
            for key, label in reversed(self.ways().items()):
                way = f'IF(R{row}="{label}","{key}",{way})'
            self._echo(15, "=" + way, row, "hidden")
            own = f'IF(I{row}="{labels["zero"]}","zero",IF(I{row}="{labels["out"]}","out",IF(I{row}="{labels["last_known"]}","last_known","unknown")))'
            self._echo(16, f'=IF(A{row}="","",IF(I{row}="",pxm_unread,{own}))', row, "hidden")
            canvas.put(LAST_DEGREE, None, "hidden", row=row)

    def _without_item(self, table: Table) -> None:
        """White where the plan has no item in the row."""
        rows = self.canvas.rows[table.id]
        for f in table.columns[1:]:
            letter = get_column_letter(places(table)[f.key])
            look.unused(self.canvas.sheet, f"{letter}{rows[0]}:{letter}{rows[-1]}", f'AND($A{rows[0]}="",{letter}{rows[0]}="")')

    def ways(self) -> dict[str, str]:
        """What users see for each way of measuring a result."""
        return next(f for f in self.tables["results"].columns if f.key == "direction").labels(self.draft.language)

    def _entity_degrees(self) -> None:
        """Beside the values of each entity, hidden, its degree, measured as its result says."""
        if not self.reports:
            return
        table, rules = self.tables["entities"], self.canvas.rows["results_rule"]
        ids, chosen, near, cap, scale = (f"${c}${rules[0]}:${c}${rules[-1]}" for c in "AOLMN")
        actual = get_column_letter(places(table)["actual"])
        for row in self.canvas.rows["entities"]:
            mine = f'({ids}&""=$A{row}&"")'
            way = '"typed"'  # what values by entity are not measured by gives no degree
            for key in (k for k, m in methods.METHODS.items() if m.entities):
                way = f'IF(SUMPRODUCT({mine}*({chosen}="{key}"))>0,"{key}",{way})'
            self._echo(CALC3, f'=IF($A{row}="","",{way})', row, "hidden")
            for column, found in ((15, near), (16, cap), (17, scale)):
                self._echo(column, f'=IF($A{row}="",0,SUMPRODUCT(--{mine},{found}))', row, "hidden")
            cells = methods.Cells(actual=f"{actual}{row}", target=f"E{row}", baseline=f"D{row}", near=f"O{row}", cap=f"P{row}",
                                  scale=f"Q{row}", final=self.round == FINAL)
            for column, formula in zip((18, 19, CALC),
                                       methods.formulas(cells, _KEYS, chosen=f"N{row}", entities=True,
                                                        at=(f"R{row}", f"S{row}")), strict=True):
                self._echo(column, f'=IF($A{row}="","",{formula})', row, "hidden")

    def _of_entities(self, row: int) -> str:
        """The plain mean of the degrees of the entities of the result that ``row`` reads; blank while one lacks."""
        mine = f'({self.cells("entities", LABEL)}&""=AE{row})'
        degrees = self.cells("entities", CALC)
        return (f'IF(OR(SUMPRODUCT({mine}*1)=0,SUMPRODUCT({mine}*({degrees}=""))>0),"",'
                f'SUMPRODUCT({mine}*1,{degrees})/SUMPRODUCT({mine}*1))')

    def _caption_of(self, table_id: str) -> None:
        self.canvas.caption(self.words(f"table_{table_id}_{self.round}"), self.words(f"help_{table_id}_reading"))
        self.canvas.named(self.canvas.own(f"caption_{table_id}_reading"), LABEL, self.canvas.row - 1)

    def _reference_heads(self, table: Table, heads: dict[int, str]) -> None:
        header = self.canvas.rows[table.id][0] - 1
        for column, text in heads.items():
            self.canvas.put(column, text, "head", row=header)

    def _identify(self, row: int, source: int, kept: bool = False) -> None:
        """The id of the item that row ``source`` holds: for the eye, the slot is what joins the two; ``kept``: unless it was dropped."""
        none = f'OR(A{source}="",{self.dropped(source)})' if kept and self.below(source) else f'A{source}=""'
        self.canvas.put(LABEL, f'=IF({none},"",A{source})', "computed", row=row)

    def _told(self, row: int, source: int) -> None:
        """Which item the plan's row ``source`` holds, with its text: for the eye, the slot is what joins the two."""
        text = self.force("B", source)
        short = f'IF(LEN({text})>{TOLD},LEFT({text},{TOLD - 1})&"…",{text}&"")'
        self.canvas.put(LABEL, f'=IF(A{source}="","",A{source}&" – "&{short})', "told", row=row)

    def _narrative(self) -> None:
        canvas, table = self.canvas, self.tables["narrative"]
        text = next(f for f in objective_fields() if f.path == NARRATIVE)
        canvas.caption(text.title(self.draft.language), self.words("help_narrative"))
        self._chooser = canvas.story(table, text)
