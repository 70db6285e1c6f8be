"""What of the plan workbook belongs to later rounds: sheets and columns that are out of sight while nothing stands in them, and come
up when forms of their round are issued."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from perfxl.model.rounds import KINDS, MONITORING, PLAN
from perfxl.stages.plan.grids import Grid
from perfxl.stages.plan.layout import READINGS, RESPONSIBLES, REVISIONS, SAID
from perfxl.stages.plan.reading import Reader
from perfxl.workbook import sheets as cells
from perfxl.workbook.patch.cells import tag
from perfxl.workbook.patch.package import Package, parse, serialise
from perfxl.workbook.patch.workbook import RID

#: The kind of round with whose forms each sheet comes up: with those of the plan, what may happen from then on.
COMES_UP = {"successions": PLAN, REVISIONS: PLAN, "requests": PLAN, "evaluations": MONITORING, "considerations": MONITORING,
            READINGS: MONITORING, RESPONSIBLES: MONITORING}
#: The hidden name that says up to which kind of round the workbook shows what it has: what the controller hides after that stays so.
SHOWN = "px_plan_shown"


def shown(content: bytes, kind: str, extension: dict[str, Any] | None) -> tuple[bytes, tuple[str, ...]]:
    """The plan workbook ``content`` with what comes up at rounds of ``kind`` and before, and the names of the sheets that now show
    more; the same content when there is nothing to show, or was shown before.

    Raises ``patch.package.Unreadable`` for what is no workbook that can be changed. Everything else of the file stays as it is.
    """
    package = Package.open(content)
    part = next(r.target for r in package.relations("") if r.kind == "officeDocument")
    root = parse(package.parts[part])
    names = root.find(tag("definedNames"))
    if names is None or _already(names) >= KINDS.index(kind):
        return content, ()
    targets = {r.id: r.target for r in package.relations(part)}
    entries = {s.get("name"): s for s in root.iterfind(f"{tag('sheets')}/{tag('sheet')}")}
    told = []
    for grid in Reader(cells.open_book(content, "piano.xlsx"), "piano.xlsx", extension).grids.values():
        entry = entries[grid.sheet.name]
        seen = _show_sheet(entry, grid, kind)
        target = targets[entry.get(RID)]
        changed = _show_columns(package.parts[target], set(_columns(grid, kind)))
        if changed is not None:
            package.parts[target] = changed
        if seen or changed is not None and entry.get("state", "visible") == "visible":
            told.append(grid.sheet.name)
    for name in names.findall(tag("definedName")):
        if name.get("name") == SHOWN:
            names.remove(name)
    etree.SubElement(names, tag("definedName"), name=SHOWN, hidden="1").text = f'"{kind}"'
    package.parts[part] = serialise(root)
    return package.save(), tuple(told)


def _already(names: etree._Element) -> int:
    """How far what the workbook has was shown before, as a position among the kinds of round; -1 for not at all."""
    said = {n.get("name"): (n.text or "").strip('"') for n in names.iterfind(tag("definedName"))}.get(SHOWN)
    return KINDS.index(said) if said in KINDS else -1


def _show_sheet(entry: etree._Element, grid: Grid, kind: str) -> bool:
    first = COMES_UP.get(grid.layout.id)
    if first is None or KINDS.index(first) > KINDS.index(kind) or entry.get("state") != "hidden":
        return False
    del entry.attrib["state"]
    return True


def _columns(grid: Grid, kind: str) -> Iterator[int]:
    """The columns of a table that rounds of ``kind`` or before fill in and the plan does not."""
    for column in grid.layout.columns:
        moment = column.field.moment
        if grid.layout.id not in SAID and column.key in grid.columns and moment != PLAN and KINDS.index(moment) <= KINDS.index(kind):
            yield grid.columns[column.key]


def _show_columns(part: bytes, wanted: set[int]) -> bytes | None:
    """The sheet with its hidden columns among ``wanted`` open; None when none of them is hidden."""
    root = parse(part)
    cols = root.find(tag("cols"))
    hit = [] if cols is None else [c for c in cols if c.get("hidden") in ("1", "true") and wanted & set(range(int(c.get("min")), int(c.get("max")) + 1))]
    for col in hit:
        for number in reversed(range(int(col.get("min")), int(col.get("max")) + 1)):  # programs write alike columns as one
            one = etree.Element(col.tag, {**col.attrib, "min": str(number), "max": str(number)})
            if number in wanted:
                for key in ("hidden", "outlineLevel", "collapsed"):
                    one.attrib.pop(key, None)
            col.addnext(one)
        cols.remove(col)
    return serialise(root) if hit else None
