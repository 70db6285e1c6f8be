"""Findings: what perfxl noticed, where, what was expected and what to do.

Bad input is a finding, collected and never raised. Every code stands once in ``texts/findings.toml`` with its
severity and its words in both languages; ``Finding`` refuses a code that is not there.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from perfxl.model.languages import colon, number_text
from perfxl.model.terms import pick
from perfxl.model.texts import LANGUAGES, area, plain

SEVERITIES = ("error", "warning", "note")
BLANK = {"it": "(vuoto)", "en": "(blank)"}
#: Files of which the same is told one by one at most, and how many are named when they are told as one.
MOST_APART, NAMED = 4, 5
#: What stands between a message or an archive and the name of what is in it.
WITHIN = " › "
#: Beginnings of the codes that only the controller can act on; the rest is for the sector unless the catalogue says ``to``.
CONTROLLERS = ("RETN", "MERG", "FILE", "IDEN", "LOCK", "WORK", "REVW", "REGI", "MAIL", "PUBL", "BNDL", "PLAN", "RULE")
#: How a finding says that there are others of its kind, in one cell or in several, and how many of those it names.
ALSO = {"it": ("Lo stesso in un’altra cella: {cells}.", "Lo stesso in altre {count} celle: {cells}."),
        "en": ("The same in another cell: {cells}.", "The same in {count} other cells: {cells}.")}
MOST_ALSO = 30
#: How a finding says that a sheet on which to look is hidden.
UNSEEN = {"it": "Il foglio «{sheet}» è nascosto: clic destro su una linguetta, poi Scopri in Excel, Mostra foglio in LibreOffice.",
          "en": "The sheet “{sheet}” is hidden: right click on a tab, then Unhide in Excel, Show Sheet in LibreOffice."}
SHORTENED = "… ({})"  # how a long value ends in a sentence, with its length


@dataclass(frozen=True)
class Place:
    """Where in a workbook: ``file`` relative to the campaign, ``sheet`` as named, ``cell`` in Excel's address."""
    file: str = ""
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing to look at.

    ``code``: its entry in the catalogue; ``values``: what fills the entry's placeholders (None is shown as
    "(vuoto)"); ``field``: title by language; ``path``: JSON Pointer in the document; ``severity``: the
    catalogue's, unless the body's rules say otherwise; ``to``: who can act on it, ``sector`` or ``controller``, the
    catalogue's unless the cell is closed to the sector; ``blocks``: whether the body's rules forbid consolidation while it is
    there; ``others``: findings of the same kind in other cells that are told with this one; ``count``: of how many files it is
    true, ``alike`` the first of them; ``unseen``: the sheets on which it has one look that are hidden. Equal when all of these are.
    """
    code: str
    place: Place = Place()
    values: dict[str, Any] = field(default_factory=dict)
    field: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    sector: str = ""
    objective: str = ""
    severity: str = ""
    to: str = ""
    blocks: bool = False
    others: tuple["Finding", ...] = ()
    count: int = 1
    alike: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        kind = area("findings")[self.code]
        if not self.severity:
            object.__setattr__(self, "severity", kind["severity"])
        if not self.to:
            object.__setattr__(self, "to", kind.get("to") or ("controller" if self.code.startswith(CONTROLLERS) else "sector"))

    def at(self, **changes: Any) -> "Finding":
        """The same finding with some parts changed; ``file`` changes the file of its place."""
        if "file" in changes:
            changes["place"] = replace(self.place, file=changes.pop("file"))
        return replace(self, **changes)

    def say(self, language: str) -> dict[str, str]:
        """``found``, ``expected`` and ``remedy`` in ``language``."""
        words = area("findings", language)[self.code][language]
        shown = {key: quote(value, language) for key, value in self.values.items()}
        said = {part: words[part].format_map(shown) for part in ("found", "expected", "remedy")}
        said["remedy"] = " ".join([said["remedy"], *(pick(UNSEEN, language).format(sheet=plain(name)) for name in self.unseen)])
        if self.others:
            one, several = (pick(dict(zip(LANGUAGES, pair, strict=True)), language) for pair in zip(*ALSO.values(), strict=True))
            cells = [f.cell_beside(self) for f in self.others]
            listed = ", ".join(cells[:MOST_ALSO]) + (" …" if len(cells) > MOST_ALSO else "")
            said["found"] += " " + (one if len(cells) == 1 else several).format(count=len(cells), cells=listed)
        return said if self.count == 1 else said | {"found": f"{said['found']} {self._names(language)}"}

    @property
    def alone(self) -> tuple["Finding", ...]:
        """This finding and those told with it, each by itself."""
        return (replace(self, others=()), *self.others)

    def cell_beside(self, first: "Finding") -> str:
        """Its cell as it is named after that of ``first``: the sheet only where it is another one."""
        if not self.place.cell:
            return self.place.sheet or self.place.file or self.sector
        return self.place.cell if self.place.sheet == first.place.sheet else f"{self.place.sheet}!{self.place.cell}"

    def _names(self, language: str) -> str:
        """How many other files it is true of, and the first of them; the first of all is its place, and what holds both is not
        named again."""
        holder = "".join(self.place.file.partition(WITHIN)[:2])
        named = [quote(name.removeprefix(holder), language) for name in self.alike if name != self.place.file]
        more, listed = self.count - 1 - len(named), ", ".join(named)
        if language == "it":
            return f"Lo stesso in altri {self.count - 1} file: {listed}{f' e altri {more}' if more else ''}."
        if language == "fr":
            return f"De même dans {self.count - 1} autres fichiers\u00a0: {listed}{f' et {more} de plus' if more else ''}."
        return f"The same in {self.count - 1} other files: {listed}{f' and {more} more' if more else ''}."

    def document(self, language: str) -> dict[str, Any]:
        """The finding as ``schemas/findings.schema.json`` defines it, blank parts left out."""
        said = self.say(language)
        where = {"file": self.place.file, "sheet": self.place.sheet, "cell": self.place.cell,
                 "field": self.field_in(language), "path": self.path,
                 "sector": self.sector, "objective": self.objective}
        values = (pick(v, language) if isinstance(v, dict) else v for f in self.alone for v in f.values.values())
        whole = [v for v in values if isinstance(v, str) and v and quote(v, language) != v]
        whole += [f"{f.cell_beside(self)}: {f.say(language)['found']}" for f in self.others]
        also = [f"{f.place.sheet}!{f.place.cell}" for f in self.others if f.place.cell]
        group = {"count": 1 + len(self.others), "also": also} if self.others else {}
        return {"code": self.code, "severity": self.severity, "to": self.to, **{k: v for k, v in where.items() if v},
                **said, "message": self.message(language), **group, **({"full": "\n".join(whole)} if whole else {}),
                **({"count": self.count} if self.count > 1 else {})}

    def field_in(self, language: str) -> str:
        """What users call the field it is about; "" where it is about none."""
        return pick(self.field, language) if self.field else ""

    def message(self, language: str) -> str:
        """The finding as one line: where: what was found. What was expected. What to do."""
        sheet, cell = pick({"it": "foglio", "en": "sheet"}, language), pick({"it": "cella", "en": "cell"}, language)
        where = [plain(self.place.file), self.place.sheet and f"{sheet} {self.place.sheet}",
                 self.place.cell and f"{cell} {self.place.cell}", self.field_in(language)]
        said = self.say(language)
        head = ", ".join(part for part in where if part) or self.sector or self.objective
        return (f"{head}{colon(language)}" if head else "") + " ".join(said[k] for k in ("found", "expected", "remedy"))


#: Characters that findings show of a value, and of perfxl's own words.
LONGEST, LONGEST_OWN = 120, 600


def quote(value: Any, language: str) -> str:
    """A value as findings show it: blank in words, long text shortened, control characters made visible.

    A dict is a value that differs by language, {"it": ..., "en": ...}: perfxl's own words, which stand whole unless they carry others'.
    """
    most = LONGEST
    if isinstance(value, dict):
        value, most = pick(value, language), LONGEST_OWN
    if value is None or value == "":
        return pick(BLANK, language)
    if isinstance(value, Decimal) or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        text = format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
        return number_text(text, language)
    if isinstance(value, bool):
        return pick({"it": "Sì", "en": "Yes"} if value else {"it": "No", "en": "No"}, language)
    text = "".join(c if c.isprintable() else "⏎" if c == "\n" else "�" for c in str(value))
    return text if len(text) <= most else text[:most - 10] + SHORTENED.format(len(text))


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each severity, all severities present."""
    severities = Counter(f.severity for f in findings)
    return {severity: severities[severity] for severity in SEVERITIES}


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by file, sheet, row, column, code; equal ones once."""

    def key(f: Finding) -> tuple[Any, ...]:
        cell = re.match(r"([A-Z]+)(\d+)", f.place.cell)
        address = (int(cell[2]), len(cell[1]), cell[1]) if cell else (0, 0, "")
        return (f.place.file, f.place.sheet, address, f.code, f.sector, f.objective, f.path, repr(f.values), len(f.others))

    unique: dict[tuple[Any, ...], Finding] = {}
    for finding in sorted(findings, key=key):
        unique.setdefault(key(finding), finding)
    return list(unique.values())


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """Findings as they are to be read: the controller's before the sectors', the worst first, what blocks before what does not;
    then as ``in_order``."""
    return sorted(in_order(findings), key=lambda f: (f.to != "controller", SEVERITIES.index(f.severity), not f.blocks))


def grouped(findings: Iterable[Finding]) -> list[Finding]:
    """``findings``, those of several files that say the same of the whole file made one, on the first of them: nobody reads
    that two hundred photographs are no workbooks two hundred times. What a sector is to be told stays apart."""
    kept: list[Finding] = []
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        place = finding.place
        if place.file and not (place.sheet or place.cell or finding.sector or finding.objective or finding.path):
            alike.setdefault((finding.code, finding.severity), []).append(finding)
        else:
            kept.append(finding)
    for several in alike.values():
        kept += several if len({f.place.file for f in several}) < MOST_APART else [_as_one(several)]
    return kept


def _as_one(several: list[Finding]) -> Finding:
    """One finding for those of one code; where they say something else, it says the first few of that."""
    files = sorted({f.place.file for f in several})
    first = min(several, key=lambda f: f.place.file)
    values = {key: _several([f.values.get(key) for f in sorted(several, key=lambda f: f.place.file)]) for key in first.values}
    return replace(first, values=values, count=len(files), alike=tuple(files[:NAMED]))


def _several(values: list[Any]) -> object:
    """The value when it is always the same, else the first few that there are, by language."""
    apart = list({repr(v): v for v in values}.values())
    if len(apart) == 1:
        return apart[0]
    return {language: ", ".join(quote(v, language) for v in apart[:NAMED]) + (", …" if len(apart) > NAMED else "")
            for language in LANGUAGES}


def report(findings: Iterable[Finding], language: str) -> dict[str, Any]:
    """The findings document (``perfxl/findings/1``)."""
    ordered = ranked(findings)
    return {"schema": "perfxl/findings/1", "language": language, "counts": counts(ordered),
            "findings": [f.document(language) for f in ordered]}
