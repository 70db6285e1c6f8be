"""The objective sheet of a master: the four parts of a sheet in full, or short for sectors that do not lead.

Formulas of a sheet refer to cells of the same sheet, so that a copy of the sheet is complete in itself.
"""

from dataclasses import dataclass, replace

from perfxl.model.fields import ROUNDS, Field, objective_fields
from perfxl.stages.issue.form import arithmetic, checks
from perfxl.stages.issue.form import styles as look
from perfxl.stages.issue.form.drawing import CALC, CALC2, CALC3, LABEL, LAST, SLOT, VALUE, WEIGHT, WIDTHS, Canvas, Draft
from perfxl.stages.issue.form.names import BANNER_LIMIT, SHORT
from perfxl.workbook.binding import Table, objective_scalars, objective_tables

#: Columns of the keys of each table; a key that is not here takes the first free narrow column.
PLACES = {
    "responsibles": {"name": 2, "from": 4, "to": 5},
    "responsibles_revised": {"name": 2, "from": 4, "to": 5},
    "money": {"kind": 1, "label": 2, "year": 3, "amount": 4},
    "results": {"id": 1, "text": 2, "weight": 3, "deadline": 4, "unit": 5, "direction": 6, "baseline": 7,
                "target": 8, "phases": 9, "heading": 10},
    "results_interim": {"id": 1, "interim_note": 2, "interim_degree": 3, "interim_actual": 4},
    "results_final": {"id": 1, "final_note": 2, "final_degree": 3, "final_actual": 4},
    "entities": {"result": 1, "entity": 2, "baseline": 4, "target": 5, "interim_actual": 6, "final_actual": 7},
    "phases": {"id": 1, "text": 2, "weight": 3, "start_1": 4, "end_1": 5, "start_2": 6, "end_2": 7, "start_3": 8,
               "end_3": 9, "weighting": 10},
    "phases_interim": {"id": 1, "interim_done": 2, "interim_realised": 3},
    "phases_final": {"id": 1, "final_done": 2, "final_realised": 3},
}
_LATE = ("detail", "detail_revised", "results", "entities", "phases", "interim_narrative", "final_narrative")
_OUTCOMES = ("interim", "final")


def shown_in(table: Table, round: str) -> Table:
    """``table`` with the columns that the form of ``round`` has."""
    return replace(table, columns=tuple(c for c in table.columns if round in c.shown),
                   revisions=tuple(c for c in table.revisions if round in c.shown))


def places(table: Table) -> dict[str, int]:
    """Column by key of ``table``."""
    found = {c.key: PLACES.get(table.id, {}).get(c.key) for c in table.columns}
    free = [c for c in range(WEIGHT, LAST + 1) if c not in found.values()]
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
        self.extension = tuple(f for f in extension if draft.round in f.shown)
        self.canvas = Canvas(draft, sheet, "px_" if full else "pxs_", WIDTHS)
        self.scalars = {"/".join(f.path): f for f in objective_scalars() if draft.round in f.shown}
        self.tables = {t.id: shown_in(t, draft.round) for t in objective_tables() if t.shown(draft.round)}
        self.rounds = [r for r in _OUTCOMES if r in ROUNDS[: ROUNDS.index(draft.round) + 1]]

    def draw(self) -> None:
        """The whole sheet, from the banner to the last narrative row."""
        canvas = self.canvas
        canvas.banner(None)
        canvas.section(self.words("part_checks"))
        first_check = canvas.row
        canvas.row += len(checks.keys(self.round, self.full))
        self._frame()
        if self.full:
            self._detail()
            self._phases()
        for round in self.rounds:
            self._monitoring(round)
        self._banner()
        canvas.row = first_check
        checks.draw(self)
        canvas.finish("1:1", "A2")
        for column in (SLOT, CALC, CALC2, CALC3):
            canvas.sheet.column_dimensions[canvas.sheet.cell(1, column).column_letter].hidden = True

    def at(self, path: str) -> str:
        """Address of a single cell of this sheet; an empty text, as formulas write it, when it has none."""
        return self.canvas.at.get(path, '""')

    def label(self, path: str, value: str) -> str:
        """What users see for ``value`` of the choice at ``path``, as formulas write it."""
        return f'"{self.scalars[path].labels(self.draft.language)[value]}"'

    def cells(self, table: str, column: int) -> Cells:
        """The item rows of ``table`` in ``column``."""
        return Cells("ABCDEFGHIJKLMN"[column - 1], tuple(self.canvas.rows[table]))

    # -- the parts
    def _banner(self) -> None:
        canvas, row = self.canvas, self.canvas.row
        title, revised = self.at("sheet/title"), self.at("sheet/title_revised")
        force = f'IF({revised}<>"",{revised},{title})'
        short = f'IF(LEN({force})>{BANNER_LIMIT},LEFT({force},{BANNER_LIMIT - 1})&"…",{force})'
        canvas.put(LABEL, f'={self.at("code")}&"  –  "&{short}', "banner", row=1)
        canvas.named(canvas.own("banner"), LABEL, 1)
        if self.round in _OUTCOMES:
            target = f'{canvas.prefix}holding__{self.round}__percent'
            text = self.words(f"jump_{self.round}")
            canvas.put(9, f'=HYPERLINK("#{target}","{text}")', "jump", row=1)
        canvas.row = row

    def _scalar(self, path: str) -> None:
        f = self.scalars.get(path)
        if f and (self.full or f.path[0] == "holding" or path in SHORT):
            locked = not self.full and f.path[0] == "sheet"
            self.canvas.scalar(f, False if locked else None)

    def _table(self, table_id: str) -> None:
        table = self.tables.get(table_id)
        if table:
            self._caption(table_id)
            self.canvas.table(table, places(table))

    def _caption(self, table_id: str) -> None:
        owner = next(f for f in objective_fields() if f.path == self.tables[table_id].array)
        self.canvas.caption(owner.title(self.draft.language), owner.description(self.draft.language))
        self.canvas.named(self.canvas.own(f"caption_{table_id}"), LABEL, self.canvas.row - 1)

    def _frame(self) -> None:
        canvas = self.canvas
        canvas.section(self.words("part_frame"))
        for path in ("code", "other_codes", "role", "sheet/title", "sheet/title_revised"):
            self._scalar(path)
        for path in ("weighting", "weight", "weight_revised", "replaced_by", "revision_reason"):
            self._scalar(f"holding/{path}")
        canvas.computed("weight", self.words("weight_in_force"), "=" + checks.weight_in_force(self), "0.00%")
        if self.round == "plan":
            look.missing(canvas.sheet, self.at("holding/weight").replace("$", ""), f'{self.at("weight")}=""')
        for f in objective_fields():
            if f.path[0] != "sheet" or f.key in (*_LATE, "title", "title_revised"):
                continue
            if f.cell == "table":
                if self.full:
                    self._table(f.key)
                    canvas.row += f.key != "entities"
            else:
                self._scalar("/".join(f.path))
        if self.extension and self.full:
            canvas.section(self.words("part_extension"))
            for f in self.extension:
                canvas.scalar(f)

    def _detail(self) -> None:
        self.canvas.section(self.words("part_detail"))
        self._scalar("sheet/detail")
        self._scalar("sheet/detail_revised")
        self._table("results")
        self._sum("results")
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
            canvas.put(column, f"=pxm_year+{number}" if number else "=pxm_year", "head", "0", row=row)
        canvas.draft.name(canvas.own("years"), canvas.sheet, row, 4, row, 9)
        canvas.row += 1
        canvas.table(self.tables["phases"], places(self.tables["phases"]))
        self._sum("phases")

    def _sum(self, table_id: str) -> None:
        """Below the weights of a table their sum; beside them, hidden, the weights in force."""
        canvas, table = self.canvas, self.tables[table_id]
        weighting = places(table).get("weighting")
        rows = canvas.rows[table_id]
        for row in rows:
            weight = arithmetic.percent(f"C{row}")
            if self.round != "plan":
                weight = f'IF(J{row + 1}<>"","",{arithmetic.both(arithmetic.percent(f"C{row + 1}"), weight)})'
            if weighting:
                weight = f'IF(J{row}="{self._not_weighted()}","",{weight})'
            canvas.put(CALC, "=" + weight, "hidden", row=row)
        if weighting and self.round != "final":
            look.missing(canvas.sheet, " ".join(f"C{row}" for row in rows),
                         f'AND($A{rows[0]}<>"",$J{rows[0]}<>"{self._not_weighted()}",$L{rows[0]}=""{self._kept(rows[0])})')
        if self.round != "plan":
            look.struck(canvas.sheet, " ".join(f"A{row}:J{row}" for row in rows), f'$J{rows[0] + 1}<>""')
        in_force = self.cells(table_id, CALC)
        canvas.put(VALUE, self.words(f"sum_{table_id}"), "total_label")
        canvas.put(WEIGHT, f'=IF(COUNT({in_force})=0,"",SUM({in_force}))', "total", "0.00%")
        here = canvas.named(canvas.own(f"sum_{table_id}"), WEIGHT)
        canvas.at[f"sum_{table_id}"] = here
        fair = f"ROUND(ABS({here}-1),6)<=pxm_tolerance"
        look.good_or_bad(canvas.sheet, here.replace("$", ""), f"AND(ISNUMBER({here}),{fair})",
                         f"AND(ISNUMBER({here}),NOT({fair}))")
        canvas.row += 1

    def _kept(self, row: int) -> str:
        """The condition that the item of ``row`` was not dropped, to be added to others: the reason stands below, in J."""
        return "" if self.round == "plan" else f',$J{row + 1}=""'

    def _not_weighted(self) -> str:
        """What the phases that are out of the year's weights say."""
        weighting = next(f for f in self.tables["phases"].columns if f.key == "weighting")
        return weighting.labels(self.draft.language)["not_weighted"]

    def _monitoring(self, round: str) -> None:
        canvas = self.canvas
        canvas.section(self.words(f"part_{round}"))
        for f in self.scalars.values():
            if f.path[:2] == ("holding", round):
                self._scalar("/".join(f.path))
        tables = canvas.row
        canvas.row += 4  # the computed rows, written below once the tables have their rows
        if self.full:
            self._phase_outcomes(round)
            self._result_outcomes(round)
            self._narrative(round)
        end, canvas.row = canvas.row, tables
        checks.draw_outcome(self, round)
        canvas.row = end
        if self.round == round:
            percent = self.at(f"holding/{round}/percent")
            state = canvas.at[f"{round}_status"]
            gone = [self.label(f"holding/{round}/status", s) for s in ("replaced", "withdrawn")]
            lead = "TRUE" if self.full else f'{self.at("role")}<>{self.label("role", "partner")}'
            look.missing(canvas.sheet, percent.replace("$", ""),
                         f'AND({percent}="",{lead},{state}<>{gone[0]},{state}<>{gone[1]})')
            part = [self.label(f"holding/{round}/status", s) for s in ("partial", "not_achieved")]
            reason = self.at(f"holding/{round}/reason")
            look.missing(canvas.sheet, reason.replace("$", ""),
                         f'AND({reason}="",{lead},OR({state}={part[0]},{state}={part[1]}))')

    def _echo(self, column: int, formula: str, row: int, part: str = "echo", number_format: str = "General") -> None:
        self.canvas.put(column, formula, part, number_format, row=row)

    def _phase_outcomes(self, round: str) -> None:
        canvas, table = self.canvas, self.tables[f"phases_{round}"]
        self._caption_of(f"phases_{round}")
        canvas.table(table, places(table), titles=None)
        self._reference_heads(table, {4: self.words("weight_in_force"), 5: self.words("reference_phase")})
        for row, source in zip(canvas.rows[table.id], canvas.rows["phases"], strict=True):
            self._identify(row, source)
            weight = f'IF(J{source + 1}<>"","{self.words("dropped")}",IF(J{source}="{self._not_weighted()}","==",L{source}))'
            self._echo(4, f'=IF(A{row}="","",{weight})', row, "figure", "0.00%")
            self._echo(5, self._abridged(source, 75), row)
            self._echo(CALC, "=" + arithmetic.percent(f"C{row}"), row, "hidden")
        if self.round == round:
            first, last = canvas.rows[table.id][0], canvas.rows[table.id][-1]
            look.missing(canvas.sheet, f"C{first}:C{last}", f'AND(ISNUMBER($D{first}),$D{first}<>0,$C{first}="")')

    def _result_outcomes(self, round: str) -> None:
        canvas, table = self.canvas, self.tables[f"results_{round}"]
        self._caption_of(f"results_{round}")
        canvas.table(table, places(table))
        self._reference_heads(table, {5: self.words("reference_target"), 6: self.words("reference_result")})
        ways = self._ways()
        for row, source in zip(canvas.rows[table.id], canvas.rows["results"], strict=True):
            self._identify(row, source)
            target = f'IF(H{source}="","",H{source})'
            if self.round != "plan":
                target = f'IF(H{source + 1}<>"",H{source + 1},{target})'
            self._echo(5, "=" + target, row, "figure")
            self._echo(6, self._abridged(source, 60), row)
            own = arithmetic.degree(f"D{row}", f"E{row}", f"F{source}", f"G{source}", ways, round == "final")
            whole = f"IF(AND(ISNUMBER(D{row}),ISNUMBER(E{row})),{own},{self._of_entities(round, source)})"
            self._echo(CALC3, f'=IF(A{row}="","",IFERROR({arithmetic.figure(whole)},""))', row, "hidden")
            typed, computed = arithmetic.percent(f"C{row}"), f"N{row}"
            degree = f"IF(pxm_typed_degree,{arithmetic.both(typed, computed)},{arithmetic.both(computed, typed)})"
            degree = f'IF(J{source + 1}<>"","{self.words("dropped")}",{degree})'
            self._echo(CALC, f'=IF(A{row}="","",{degree})', row, "hidden")
            self._echo(CALC2, f'=IF(A{row}="","",L{source})', row, "hidden")

    def _ways(self) -> dict[str, str]:
        """What users see for each way of measuring a result."""
        return next(f for f in self.tables["results"].columns if f.key == "direction").labels(self.draft.language)

    def _entity_degrees(self) -> None:
        """Beside the values of each entity, hidden, its degree in each round, measured as its result says."""
        table, results, ways = self.tables["entities"], self.canvas.rows["results"], self._ways()
        ids, chosen = (f"${c}${results[0]}:${c}${results[-1]}" for c in "AF")
        actual = {r: "ABCDEFGHIJ"[places(table)[f"{r}_actual"] - 1] for r in self.rounds}
        for row in self.canvas.rows["entities"] if self.rounds else ():
            way = '""'
            for key in ("lower", "progress", "typed"):
                way = f'IF(SUMPRODUCT(({ids}&""=$A{row}&"")*({chosen}="{ways[key]}"))>0,"{ways[key]}",{way})'
            self._echo(CALC3, f'=IF($A{row}="","",{way})', row, "hidden")
            for r, column in zip(self.rounds, (CALC, CALC2), strict=False):
                degree = arithmetic.degree(f"{actual[r]}{row}", f"E{row}", f"N{row}", f"D{row}", ways, r == "final")
                self._echo(column, f'=IF($A{row}="","",{degree})', row, "hidden")

    def _of_entities(self, round: str, source: int) -> str:
        """The plain mean of the degrees of the entities of the result in row ``source``; blank while one lacks."""
        mine = f'({self.cells("entities", LABEL)}&""=$A{source}&"")'
        degrees = self.cells("entities", (CALC, CALC2)[self.rounds.index(round)])
        return (f'IF(OR(SUMPRODUCT({mine}*1)=0,SUMPRODUCT({mine}*({degrees}=""))>0),"",'
                f'SUMPRODUCT({mine}*1,{degrees})/SUMPRODUCT({mine}*1))')

    def _caption_of(self, table_id: str) -> None:
        self.canvas.caption(self.words(f"table_{table_id}"), self.words(f"help_{table_id}"))

    def _reference_heads(self, table: Table, heads: dict[int, str]) -> None:
        header = self.canvas.rows[table.id][0] - 1
        for column, text in heads.items():
            self.canvas.put(column, text, "head", row=header)

    def _identify(self, row: int, source: int) -> None:
        """The id of the item that row ``source`` holds: for the eye, the slot is what joins the two."""
        self.canvas.put(LABEL, f'=IF(A{source}="","",A{source})', "computed", row=row)

    def _abridged(self, source: int, length: int) -> str:
        text = f"B{source}"
        if self.round != "plan":
            text = f'IF(B{source + 1}<>"",B{source + 1},B{source})'
        return f'=IF(LEN({text})>{length},LEFT({text},{length})&"…",{text}&"")'

    def _narrative(self, round: str) -> None:
        canvas, table = self.canvas, self.tables[f"narrative_{round}"]
        text = next(f for f in objective_fields() if f.key == f"{round}_narrative")
        canvas.caption(text.title(self.draft.language), self.words("help_narrative"))
        canvas.story(table, text, str(self.cells(f"phases_{round}", 1)))
