"""The plan document that the rows of a list say, and what was not taken of it and why.

A row speaks of the objective whose code or title it has; one without either goes on with the objective above it, as
merged cells and lists of phases do. The same objective may come back on other sheets. Nothing is guessed in silence: a
code that was made, a value that does not fit, a row that says nothing are findings on their cell.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from perfxl.model import documents
from perfxl.model.cascade import Cascade
from perfxl.model.codes import order, shape
from perfxl.model.findings import Finding, Place
from perfxl.stages.intake.proposal import REPEATED, Match
from perfxl.stages.intake.tables import Table
from perfxl.stages.intake.targets import Target, plain
from perfxl.workbook import values
from perfxl.workbook.sheets import Cell
from perfxl.workbook.sheets.refs import a1, column_letters

_SECTOR, _OBJECTIVE = shape("sectorCode"), shape("objectiveCode")
#: What a code without a digit is no longer than: ``DIR-AMB`` is one, ``PERSONALE`` is the name of a sector.
WORD = 8
#: ``S3 – Lavori pubblici``, ``Settore 3: Lavori pubblici``: what stands before the name of a sector.
_NAMED = re.compile(r"\s*(?:(settore|area|servizio|direzione|ripartizione|dipartimento|sector|department|unit)\s*(?:n\.?\s*)?(\d{1,3}|[IVX]{1,5})\b|([A-Z]{1,4}\d{1,3})\b)\s*[-–—:.)]*\s*(.*)\Z", re.I | re.S)
_NUMBERED = re.compile(r"\s*(\d{1,2}(?:\.\d{1,2}){0,2})\.?[)\s:–-]+(.*)\Z", re.S)
_SEVERAL = re.compile(r"[;,\n/]+|\s+e\s+|\s+and\s+")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11, "XII": 12}
#: How many codes that were made are listed.
SHOWN = 12


@dataclass(frozen=True)
class Filled:
    """The plan that a list gives, and what is to be said of it; ``counts``: how many of each item it holds."""

    document: dict
    findings: tuple[Finding, ...]
    counts: dict[str, int]


def fill(begun: dict, tables: Sequence[Table], matches: Iterable[Match], given: Mapping[str, Target], file: str,
         extension: dict | None = None) -> Filled:
    """The plan ``begun`` (year, body, rules, rounds, what goes on from the year before) with what the list says."""
    filler = _Filler(begun, given, file)
    by_place = {(m.sheet, m.column): m for m in matches}
    for table in tables:
        filler.table(table, {c: by_place[table.sheet, c] for c in table.heads if (table.sheet, c) in by_place})
    document = filler.finished()
    filler.prune(document, extension)
    counts = {k: len(document.get(k, ())) for k in ("sectors", "cascade", "objectives")}
    counts |= {k: sum(len(o.get("sheet", {}).get(k, ())) for o in document.get("objectives", ())) for k in ("phases", "results")}
    return Filled(document, tuple(filler.findings), counts)


@dataclass
class _Row:
    """A row being read: its table and number, its values by (item, group) and path, the cell of each."""

    sheet: str
    number: int
    said: dict[tuple[str, int], dict[tuple, object]] = field(default_factory=dict)
    cells: dict[tuple[str, int, tuple], Place] = field(default_factory=dict)
    place: Place = Place()

    def of(self, item: str, group: int = 1) -> dict[tuple, object]:
        return self.said.get((item, group), {})

    def at(self, item: str, path: tuple, group: int = 1) -> Place:
        return self.cells.get((item, group, path), self.place)


class _Filler:
    """One list being laid into a plan."""

    def __init__(self, begun: dict, given: Mapping[str, Target], file: str):
        self.document, self.given, self.file = begun, given, file
        self.findings: list[Finding] = []
        self.sectors: dict[str, dict] = {}
        self.objectives: dict[str, dict] = {}
        self.lines: dict[tuple, str] = {}
        self.where: dict[tuple[int, str], Place] = {}
        self.bare: set[str] = set()
        for sector in begun.setdefault("sectors", []):
            self._know(sector)
        for line in begun.get("cascade", ()):
            above = Cascade(begun).above(line["code"])
            self.lines[above, plain(line["title"])] = line["code"]

    # --- rows ----------------------------------------------------------------------------------------------------

    def table(self, table: Table, matches: Mapping[int, Match]) -> None:
        """Every row of a table."""
        taken = {c: m for c, m in matches.items() if m.target}
        for column, head in table.heads.items():
            count = len(table.column(column))
            if column not in taken and count:
                self._say("LIST05", Place(self.file, table.sheet, a1(table.rows[0][0], max(1, column))),
                          {"column": column_letters(column) if column else "", "head": head or "–", "count": count})
        for number in table.totals:
            self._say("LIST10", Place(self.file, table.sheet, f"A{number}"), {"row": number})
        points = {c: self._in_points(table, c) for c, m in taken.items() if self.given[m.target].cell == "percent"}
        current: dict | None = None
        for number, cells in table.rows:
            row = self._read(table.sheet, number, {c: cells[c] for c in taken if c in cells}, taken, points)
            current = self._row(row, current)

    @staticmethod
    def _in_points(table: Table, column: int) -> bool:
        """Whether a column of percentages is written in points (15), not as parts of one (0.15 or 15 %)."""
        numbers = [c.value for c in table.column(column) if c.kind == "number" and not c.percent]
        return any(n > 1 for n in numbers)

    def _read(self, sheet: str, number: int, cells: dict[int, Cell], taken: Mapping[int, Match], points: Mapping[int, bool]) -> _Row:
        row = _Row(sheet, number, place=Place(self.file, sheet, f"A{number}"))
        for column, cell in sorted(cells.items()):
            match = taken[column]
            target, place = self.given[match.target], Place(self.file, sheet, a1(number, max(1, column)))
            value = self._value(cell, target, place, points.get(column, False))
            if value is not None:
                row.place = row.place if row.said else place
                row.said.setdefault((target.item, match.group), {})[target.path] = value
                row.cells[target.item, match.group, target.path] = place
        return row

    def _value(self, cell: Cell, target: Target, place: Place, in_points: bool):
        """What a cell says for its target; None when it says nothing usable."""
        if target.field is None or target.key in ("objectives/code", "objectives/lead", "holders/sector", "sectors/code", "cascade/code",
                                                  "phases/id", "results/id"):
            return " ".join(_plain(cell).split()) if target.key != "holders/several" else _plain(cell)
        shown = " ".join(_plain(cell).split())[:120]
        if target.cell == "percent" and cell.kind == "number" and in_points and not cell.percent:
            cell = Cell(cell.value / 100, "number", percent=True)
        if target.cell == "percent" and cell.kind == "text" and re.fullmatch(r"\s*\d{1,3}(?:[.,]\d+)?\s*", cell.value):
            number = Decimal(cell.value.strip().replace(",", "."))
            cell = Cell(number / 100 if number > 1 else number, "number", percent=True)
        if target.cell == "number" and cell.kind == "number" and cell.percent:
            cell = Cell(cell.value * 100, "number")  # 95 % as a target is 95
        value, noticed = values.from_cell(cell, target.field)
        if value is None and shown:
            self._say("LIST01", place, {"value": shown, "field": dict(target.titles)})
        else:
            self.findings += [f.at(place=place) for f in noticed if f.severity != "note"]
        return value

    def _row(self, row: _Row, current: dict | None) -> dict | None:
        """Lay one row down; the objective that the next row goes on with."""
        lead = self._sector(row)
        line = self._line(row)
        named = row.of("objectives")
        told = {k: v for k, v in named.items() if k != ("lead",)}
        if ("code",) in named or ("sheet", "title") in named:
            current = self._objective(row, lead)
        elif told or any(key[0] in REPEATED for key in row.said):
            if current is None:
                self._say("LIST02", row.place, {"row": row.number})
                return None
            self._set(current, told, row, "objectives")
        elif lead is None and not line and row.said and not row.of("sectors"):
            self._say("LIST02", row.place, {"row": row.number})
            return current
        else:
            return current
        if line:
            lines = current["sheet"].setdefault("strategic_lines", [])
            if line not in lines:
                lines.append(line)
        self._items(row, current)
        return current

    # --- sectors, lines ------------------------------------------------------------------------------------------

    def _know(self, sector: dict) -> dict:
        for text in (sector.get("code"), sector.get("name")):
            if text:
                self.sectors.setdefault(plain(text), sector)
        return sector

    def _sector(self, row: _Row) -> dict | None:
        """The sector that a row names, made when it is new; None when it names none."""
        told, lead = row.of("sectors"), row.of("objectives").get(("lead",))
        code, name = told.get(("code",)), told.get(("name",))
        if lead is None and code is None and name is None:
            return None
        found = self._sector_of(lead or code or name, row.at("objectives", ("lead",)) if lead else row.place, code if lead is None else None, name)
        self._set(found, {k: v for k, v in told.items() if k not in (("code",), ("name",))}, row, "sectors")
        return found

    def _sector_of(self, text: str, place: Place, code: str | None = None, name: str | None = None) -> dict:
        known = self.sectors.get(plain(code or text)) or self.sectors.get(plain(name or text))
        made, rest = _sector_code(code or text)
        if known is None and made:
            known = self.sectors.get(plain(made))
        if known is not None:
            fuller = name or rest
            if fuller and (known["name"] in (known["code"], *self.bare) or name and plain(name) == plain(known["name"])):
                # so far it was only called by its number, or in capitals over its rows
                known["name"] = " ".join(fuller.split())
            self._know(known)
            self.sectors.setdefault(plain(text), known)
            return known
        if not rest and not name:
            self.bare.add(text)
        given = made
        if not made or plain(made) in self.sectors:
            n = next(k for k in range(1, 1000) if plain(f"S{k}") not in self.sectors)
            made = f"S{n}"
        sector = {"code": made, "name": (name or rest or text).strip() or made}
        self.document["sectors"].append(sector)
        self._know(sector)
        self.sectors.setdefault(plain(text), sector)
        if not given:
            self._say("LIST07", place, {"sector": sector["name"], "code": made})
        return sector

    def _line(self, row: _Row) -> str:
        """The code of the lowest strategic line that a row names; lines that are new are added."""
        told, above = row.of("cascade"), ""
        if told.get(("code",)):
            return self._coded_line(str(told["code",]), told.get(("title",), ""))
        for level in (1, 2, 3):
            text = told.get((f"level_{level}",))
            if not text:
                break
            above = self._level(text, above, level)
        return above

    def _level(self, text: str, above: str, level: int) -> str:
        number, title = _NUMBERED.match(text), text
        if number and number[2].strip():
            title = number[2].strip()
        known = self.lines.get((above, plain(title)))
        if known:
            return known
        parts = [int(p) for p in number[1].split(".")] if number else []
        code = ".".join(f"{p:02}" for p in parts) if len(parts) == level else f"{above}.{parts[0]:02}".lstrip(".") if len(parts) == 1 else ""
        taken = set(self.lines.values())
        if not code or code in taken or above and not code.startswith(above + "."):
            code = next(c for n in range(1, 100) if (c := f"{above}.{n:02}".lstrip(".")) not in taken)
        self.document.setdefault("cascade", []).append({"code": code, "title": " ".join(title.split())})
        self.lines[above, plain(title)] = code
        return code

    def _coded_line(self, text: str, title: str) -> str:
        bare = text.upper().replace(" ", "")
        code = bare if shape("lineCode").match(bare) else ".".join(f"{int(p):02}" for p in re.findall(r"\d{1,2}", text)[:3])
        if code and code not in self.lines.values():
            self.document.setdefault("cascade", []).append({"code": code, "title": title or text})
            self.lines[Cascade(self.document).above(code), plain(title or text)] = code
        return code

    # --- objectives ----------------------------------------------------------------------------------------------

    def _objective(self, row: _Row, lead: dict | None) -> dict:
        named = row.of("objectives")
        code, title = str(named.get(("code",), "")), str(named.get(("sheet", "title"), ""))
        keys = [f"code {plain(code)}"] * bool(code) + [f"title {plain(title)}"] * bool(title)
        found = next((self.objectives[k] for k in keys if k in self.objectives), None)
        if found is not None and lead is not None and found.get("lead") not in (None, lead["code"]) and not code:
            found = None  # the same words in another sector are another objective
        if found is None:
            found = {"code": code, "lead": lead["code"] if lead else "", "holders": [], "sheet": {}}
            self.document.setdefault("objectives", []).append(found)
            self.where[id(found), "code"] = row.at("objectives", ("code",)) if code else row.place
        for key in keys:
            self.objectives.setdefault(key, found)
        if lead and not found["lead"]:
            found["lead"] = lead["code"]
        self._set(found, {k: v for k, v in named.items() if k not in (("code",), ("lead",))}, row, "objectives")
        return found

    def _items(self, row: _Row, objective: dict) -> None:
        """Phases, results, responsibles, money and holders that a row adds to its objective."""
        for (item, group), told in sorted(row.said.items(), key=lambda pair: pair[0]):
            if item == "holders":
                self._holders(row, group, told, objective)
            elif item in REPEATED:
                self._item(row, item, group, told, objective)

    def _item(self, row: _Row, item: str, group: int, told: dict, objective: dict) -> None:
        if item == "responsibles" and ("name",) in told:
            names = [n for n in re.split(r"[;\n]+", str(told["name",])) if n.strip()]
            if len(names) > 1:
                for name in names:
                    self._item(row, item, group, {("name",): name.strip()}, objective)
                return
        items = objective["sheet"].setdefault(item, [])
        text = {"phases": ("text",), "results": ("text",), "responsibles": ("name",), "money": ("label",)}[item]
        same = next((i for i in items if told.get(text) and i.get(text[0]) == told[text] or told.get(("id",)) and i.get("id") == str(told["id",])), None)
        if same is None and not told.get(text) and item != "money" and items and not told.get(("id",)):
            same = items[-1] if set(told) & {(k,) for k in items[-1]} == set() else None
        if same is None and item in ("phases", "results") and not (told.get(text) or told.get(("id",))):
            self._say("LIST03", row.place, {"row": row.number})
            return
        if same is None:
            same = {}
            if item in ("phases", "results"):
                same["id"] = self._number(items, told.get(("id",)))
            if item == "money":
                same["kind"] = self.given["money/kind"].field.schema["enum"][0]
            items.append(same)
        self._set(same, {k: v for k, v in told.items() if k != ("id",)}, row, item, group)

    @staticmethod
    def _number(items: list[dict], given) -> str:
        taken = {i["id"] for i in items}
        wanted = re.sub(r"[^0-9A-Za-z ._/-]", "", str(given or "")).strip(" ._/-")[:20].strip(" ._/-")
        return wanted if wanted and wanted not in taken else next(str(n) for n in range(len(items) + 1, 10_000) if str(n) not in taken)

    def _holders(self, row: _Row, group: int, told: dict, objective: dict) -> None:
        """The weight of the objective in the sector of its row, and the other sectors that hold it."""
        several = [t.strip() for t in _SEVERAL.split(str(told.get(("several",), ""))) if t.strip()]
        for text in several:
            self._holder(objective, self._sector_of(text, row.at("holders", ("several",), group))["code"])
        mine = {k: v for k, v in told.items() if k not in (("several",), ("sector",))}
        sector = self._sector_of(str(told["sector",]), row.place)["code"] if told.get(("sector",)) else objective["lead"]
        if mine:
            if not sector:
                self._say("LIST08", row.place, {"row": row.number})
                return
            self._set(self._holder(objective, sector), mine, row, "holders", group)

    @staticmethod
    def _holder(objective: dict, sector: str) -> dict:
        found = next((h for h in objective["holders"] if h["sector"] == sector), None)
        if found is None:
            found = {"sector": sector}
            objective["holders"].append(found)
        return found

    def _set(self, owner: dict, told: Mapping[tuple, object], row: _Row, item: str, group: int = 1) -> None:
        """Write what a row says into its item; what was said before stays, and a difference is told."""
        for path, value in told.items():
            place, inner = row.at(item, path, group), owner
            for key in path[:-1]:
                inner = inner.setdefault(key, {})
            if path[-1] not in inner:
                inner[path[-1]] = value
                self.where[id(inner), path[-1]] = place
            elif inner[path[-1]] != value:
                self._say("LIST06", place, {"value": str(value)[:120], "kept": str(inner[path[-1]])[:120]})

    # --- the whole -----------------------------------------------------------------------------------------------

    def finished(self) -> dict:
        """The document: every objective with its code and its holders, what is empty left out."""
        made: list[tuple[Place, str, str]] = []
        for objective in self.document.get("objectives", ()):
            given = objective["code"]
            code = given.upper().replace(" ", "")
            place = self.where.get((id(objective), "code"), Place(self.file))
            if not objective["lead"] and _OBJECTIVE.match(code) and plain(code.partition(".")[0]) in self.sectors:
                objective["lead"] = self.sectors[plain(code.partition(".")[0])]["code"]
            if not _OBJECTIVE.match(code) or code in self._codes(objective):
                code = self._made_code(objective)
                made.append((place, given, code))
            objective["code"] = code
            for key in [k for k, v in objective["sheet"].items() if v == []]:
                del objective["sheet"][key]
            if not objective["lead"]:
                del objective["lead"]
                self._say("LIST08", place, {"row": re.sub(r"\D", "", place.cell)})
            else:
                self._holder(objective, objective["lead"])
                objective["holders"].sort(key=lambda h: h["sector"] != objective["lead"])
        self._tell_codes(made)
        if not self.document["sectors"]:
            del self.document["sectors"]
        if self.document.get("cascade"):
            self.document["cascade"].sort(key=lambda line: order(line["code"]))
        return self.document

    def _tell_codes(self, made: list[tuple[Place, str, str]]) -> None:
        """One note for all codes that were made, at the first: those that had another form, and those that had none."""
        for code, told in (("LIST04", [m for m in made if m[1]]), ("LIST09", [m for m in made if not m[1]])):
            if told:
                listed = ", ".join(f"{given} → {new}" if given else new for _, given, new in told[:SHOWN])
                self._say(code, told[0][0], {"count": len(told), "listed": listed + ", …" * (len(told) > SHOWN)})

    def _codes(self, but: dict) -> set[str]:
        return {o["code"] for o in self.document["objectives"] if o is not but}

    def _made_code(self, objective: dict) -> str:
        taken = self._codes(objective)
        first = objective["lead"] or "X"
        return next(c for n in range(1, 100_000) if (c := f"{first}.{n:05}") not in taken)

    def prune(self, document: dict, extension: dict | None) -> None:
        """Take out what the plan could not hold, each told at its cell; what is only missing stays to be filled in."""
        for _ in range(20):
            wrong = [v for v in documents.violations("plan", document, extension) if v.rule != "required" and v.path]
            if not wrong:
                return
            for violation in wrong:
                self._drop(document, violation)

    def _drop(self, document: dict, violation) -> None:
        *above, last = violation.path
        parent = document
        try:
            for key in above:
                parent = parent[key]
            value = parent[last]
        except (KeyError, IndexError, TypeError):
            return  # taken out already with what it stood in
        place = self.where.get((id(parent), last), Place(self.file))
        self._say("LIST01", place, {"value": " ".join(str(value).split())[:120], "field": violation.title})
        del parent[last]

    def _say(self, code: str, place: Place, said: dict) -> None:
        self.findings.append(Finding(code, place, said))


def _plain(cell: Cell) -> str:
    """What a cell shows, as text."""
    if cell.kind == "number":
        return format(cell.value.normalize(), "f")
    return "" if cell.value is None else str(cell.value).strip()


def _sector_code(text: str) -> tuple[str, str]:
    """(code, name) that the words of a sector say: ``Settore 3 – Lavori`` gives S3 and Lavori; blanks where there is none."""
    found = _NAMED.match(text)
    if found and found[3]:
        return found[3].upper(), found[4]
    if found and found[2]:
        number = found[2] if found[2].isdecimal() else str(_ROMAN.get(found[2].upper(), ""))
        return (found[1][0].upper() + number, found[4]) if number else ("", text)
    bare = text.strip()
    return (bare, "") if _SECTOR.match(bare) and (len(bare) <= WORD or any(map(str.isdigit, bare))) else ("", text)
