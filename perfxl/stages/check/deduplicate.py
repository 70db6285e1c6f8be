"""One fault, one finding: what only follows from a fault that is already told is left out, what is alike is told together."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from perfxl.model.findings import Finding

#: What is written in the cell cannot be used, so that it reads as blank.
UNUSABLE = frozenset({"DATA06", "DATA11", "DATA12", "DATA13", "DATA14", "DATA15", "DATA16", "DATA17", "DATA18", "DATA19",
                      "DATA21", "DATA22", "FORM07", "FORM08"})

#: Said of a cell that reads as blank.
BLANK = frozenset({"DATA05", "PLAN10", "WGHT04", "WGHT05", "WGHT06", "DATE08", "TEXT01", "TEXT02", "TEXT03", "TEXT06", "OUTC01", "OUTC05",
                   "OUTC06", "OUTC11", "OUTC13", "OUTC14", "OUTC15"})

#: Said at the first of several cells that read as blank, and the value that lists them.
SEVERAL = {"OUTC24": "phases", "OUTC25": "phases", "OUTC26": "results"}

#: Said of what is missing: of a form, or a sheet, part of which could not be read, that follows from it.
ABSENT = BLANK | SEVERAL.keys() | {"TEXT04", "TEXT05", "WGHT02", "WGHT03"}

#: Said of a cell that another version fills in: that it is blank, or cannot be read, is told at the cell.
EMPTIED = frozenset({"MERG16", "MERG31"})

#: An outcome that phases or results do not give: what their weights come to, or that phases still run, is told before it; and
#: that it is lower than it was, after it.
UNDERIVED = frozenset({"OUTC20", "OUTC21", "OUTC22", "OUTC23"})

#: The value is impossible: whatever else could be said of the cell follows from that.
IMPOSSIBLE = UNUSABLE | {"DATA02", "DATA03", "DATA04", "DATA09", "DATE01"}

#: Beginnings of the codes of what is said of contents; of a datum that two copies dispute nothing else is said.
CONTENT = ("WGHT", "DATE", "CODE", "TEXT", "OUTC", "SHRD", "DATA05")
DISPUTED = frozenset({"MERG21", "MERG22", "MERG23", "MERG24"})

#: Beginnings of the codes that are told together: of one column of a sheet, of one sheet, of one file.
BY_COLUMN = ("DATA", "FORM06", "FORM07", "FORM08", "WGHT05", "WGHT06", "WGHT08", "DATE", "TEXT02", "TEXT03", "TEXT10", "TEXT11",
             "OUTC11", "OUTC13", "OUTC14", "OUTC15", "OUTC16", "OUTC17", "OUTC18", "OUTC32", "OUTC33", "OUTC34", "OUTC27", "OUTC28", "OUTC30", "CODE04", "CODE05",
             "CODE18", "CODE20", "MERG04")
#: Of these each code that a text names is another fault, with its own remedy; the same one in several cells is one.
BY_NAMED = frozenset({"CODE04", "CODE05", "CODE18", "CODE20"})
BY_SHEET = ("LOCK", "FORM12", "FORM14", "MERG05")
BY_FILE = ("MERG15", "MERG16", "MERG26", "MERG29", "MERG30", "MERG31")

#: Said of a row that bears no number, when that is told of the same row.
NAMELESS = frozenset({"TEXT02", "TEXT03", "WGHT05", "WGHT06", "DATE07"})

#: Cells of one sheet, each told by itself, beyond which the sheet is another one than was issued.
MANY = 5

#: An objective of which a return tells nothing, told once more each time somebody counts.
COUNTED = frozenset({"SHRD05", "SHRD06"})


def without_repeats(findings: Iterable[Finding]) -> list[Finding]:
    """``findings`` without those that only follow from another of them; the rest as they are, in their order.

    A sheet whose code is misprinted keeps what it contains in the finding on the code; one that says something else
    in many places is told once, with all that it says.
    """
    raised = _Raised(_gathered(list(findings)))
    return _together([raised.whole(f) for f in raised.findings if not raised.follows(f)])


def _together(findings: list[Finding]) -> list[Finding]:
    """``findings`` with those that are alike in one, which names the cells of the others."""
    groups: dict[tuple[Any, ...], list[Finding]] = {}
    for f in findings:
        groups.setdefault(_kind(f) or (id(f),), []).append(f)
    return [several[0] if len(several) == 1 else several[0].at(others=(*several[0].others, *several[1:])) for several in groups.values()]


def _kind(f: Finding) -> tuple[Any, ...] | None:
    """What findings that are told together have in common; None for one that stands alone."""
    base = (f.place.file, f.severity, f.to, f.sector)
    if not f.place.file:
        return None
    if f.code.startswith(BY_FILE):
        return (f.code, *base)
    if f.code.startswith(BY_SHEET) and f.place.sheet:
        return (f.code[:4], *base, f.place.sheet)
    if f.code.startswith(BY_COLUMN) and f.place.cell and f.field:
        named = repr(f.values) if f.code in BY_NAMED else ""
        return (f.code, *base, f.place.sheet, f.field.get("it"), named)
    return None


def _gathered(findings: list[Finding]) -> list[Finding]:
    """``findings`` with those on cells written over made one for each sheet that has more than ``MANY``."""
    by_sheet: dict[tuple[Any, ...], list[Finding]] = {}
    for f in findings:
        if f.code == "FORM16":
            by_sheet.setdefault((f.place.file, f.place.sheet), []).append(f)
    made = {id(group[0]): _one(group) for group in by_sheet.values() if len(group) > MANY}
    gone = {id(f) for group in by_sheet.values() if len(group) > MANY for f in group[1:]}
    return [made.get(id(f), f) for f in findings if id(f) not in gone]


def _one(group: list[Finding]) -> Finding:
    said = " | ".join(f"{f.place.cell}: {f.values['new']}" for f in group)
    return Finding("FORM27", group[0].place, {"count": len(group), "found": said}, sector=group[0].sector, severity=group[0].severity)


class _Raised:
    """What is told already, by file, cell and objective."""

    def __init__(self, raised: list[Finding]):
        self.findings = raised
        self.closed = {f.place for f in raised if f.code.startswith("LOCK") and f.place.cell}
        self.typed = {f.place: f.values["found"] for f in raised if f.code in UNUSABLE and f.place in self.closed and "found" in f.values}
        findings = [f for f in raised if f.code not in UNUSABLE or f.place not in self.closed]  # there what was issued holds
        self.unusable = {f.place for f in findings if f.code in UNUSABLE and f.place.cell}
        self.impossible = {f.place for f in findings if f.code in IMPOSSIBLE and f.place.cell}
        self.spoilt = {(f.place.file, f.place.sheet, str(f.field)) for f in findings if f.code in IMPOSSIBLE and f.place.cell}
        self.disputed = {(f.sector, f.objective, _below(f.path)) for f in findings if f.code in DISPUTED}
        self.beside = Counter((f.place.file, f.place.sheet, str(f.field)) for f in findings if f.code in IMPOSSIBLE)
        self.blank = {f.place for f in findings if f.code in BLANK and f.place.cell}
        self.derived = {f.place for f in findings if f.code in (*UNDERIVED, "OUTC07") and f.place.cell}
        self.reversed = {f.place for f in findings if f.code in ("DATE02", "DATE04") and f.place.cell}
        self.running = {f.place for f in findings if f.code == "OUTC07" and f.place.cell}
        self.denied = {(f.place.file, f.objective) for f in findings if f.code in ("OUTC17", "OUTC32")}
        self.unbalanced = {(f.place.file, f.place.sheet) for f in findings if f.code in ("WGHT02", "WGHT03") and f.place.sheet}
        self.unread = {f.place.file for f in findings if f.code == "FORM31"}
        self.unread_sheets = {(f.place.file, f.place.sheet) for f in findings if f.code == "FORM11"}
        self.long = {f.place for f in findings if f.code == "DATA01"}
        self.shortened = {(f.place.file, f.objective) for f in findings if f.code == "DATE21" and f.path.endswith("/sheet/revision/end")}
        self.unbegun = {(f.place, f.path) for f in findings if f.code == "DATE25"}
        self.small = {(f.place, f.path) for f in findings if f.code == "TYPE01"}
        self.shares = {(f.place.file, f.objective) for f in findings if f.code in ("OUTC19", "OUTC30")}
        self.codes = {f.place for f in findings if f.code == "CODE01" and f.place.cell}
        self.contents = {f.place: f.values.get("content") for f in findings if f.code == "MERG01"}
        self.twice = {(f.place.file, f.values["code"]) for f in findings if f.code == "MERG02"}
        self.misprinted = {(f.place.file, str(f.values["likely"])) for f in findings if f.code == "CODE01"}
        self.absent = {(f.place.file, f.values["code"]) for f in findings if f.code == "MERG03"}
        self.absent |= {(f.place.file, code) for f in findings if f.code == "RETN08" for code in f.values["codes"]}
        self.renumbered = {(f.place.file, f.place.sheet, str(f.values["item"])) for f in findings if f.code == "MERG05"}
        self.nameless = {f.place for f in findings if f.code == "DATA05" and f.place.cell}
        self.shrunk = {(f.place.file, f.place.sheet) for f in findings if f.code == "MERG05" and f.place.sheet}
        self.missing = Counter(f.place.file for f in findings if f.code == "MERG03")
        self.deleted = Counter(f.place.file for f in findings if f.code == "FORM05")

    def follows(self, finding: Finding) -> bool:
        """Whether ``finding`` only follows from another."""
        code, place = finding.code, finding.place
        if code in UNUSABLE and place in self.closed:
            return True
        if code.startswith(CONTENT) and code not in SEVERAL and (place in self.impossible or self._contested(finding)):
            return code not in IMPOSSIBLE
        return self._lacks_elsewhere(finding) or self._outcome_follows(finding) or self._row_follows(finding) \
            or code in COUNTED and self._counted(finding)

    def _lacks_elsewhere(self, finding: Finding) -> bool:
        """Whether it says that something is blank, and why it is so is told already."""
        code, place = finding.code, finding.place
        if code in ABSENT and (place.file in self.unread or (place.file, place.sheet) in self.unread_sheets):
            return True
        if code in BLANK and place in self.unusable or code in NAMELESS and place in self.nameless:
            return True
        if code in SEVERAL:
            listed = len(str(finding.values[SEVERAL[code]]).split(", "))
            return place in self.impossible and self.beside[place.file, place.sheet, str(finding.field)] >= listed
        return code in EMPTIED and place in self.impossible | self.blank

    def _outcome_follows(self, finding: Finding) -> bool:
        """Whether it says that an outcome, or how much is realised, does not agree with what has to be put right first."""
        code, place = finding.code, finding.place
        if code == "OUTC23" and (place.file, finding.objective) in self.denied:  # results give less because of the one that is told
            return True
        if code in UNDERIVED:
            return place in self.running or (place.file, place.sheet) in self.unbalanced
        if code == "OUTC08":
            return place in self.derived
        if code == "OUTC28":
            return (place, finding.path) in self.unbegun
        if code == "DATE25":  # how much is realised has to be written anew first
            return (place, finding.path) in self.small or (place.file, finding.objective) in self.shares
        return False

    def _row_follows(self, finding: Finding) -> bool:
        """Whether it is about days, texts, weights or codes that another finding has put right."""
        code, place, values = finding.code, finding.place, finding.values
        if code in ("DATE05", "DATE09"):  # outside an end that has to be put right first
            return (place.file, finding.objective) in self.shortened
        if code == "DATE21":
            return place in self.reversed
        if code == "TEXT10":
            return place in self.long
        if code in ("WGHT02", "WGHT03"):
            return (place.file, place.sheet) in self.shrunk or (place.file, place.sheet, str(finding.field)) in self.spoilt
        if code == "WGHT01":
            return self.deleted[place.file] > 0
        if code == "FORM05":
            return self.missing[place.file] >= self.deleted[place.file]
        if code == "CODE11":
            return all((place.file, place.sheet, name) in self.renumbered for name in str(values["phase"]).split(", "))
        if code == "MERG01":
            return place in self.codes
        if code == "CODE08":
            return (place.file, finding.objective) in self.twice
        return code == "MERG03" and (place.file, values["code"]) in self.misprinted

    def _contested(self, finding: Finding) -> bool:
        """Whether it is about a datum, or is in a row, that two copies tell differently."""
        where = _below(finding.path)
        while where:
            if (finding.sector, finding.objective, where) in self.disputed:
                return True
            where = where.rpartition("/")[0]
        return False

    def _counted(self, finding: Finding) -> bool:
        said = str(finding.values["code" if finding.code == "SHRD05" else "codes"]).split(", ")
        return all((finding.place.file, code) in self.absent | self.misprinted for code in said)

    def whole(self, finding: Finding) -> Finding:
        """``finding``; one on a misprinted code with what its sheet contains, one on a closed cell with what was typed there, though
        it cannot be read."""
        if finding.place in self.typed and finding.code.startswith("LOCK"):
            return finding.at(values={**finding.values, "new": self.typed[finding.place]})
        content = self.contents.get(finding.place) if finding.code == "CODE01" else None
        return finding.at(values={**finding.values, "content": content}) if content else finding


def _below(path: str) -> str:
    """A JSON Pointer without the position of the objective, which differs from copy to copy."""
    parts = path.split("/")
    return "/" + "/".join(parts[3:]) if parts[1:2] == ["objectives"] and len(parts) > 3 else path
