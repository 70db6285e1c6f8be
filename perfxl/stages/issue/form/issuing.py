"""Making one sector's workbook from a master, by patching its XML: sheets are copied, names numbered, cells written."""

from functools import lru_cache
from typing import Any

from perfxl.model import points, terms
from perfxl.model.arithmetic import rules_in
from perfxl.model.identity import Identity
from perfxl.model.indicators import borrowed
from perfxl.model.rounds import Rounds
from perfxl.stages.issue.form import (
    bands,
    body_rules,
    earlier,
    facts,
    landing,
    older,
    round_words,
    sealing,
    sheet_copies,
    trimming,
)
from perfxl.stages.issue.form.incomplete import MasterIncomplete
from perfxl.stages.issue.form.names import required
from perfxl.stages.issue.form.rooms import too_small
from perfxl.stages.issue.form.visible import Visibility
from perfxl.stages.issue.form.writing import Form, leaves
from perfxl.workbook.binding import table_name
from perfxl.workbook.formulas.calculating import compute
from perfxl.workbook.patch.package import Package
from perfxl.workbook.patch.workbook import Workbook


@lru_cache(12)
def _unpacked(master: bytes) -> Package:
    """The parts of a master, which many forms begin with."""
    return Package.open(master)


class Issuing:
    """One workbook being issued."""

    def __init__(self, prefilled: dict[str, Any], plan: dict[str, Any], master: bytes, language: str, extension: dict[str, Any] | None):
        self.document, self.plan, self.language, self.extension = prefilled, plan, language, extension
        self.identity = Identity(**prefilled["identity"])
        self.rounds = Rounds.from_plan(plan)
        self.round = self.rounds[self.identity.round]
        self.book = Workbook(Package(dict(_unpacked(master).parts)))
        older.bring_over(self.book, self.round.kind)
        self.form = Form(self.book, language, extension)

    def run(self) -> bytes:
        """The issued file."""
        self._demand()
        rules = rules_in(self.plan)
        banded, count = bands.needed(self.document, self.plan, self.round.kind), len(self.document.get("objectives", ()))
        body_rules.set_constants(self.form, self.plan, self.round, banded)
        round_words.write(self.form, self.round)
        seen = Visibility(self.form, self.document, kind=self.round.kind, rules=rules, offered=bool(self.plan.get("bands")),
                          borrowed=borrowed(self.plan), phased=self.plan.get("rules", {}).get("phases", True))
        sheet_copies.copy_sheets(self.form, self.document, seen.emptied)
        if self.document.get("requests"):
            trimming.without_summary(self.form)
        else:
            sheet_copies.number_rows(self.form, count)
        trimming.without_empty(self.form, self.document, banded)
        sheet_copies.lead_on(self.form, self.document)
        trimming.drop_orphans(self.form)
        self.form.locate()
        facts.write(self.form, self.document, self.plan)
        bands.write(self.form, rules.scales)
        self.form.put_frame(self.document)
        for number, objective in enumerate(self.document.get("objectives", ()), 1):
            self.form.put_objective(number, objective, ("objectives", number - 1))
        self._demand_in_force()
        seen.apply()
        earlier.write(self.form, self.document, self.plan, self.round)
        facts.write_results(self.form, self.document, self.round)
        trimming.hide_unused(self.form, rules, count)
        sealing.seal(self.form, self.identity.token)
        self.form.fit_rows()
        landing.apply(self.form, count)
        compute(self.book, self.language, own=True)
        body_rules.show_decimals(self.form, rules.decimals)
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
                block = self.form.block(name)
                missing += [f"{name}: {key}" for key in sorted(keys - (block.columns.keys() if block else set()))]
        missing += too_small(self.form, self.document)
        if terms.words_in_use().points != any(name.name == points.CONSTANT for name in self.book.names):
            missing.append(points.CONSTANT)
        if missing:
            raise MasterIncomplete(missing)

    def _demand_in_force(self) -> None:
        """What earlier rounds changed has to be seen: without it, who fills the form in would go by what holds no more."""
        unseen = {".".join(str(p) for p in path[2:] if not isinstance(p, int)) for path in leaves(self.document)
                  if "in_force" in path and path not in self.form.placed}
        if unseen:
            raise MasterIncomplete(sorted(unseen))
