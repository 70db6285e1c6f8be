"""Making one sector's workbook from a master, by patching its XML: sheets are copied, names numbered, cells written."""

import re
from dataclasses import dataclass

from lxml import etree

from perfxl.model import points, terms
from perfxl.model.arithmetic import TYPED, rules_in
from perfxl.model.documents import get_path
from perfxl.model.identity import CONSTANT, HIDDEN_SHEET, NAME, Identity
from perfxl.model.indicators import borrowed
from perfxl.model.plan_year import first_day
from perfxl.model.rounds import Rounds, reference_day
from perfxl.model.texts import Texts
from perfxl.stages.issue.form import (
    bands,
    earlier,
    facts,
    landing,
    older,
    round_words,
)
from perfxl.stages.issue.form.arithmetic import constants, derived, unit
from perfxl.stages.issue.form.incomplete import MasterIncomplete
from perfxl.stages.issue.form.names import BEGINS, CHECKS, OUTCOME, PRINTED, SUMMARY, required
from perfxl.stages.issue.form.rooms import too_small
from perfxl.stages.issue.form.visible import Visibility
from perfxl.stages.issue.form.writing import Form, leaves
from perfxl.workbook.binding import return_tables, table_name
from perfxl.workbook.formulas.calculating import compute
from perfxl.workbook.formulas.unwritten import begin_computed
from perfxl.workbook.patch.cells import Sheet, serial, tag
from perfxl.workbook.patch.workbook import (
    Entry,
    Name,
    Workbook,
    on_sheet,
    renamed,
    tokens,
)
from perfxl.workbook.sheets.refs import Ref, parse_named

_OBJECTIVE = re.compile(r"px(?P<short>s?)(?P<computed>c?)_(?P<rest>.+)\Z")


class Issuing:
    """One workbook being issued."""

    def __init__(self, prefilled: dict, plan: dict, master: bytes, language: str, extension: dict | None):
        self.document, self.plan, self.language, self.extension = prefilled, plan, language, extension
        self.identity = Identity(**prefilled["identity"])
        self.rounds = Rounds.of(plan)
        self.round = self.rounds[self.identity.round]
        self.book = Workbook(master)
        older.bring_over(self.book, self.round.kind)
        self.form = Form(self.book, language, extension)

    def run(self) -> bytes:
        """The issued file."""
        self._demand()
        self._set_constants()
        round_words.write(self.form, self.round)
        self._copy_sheets()
        if self.document.get("requests"):
            self._without_summary()
        else:
            self._number_rows()
        self._without_empty()
        self._lead_on()
        self._drop_orphans()
        self.form.locate()
        facts.write(self.form, self.document, self.plan)
        bands.write(self.form, rules_in(self.plan).scales)
        self.form.put_frame(self.document)
        for number, objective in enumerate(self.document.get("objectives", ()), 1):
            self.form.put_objective(number, objective, ("objectives", number - 1))
        self._demand_in_force()
        Visibility(self.form, self.document, kind=self.round.kind, rules=rules_in(self.plan), offered=bool(self.plan.get("bands")),
                   borrowed=borrowed(self.plan), phased=self.plan.get("rules", {}).get("phases", True)).apply()
        earlier.write(self.form, self.document, self.plan, self.round)
        facts.write_results(self.form, self.document, self.round)
        self._hide_unused()
        self._identify()
        self.form.fit_rows()
        landing.apply(self.form, len(self.document.get("objectives", ())))
        compute(self.book, self.language)
        self._print_as_body_does()
        return self.book.save()

    # -- the master
    def _demand(self) -> None:
        missing = []
        for name, keys in sorted(required(self.round, self.extension).items()):
            if name == table_name("requests") and not self.document.get("requests"):
                continue  # a master from before there were questions still issues forms
            if name not in self.form.places:
                missing.append(name)
            elif keys:
                missing += [f"{name}: {key}" for key in sorted(keys - set(self.form.block(name).columns))]
        missing += too_small(self.form, self.document)
        if terms.spoken().points != any(name.name == points.CONSTANT for name in self.book.names):
            missing.append(points.CONSTANT)
        if missing:
            raise MasterIncomplete(missing)

    def _demand_in_force(self) -> None:
        """What earlier rounds changed has to be seen: without it, who fills the form in would go by what holds no more."""
        unseen = {".".join(str(p) for p in path[2:] if not isinstance(p, int)) for path in leaves(self.document)
                  if "in_force" in path and path not in self.form.placed}
        if unseen:
            raise MasterIncomplete(sorted(unseen))

    def _copy_sheets(self) -> None:
        sources = {full: self.form.places[f"{prefix}_code"][0] for full, prefix in ((True, "px"), (False, "pxs"))}
        where, made = self.book.entries.index(sources[True]), []
        for source in sources.values():
            begin_computed(self.book, source, self.language)
        self._names = {s.name: [n for n in self.book.names if n.scope is s or _leads_to(n, s)] for s in sources.values()}
        for number, objective in enumerate(self.document.get("objectives", ()), 1):
            made.append(self._copy(sources[objective.get("role", "lead") == "lead"], objective["code"], number))
        for source in sources.values():
            self.book.remove(source)
        for entry in made:
            self.book.entries.remove(entry)
        where = min(where, len(self.book.entries))
        self.book.entries[where:where] = made

    def _copy(self, source: Entry, title: str, number: int) -> Entry:
        """Sheet ``source`` copied as the sheet of objective ``number``, its names numbered, its formulas after them."""
        new, names = self.book.clone(source, self._free_title(title)), {}
        for name in self._names[source.name]:
            text, mine = on_sheet(name.text, source.name, new.name), _OBJECTIVE.match(name.name)
            if name.scope is None and mine:
                names[name.name] = f"px{mine['computed']}{number:02d}_{mine['rest']}"
                self.book.names.append(Name(names[name.name], text))
            else:
                self.book.names.append(Name(name.name, text, new, name.hidden))
        sheet = self.book.sheet(new)
        sheet.change_formulas(source.name, lambda formula: on_sheet(formula, source.name, new.name))
        mine = names.keys()
        sheet.change_formulas("px", lambda formula: formula if mine.isdisjoint(tokens(formula)) else renamed(formula, names))
        properties = sheet.root.find(tag("sheetPr"))
        if properties is not None:
            properties.attrib.pop("codeName", None)
        return new

    def _free_title(self, title: str) -> str:
        """``title``, or with a number when the master has a sheet of that name."""
        taken = {e.name.casefold() for e in self.book.entries}
        return next(t for t in (title, *(f"{title} ({n})" for n in range(2, 99))) if t.casefold() not in taken)

    def _number_rows(self) -> None:
        """Give each row of the summary its objective, and hide the rows that have none."""
        count = len(self.document.get("objectives", ()))
        for name in (SUMMARY, CHECKS):
            place = self.form.cell(name)
            sheet, ref = place
            for number, row in enumerate(range(ref.top + 2, ref.bottom + 1), 1):
                if number > count:
                    sheet.hide(row)
                for column in range(ref.left, ref.right + 1):
                    self._number_cell(sheet, row, column, number if number <= count else None)

    def _number_cell(self, sheet: Sheet, row: int, column: int, number: int | None) -> None:
        formula = sheet.formula(row, column)
        if not formula:
            return
        if number is None:
            sheet.clear(row, column)
            return
        own = {t: f"px{m['computed']}{number:02d}_{m['rest']}" for t in tokens(formula)
               if (m := _OBJECTIVE.match(t)) and not m["short"] and not t.startswith("px_compilation")}
        sheet.put_formula(row, column, renamed(formula, own))

    def _without_empty(self) -> None:
        """Take out the sheets of tables that this sector has nothing in."""
        for table in return_tables():
            if not get_path(self.document, table.array):
                self._remove(table_name(table.id))
        if not self._banded():
            self._remove(bands.NAME)

    def _without_summary(self) -> None:
        """Take out the sector's totals: among questions there are only the sheets that were reopened."""
        self._remove(SUMMARY)
        if terms.spoken().points:
            self.book.set_name("pxm_total_weight", "0")

    def _remove(self, name: str) -> None:
        """Take out the sheet where ``name`` is, unless it is the last one that is seen."""
        place = self.form.places.get(name)
        if place and place[0] in self.book.entries and len([e for e in self.book.entries if e.state == "visible"]) > 1:
            self.book.remove(place[0])

    def _lead_on(self) -> None:
        """Have the bar of each sheet lead to the next objective, that of the last to where the bars lead back: the summary, or
        among questions the questions."""
        words, count, places = Texts("form", self.language), len(self.document.get("objectives", ())), self.book.places()
        asked = bool(self.document.get("requests"))
        target = table_name("requests") if asked else SUMMARY
        for number in range(1, count + 1):
            back, onward = (self._formula(places.get(f"pxc{number:02d}_{key}")) for key in ("back", "next"))
            if back and asked:
                back.write(f'HYPERLINK("#{target}","{words("bar_back_requests")}")')
            if onward and number < count:
                onward.write(renamed(onward.text, {f"px{number:02d}_code": f"px{number + 1:02d}_code"}))
            elif onward:
                onward.write(f'HYPERLINK("#{target}","{words("bar_last_requests" if asked else "bar_last")}")')

    def _formula(self, place: tuple[Entry, Ref] | None) -> "_Formula | None":
        """The formula of the cell at ``place``; None where there is none."""
        if place is None:
            return None
        found = _Formula(self.book.sheet(place[0]), place[1].top, place[1].left)
        return None if found.text is None else found

    def _drop_orphans(self) -> None:
        """Blank the formulas that speak of what this sector has not, and hide the rows that held nothing else."""
        known = {n.name for n in self.book.names}
        there = [self.form.cell(n) for n in (SUMMARY, CHECKS) if self.form.places[n][0] in self.book.entries]
        kept = {row for _, ref in there for row in _rows(ref)}
        summary = there[0][0] if there else None
        for entry in self.book.entries:
            sheet = self.book.sheet(entry)
            for row, column, cell in sheet.computed("px"):
                if tokens(cell.formula) - known:
                    sheet.clear(row, column)
                    if sheet is not summary or row not in kept:
                        sheet.hide(row)

    def _hide_unused(self) -> None:
        """Hide the computed rows that the body's rules leave blank: phases and results together, the traffic light."""
        rules = rules_in(self.plan)
        unused = [key for key, used in (("by_mix", rules.counting == "mix"), ("light", rules.green)) if not used]
        for number in range(1, len(self.document.get("objectives", ())) + 1):
            for place in (self.form.cell(f"pxc{number:02d}_{key}") for key in unused):
                if place:
                    place[0].hide(place[1].top)

    def _banded(self) -> bool:
        """Whether a result of this form is read in a table of bands, or may still be."""
        results = [r for o in self.document.get("objectives", ()) for r in get_path(o, ("sheet", "results")) or ()]
        return any("scale" in r for r in results) or self.round.kind == "plan" and bool(self.plan.get("bands"))

    def _print_as_body_does(self) -> None:
        """Show computed outcomes with the decimals that the body prints; a master shows two."""
        decimals = rules_in(self.plan).decimals
        if decimals == TYPED:
            return
        cells = [place for name in self.form.places if PRINTED.match(name) and (place := self.form.cell(name))]
        summary = self.form.block(SUMMARY)
        for key in OUTCOME if summary is not None else ():
            if key in summary.columns:
                cells.append((summary.sheet, summary.ref._replace(top=summary.ref.top + 2, left=summary.columns[key], right=summary.columns[key])))
        for sheet, ref in cells:
            for row in _rows(ref):
                style = self.book.styles.numbered(sheet.style(row, ref.left), f"0.{'0' * decimals}%" if decimals else "0%")
                sheet.put_style(row, ref.left, style)

    def _set_constants(self) -> None:
        """Say what formulas go by: the year, the day of the round, the body's rules and words."""
        tolerance = self.plan.get("rules", {}).get("weight_tolerance")
        if tolerance is not None:
            self.book.set_name("pxm_tolerance", facts.fraction(tolerance, unit()))
        for number, name in enumerate(BEGINS, 1):
            self.book.set_name(name, str(serial(first_day(self.plan, number).isoformat())))
        self.book.set_name("pxm_at", str(serial(reference_day(self.plan, self.round).isoformat())))
        for name, text in (constants(rules_in(self.plan), self.language) | derived(self.plan.get("rules", {}))).items():
            self.book.set_name(name, text)
        if terms.spoken().key != terms.USUAL:
            self.book.set_name(terms.CONSTANT, f'"{terms.spoken().key}"')
        if not self._banded():
            for name in bands.looked_up():  # formulas look up in nothing, where no table is
                self.book.set_name(name, "0")

    # -- the copy
    def _identify(self) -> None:
        """Write the identity wherever it is looked for, and lock every sheet."""
        token = self.identity.token
        self.book.set_name(CONSTANT, f'"{token}"')
        sheet, ref = self.form.cell(NAME)
        sheet.put_text(ref.top, ref.left, token)
        entry = self.book.entry(HIDDEN_SHEET)
        if entry:
            self.book.sheet(entry).put_text(1, 1, token)
            entry.state = "veryHidden"
        facts.write_property(self.book, token)
        for number, entry in enumerate(self.book.entries):
            sheet = self.book.sheet(entry)
            _foot(sheet, token)
            _lock(sheet)
            _select(sheet, number == 0)
        for view in self.book.root.iter(tag("workbookView")):
            for attribute in ("activeTab", "firstSheet"):
                view.attrib.pop(attribute, None)


@dataclass(frozen=True)
class _Formula:
    """The formula of one cell."""

    sheet: Sheet
    row: int
    column: int

    @property
    def text(self) -> str | None:
        """As it stands; None where there is none."""
        return self.sheet.formula(self.row, self.column)

    def write(self, text: str) -> None:
        """Have it be another."""
        self.sheet.put_formula(self.row, self.column, text)


def _leads_to(name: Name, entry: Entry) -> bool:
    ref = parse_named(name.text)
    return ref is not None and ref.sheet == entry.name


def _rows(ref) -> range:
    return range(ref.top, ref.bottom + 1)


def _foot(sheet: Sheet, token: str) -> None:
    """Put the token in the footer: in place of the master's mark, or after what the body wrote."""
    footer = sheet.child("headerFooter")
    odd = footer.find(tag("oddFooter"))
    if odd is None:
        odd = etree.Element(tag("oddFooter"))
        head = footer.find(tag("oddHeader"))
        footer.insert(0 if head is None else 1, odd)
    text = odd.text or ""
    if "PX1" in text:
        odd.text = text.replace("PX1", token, 1)
    elif "&L" in text:  # at the end of what stands on the left
        end = min((at for at in (text.find("&C"), text.find("&R")) if at > text.find("&L")), default=len(text))
        odd.text = f"{text[:end]} &7{token}{text[end:]}"
    else:
        odd.text = f"&L&7{token}{text}"


def _lock(sheet: Sheet) -> None:
    if sheet.root.find(tag("sheetProtection")) is None:
        guard = sheet.child("sheetProtection")
        for attribute, value in (("sheet", "1"), ("objects", "1"), ("scenarios", "1"), ("formatRows", "0"), ("formatColumns", "0")):
            guard.set(attribute, value)


def _select(sheet: Sheet, first: bool) -> None:
    for view in sheet.root.iter(tag("sheetView")):
        view.attrib.pop("tabSelected", None)
        if first:
            view.set("tabSelected", "1")


