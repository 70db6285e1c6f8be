"""The plan document that the rows of a list say, and what was not taken of it and why.

A row speaks of the objective whose code or title it has; one without either goes on with the objective above it, as
merged cells and lists of phases do. The same objective may come back on other sheets. Nothing is guessed in silence: a
code that was made, a value that does not fit, a row that says nothing are findings on their cell.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from perfxl.model.findings import Finding, Place
from perfxl.stages.intake.finishing import finish, holder, prune
from perfxl.stages.intake.list_rows import Remarks, Row, listed, rows
from perfxl.stages.intake.named_lines import Lines
from perfxl.stages.intake.named_people import people
from perfxl.stages.intake.named_sectors import Sectors
from perfxl.stages.intake.proposal import REPEATED
from perfxl.stages.intake.tables import Table
from perfxl.stages.intake.targets import Match, Target, Values, plain

#: What money is of which a list says no more than the amount: what is set aside for an objective is spent on it.
UNSAID_KIND = "expense_current"
#: What says that every sector holds an objective.
_ALL = re.compile(r"(?:tutt[ie]|all)(?:\s+(?:i|gli|le|the))?(?:\s+(?:altri|altre|other))?(?:\s+(?:settori|aree|servizi|uffici|strutture|direzioni|dipartimenti|sectors|departments|services|directorates))?(?:\s+dell.ente)?", re.I)
_SEVERAL = re.compile(r"[;,\n/]+|\s+e\s+|\s+and\s+")


@dataclass(frozen=True)
class Filled:
    """The plan that a list gives, and what is to be said of it; ``counts``: how many of each item it holds."""

    document: dict[str, Any]
    findings: tuple[Finding, ...]
    counts: dict[str, int]


def fill(begun: dict[str, Any], tables: Sequence[Table], matches: Iterable[Match], given: Mapping[str, Target], file: str,
         extension: dict[str, Any] | None = None) -> Filled:
    """The plan ``begun`` (year, body, rules, rounds, what goes on from the year before) with what the list says."""
    remarks = Remarks(file)
    filler = _Filler(begun, given, remarks)
    by_place = {(m.sheet, m.column): m for m in matches}
    laid = [(table, {c: by_place[table.sheet, c] for c in table.heads if (table.sheet, c) in by_place}) for table in tables]
    ranks = [_rank(matches.values()) for _, matches in laid]
    for rank, (table, columns) in sorted(zip(ranks, laid, strict=True), key=lambda pair: pair[0]):
        current: dict[str, Any] | None = None
        filler.above, filler.only_known = None, rank == _OF_OTHERS and _TITLED in ranks
        for row in rows(table, columns, given, remarks):
            current = filler.lay(row, current)
        filler.tell_gone_on()
    filler.tell_unsaid(begun)
    remarks.tell_meant()
    filler.name_all()
    finish(begun, filler.sectors, filler.where, remarks)
    filler.name_owners()
    prune(begun, extension, filler.where, remarks)
    remarks.tell_left()
    counts = {k: len(begun.get(k, ())) for k in ("sectors", "cascade", "objectives")}
    counts |= {k: sum(len(o.get("sheet", {}).get(k, ())) for o in begun.get("objectives", ())) for k in ("phases", "results")}
    return Filled(begun, tuple(remarks.findings), counts)


def _rank(matches: Iterable[Match]) -> int:
    """When a table is laid down: that of the sectors, with their codes, before those that only name them; what is of objectives after
    the table that gives these their titles."""
    targets = {m.target for m in matches}
    if "objectives/sheet/title" in targets:
        return _TITLED
    return _OF_SECTORS if targets & {"sectors/name", "sectors/code", "cascade/code"} and "objectives/code" not in targets else _OF_OTHERS


_OF_SECTORS, _TITLED, _OF_OTHERS = range(3)


class _Filler:
    """One list being laid into a plan."""

    def __init__(self, begun: dict[str, Any], given: Mapping[str, Target], remarks: Remarks):
        self.document, self.given, self.remarks = begun, given, remarks
        self.sectors, self.lines = Sectors(begun.setdefault("sectors", []), remarks), Lines(begun)
        self.objectives: dict[str, dict[str, Any]] = {}
        self.where: dict[tuple[int, str | int], Place] = {}
        #: The sector that the table being laid down said last; the rows that went on with it, as a cell merged over several does.
        self.above: dict[str, Any] | None = None
        self.gone_on: list[tuple[Place, str]] = []
        #: The rows with money of which the list does not say whether it comes in or goes out.
        self.unsaid: list[Place] = []
        #: Whether the table only speaks of objectives that another one gives.
        self.only_known = False
        #: Who provides the data of an objective, which has its code at the end.
        self.owners: list[tuple[dict[str, Any], dict[str, Any]]] = []
        #: Where an objective that one sector leads is named in another one, and the two.
        self.shared: list[tuple[Place, str]] = []
        self.in_all: list[dict[str, Any]] = []

    def lay(self, row: Row, current: dict[str, Any] | None) -> dict[str, Any] | None:
        """Lay one row down; the objective that the next row goes on with."""
        lead, line = self.sectors.of_row(row), self.lines.of_row(row, self.remarks)
        if lead is not None:
            self._set(lead, {k: v for k, v in row.values_of("sectors").items() if k not in (("code",), ("name",))}, row, "sectors")
        named = row.values_of("objectives")
        values = {k: v for k, v in named.items() if k != ("lead",)}
        self.above = lead or self.above
        if self.only_known and ("code",) in named and self._met(named) is None and not any(i in ("phases", "results", "holders", "money") for i, _ in row.said):
            self.remarks.say("LIST14", row.place, {"row": row.number, "code": str(named["code",])})
            self.remarks.take(*row.places)
            return None
        if ("code",) in named or ("sheet", "title") in named:
            current = self._objective(row, lead or self._goes_on(row, named))
        elif values or any(key[0] in REPEATED for key in row.said):
            if current is None:
                return self._homeless(row, None)
            self._set(current, values, row, "objectives")
        elif lead is None and not line and row.said and not row.values_of("sectors"):
            return self._homeless(row, current)
        else:
            return current
        if line:
            lines = current["sheet"].setdefault("strategic_lines", [])
            if line not in lines:
                lines.append(line)
        self._items(row, current, lead)
        return current

    def _homeless(self, row: Row, current: dict[str, Any] | None) -> dict[str, Any] | None:
        """Tell a row that says nothing of any objective; the objective that the next one goes on with stays."""
        self.remarks.say("LIST02", row.place, {"row": row.number})
        self.remarks.take(*row.places)
        return current

    def _goes_on(self, row: Row, named: Values) -> dict[str, Any] | None:
        """The sector that an objective without one goes on with: that of the rows above; None where its own code says one."""
        if self.above is None or self._met(named) is not None or plain(str(named.get(("code",), "")).partition(".")[0]) in self.sectors.known:
            return None
        self.gone_on.append((row.place, self.above["code"]))
        return self.above

    def tell_gone_on(self) -> None:
        """One note for all objectives of a table that have the sector of the rows above."""
        if self.gone_on:
            self.remarks.say("LIST11", self.gone_on[0][0], {"count": len(self.gone_on), "sectors": ", ".join(dict.fromkeys(s for _, s in self.gone_on))})
            self.gone_on = []

    def tell_unsaid(self, begun: dict[str, Any]) -> None:
        """One note for all money of an unsaid kind, one for all objectives that were met in other sectors too."""
        if self.shared:
            self.remarks.say("LIST18", self.shared[0][0], {"count": len(self.shared), "listed": listed((text for _, text in self.shared), len(self.shared))})
        if self.unsaid:
            field, language = self.given["money/kind"].field, begun.get("body", {}).get("language", "it")
            kind = field.labels(language)[UNSAID_KIND] if field else UNSAID_KIND
            self.remarks.say("LIST12", self.unsaid[0], {"count": len(self.unsaid), "kind": kind})

    def _met(self, named: Values) -> dict[str, Any] | None:
        """The objective that a row names, where it was named before."""
        code, title = str(named.get(("code",), "")), str(named.get(("sheet", "title"), ""))
        keys = [f"code {plain(code)}"] * bool(code) + [f"title {plain(title)}"] * bool(title)
        known = next((self.objectives[k] for k in keys if k in self.objectives), None)
        same = known is None or not code or not known["code"] or plain(known["code"]) == plain(code)
        return known if same else None  # the same words under another code are another objective

    def _objective(self, row: Row, lead: dict[str, Any] | None) -> dict[str, Any]:
        named = row.values_of("objectives")
        code, title = str(named.get(("code",), "")), str(named.get(("sheet", "title"), ""))
        keys = [f"code {plain(code)}"] * bool(code) + [f"title {plain(title)}"] * bool(title)
        objective = self._met(named)
        if objective is not None and lead is not None and objective.get("lead") not in (None, lead["code"]) and not code:
            objective = None  # the same words in another sector are another objective
        if objective is None:
            objective = {"code": code, "lead": lead["code"] if lead else "", "holders": [], "sheet": {}}
            self.document.setdefault("objectives", []).append(objective)
            self.where[id(objective), "code"] = row.at("objectives", ("code",)) if code else row.place
        for key in keys:
            self.objectives.setdefault(key, objective)
        if lead and not objective["lead"]:
            objective["lead"] = lead["code"]
        elif lead and lead["code"] != objective["lead"] and not any(h["sector"] == lead["code"] for h in objective["holders"]):
            self.shared.append((row.at("objectives", ("lead",)), f"{code or title} – {lead['code']}"))
            holder(objective, lead["code"])
        self.remarks.take(row.at("objectives", ("code",)), row.at("objectives", ("lead",)))
        self._set(objective, {k: v for k, v in named.items() if k not in (("code",), ("lead",))}, row, "objectives")
        return objective

    def _items(self, row: Row, objective: dict[str, Any], lead: dict[str, Any] | None) -> None:
        """Phases, results, responsibles, money and holders that a row adds to its objective; ``lead``: the sector that it names."""
        for (item, group), values in sorted(row.said.items(), key=lambda pair: pair[0]):
            if item == "holders":
                self._holders(row, group, values=values, objective=objective, lead=lead)
            elif item == "owners":
                self._owner(row, group, values, objective)
            elif item in REPEATED:
                self._item(row, item, group=group, values=values, objective=objective)

    def _owner(self, row: Row, group: int, values: Values, objective: dict[str, Any]) -> None:
        """Who provides the data of an objective: where the list only says an address, whoever is responsible on the same row."""
        name = values.get(("name",)) or row.values_of("responsibles", group).get(("name",))
        owner: dict[str, Any] = {key: str(value) for key, value in (("name", name), ("email", values.get(("email",)))) if value}
        self.remarks.take(*(row.at("owners", key, group) for key in values))
        if not any(o is objective and known == owner for o, known in self.owners):
            self.owners.append((objective, owner))
            for key in owner:
                self.where[id(owner), key] = row.at("owners", (key,), group) if (key,) in values else row.place

    def name_owners(self) -> None:
        """The owners of the plan, by the codes that their objectives have in it."""
        for objective, owner in self.owners:
            self.document.setdefault("owners", []).append(owner)
            owner["objective"] = objective["code"]

    def _item(self, row: Row, item: str, group: int, values: Values, objective: dict[str, Any]) -> None:
        if item == "responsibles" and ("name",) in values:
            names = people(str(values["name",]))
            if len(names) > 1:
                for name in names:
                    self._item(row, item, group=group, values={**values, ("name",): name}, objective=objective)
                return
        items = objective["sheet"].setdefault(item, [])
        text = {"phases": ("text",), "results": ("text",), "responsibles": ("name",), "money": ("label",)}[item]
        same = next((i for i in items if values.get(text) and i.get(text[0]) == values[text] or values.get(("id",)) and i.get("id") == str(values["id",])), None)
        if same is None and not values.get(text) and item != "money" and items and not values.get(("id",)):
            same = items[-1] if set(values) & {(k,) for k in items[-1]} == set() else None
        if same is None and item in ("phases", "results") and not (values.get(text) or values.get(("id",))):
            self.remarks.say("LIST03", row.place, {"row": row.number})
            self.remarks.take(*(row.at(item, path, group) for path in values))
            return
        self.remarks.take(row.at(item, ("id",), group))
        if same is None:
            same = {}
            if item in ("phases", "results"):
                same["id"] = self._number(items, values.get(("id",)))
            if item == "money":
                same["kind"] = values.get(("kind",), UNSAID_KIND)
                self.unsaid += [row.place] * (("kind",) not in values)
            items.append(same)
        self._set(same, {k: v for k, v in values.items() if k != ("id",)}, row=row, item=item, group=group)

    @staticmethod
    def _number(items: list[dict[str, Any]], given: object) -> str:
        taken = {i["id"] for i in items}
        wanted = re.sub(r"[^0-9A-Za-z ._/-]", "", str(given or "")).strip(" ._/-")[:20].strip(" ._/-")
        return wanted if wanted and wanted not in taken else next(str(n) for n in range(len(items) + 1, 10_000) if str(n) not in taken)

    def _holders(self, row: Row, group: int, *, values: Values, objective: dict[str, Any], lead: dict[str, Any] | None) -> None:
        """The weight of the objective in the sector of its row, and the other sectors that hold it.

        Where no sector is known yet the weight waits for it: in the plan it stands on the row of the objective, beside the lead that is missing.
        """
        several = [t.strip() for t in _SEVERAL.split(str(values.get(("several",), ""))) if t.strip()]
        for text in several:
            if _ALL.fullmatch(text):
                self.in_all.append(objective)
            else:
                holder(objective, self.sectors.named(text, row.at("holders", ("several",), group))["code"])
        holding = {k: v for k, v in values.items() if k not in (("several",), ("sector",))}
        self.remarks.take(row.at("holders", ("several",), group), row.at("holders", ("sector",), group))
        if values.get(("sector",)):
            sector = self.sectors.named(str(values["sector",]), row.at("holders", ("sector",), group))["code"]
            holder(objective, sector)
        else:
            sector = lead["code"] if lead else objective["lead"]
        if holding:
            self._set(holder(objective, sector), holding, row=row, item="holders", group=group)

    def name_all(self) -> None:
        """The objectives that every sector holds: those of the list are known at its end."""
        for objective in self.in_all:
            for sector in self.sectors.sectors:
                holder(objective, sector["code"])

    def _set(self, owner: dict[str, Any], values: Values, row: Row, item: str, group: int = 1) -> None:
        """Write what a row says into its item; what was said before stays, and a difference is told."""
        for path, value in values.items():
            place, inner = row.at(item, path, group), owner
            self.remarks.take(place)
            for key in path[:-1]:
                inner = inner.setdefault(key, {})
            if path[-1] not in inner:
                inner[path[-1]] = value
                self.where[id(inner), path[-1]] = place
            elif inner[path[-1]] != value:
                self.remarks.say("LIST06", place, {"value": str(value)[:120], "kept": str(inner[path[-1]])[:120]})
