"""Texts: there where they are wanted, not copied, no longer than can be read, without dates that cannot be."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from perfxl.model.arithmetic import dec
from perfxl.model.documents import get_path
from perfxl.model.fields import objective_fields
from perfxl.model.findings import Finding
from perfxl.model.long_text import lines_shown
from perfxl.stages.check.dates_in_text import dates_in
from perfxl.stages.check.entry import Entry
from perfxl.stages.check.return_context import Path, ReturnContext, format_day, is_blank
from perfxl.workbook.binding import DONE, NARRATIVE

#: Texts at least this long that say the same are copied: shorter ones are phrases anybody uses.
COPIED = 80
#: Lines that the highest row of a worksheet, 409 points, can show.
ROW_LINES = 27
#: From this share of equal words, and of equal pairs of neighbouring words, two texts say the same.
ALIKE = 0.85
#: Words by which a long text is known.
KNOWN_BY = 300

#: The long texts of a sheet that a round lets the sector write, by kind of round.
_STORIES = {"plan": (("purpose",), ("detail",)), "final": (NARRATIVE[1:],),
            "monitoring": (("revision", "purpose"), ("revision", "detail"), NARRATIVE[1:])}


def missing_texts(case: ReturnContext) -> Iterator[Finding]:
    """TEXT01, TEXT02, TEXT03, TEXT04: at the plan, or in the round in which the objective was born, a blank title, purpose,
    detail, phase or result, or no phase at all where the body's sheets have phases."""
    for entry in case.filled_entries:
        plan = case.round.kind == "plan"
        if not plan and not entry.born:
            continue
        for key in ("title", "purpose", "detail") if plan else ("purpose", "detail"):
            if is_blank(entry.sheet.data.get(key)):
                yield entry.finding("TEXT01", "sheet", key)
        for i, phase in entry.phases:
            if is_blank(phase.text):
                yield entry.finding("TEXT02", "sheet", "phases", i, "text", phase=phase.id)
        for i, result in entry.results:
            if is_blank(result.text):
                yield entry.finding("TEXT03", "sheet", "results", i, "text", result=result.id)
        if not entry.sheet.phases and case.rules["phases"]:
            yield entry.finding("TEXT04", "sheet", "phases")


def added(case: ReturnContext) -> Iterator[Finding]:
    """TEXT02, TEXT03: at a monitoring, a phase or result that is new and has no text."""
    if case.round.kind != "monitoring":
        return
    for entry in case.filled_entries:
        if entry.born or entry.issued is None:
            continue
        phases, results = ({row.id for row in rows} for rows in (entry.issued.sheet.phases, entry.issued.sheet.results))
        for i, phase in entry.phases:
            if phase.id not in phases and is_blank(phase.in_force("text", case.round)):
                yield entry.finding("TEXT02", "sheet", "phases", i, "text", phase=phase.id)
        for i, result in entry.results:
            if result.id not in results and is_blank(result.in_force("text", case.round)):
                yield entry.finding("TEXT03", "sheet", "results", i, "text", result=result.id)


def narrative(case: ReturnContext) -> Iterator[Finding]:
    """TEXT05: achieved or partial, and not a word of what was done."""
    if case.round.kind == "plan":
        return
    for entry in case.filled_entries:
        words = [entry.sheet.reading(case.round).narrative, entry.outcome.note]
        words += [p.reading(case.round).done for _, p in entry.phases]
        words += [r.reading(case.round).note for _, r in entry.results]
        if entry.status in ("achieved", "partial") and not entry.transversal and all(map(is_blank, words)):
            yield entry.finding("TEXT05", *NARRATIVE)


def quality(case: ReturnContext) -> Iterator[Finding]:
    """TEXT06: quality checks said to be foreseen, and not which."""
    for entry in case.filled_entries:
        if case.round.kind == "plan" and entry.sheet.quality_check is True and is_blank(entry.sheet.quality_check_which):
            yield entry.finding("TEXT06", "sheet", "quality_check_which")


@dataclass(frozen=True)
class Passage:
    """A text of the return that this round lets the sector write: where, whose, and its words.

    Of a long text the first words are enough to know it: ``words`` and ``pairs`` (neighbouring words) are of those.
    """

    path: Path
    entry: Entry
    owner: str
    text: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(self.text[: 12 * KNOWN_BY].casefold().split()[:KNOWN_BY])

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def pairs(self) -> Counter[tuple[str, str]]:
        return Counter(zip(self.words, self.words[1:], strict=False))

    def alike(self, other: "Passage") -> bool:
        """Whether the two say the same but for a few words."""
        if not 0.9 <= len(self.text) / len(other.text) <= 1.1:
            return False
        if self.words == other.words:
            return True
        if len(self.vocabulary & other.vocabulary) < ALIKE * min(len(self.vocabulary), len(other.vocabulary)):
            return False
        common = sum((self.pairs & other.pairs).values())
        return common >= ALIKE * max(len(self.words), len(other.words)) - 1


def _passages(entry: Entry) -> Iterator[Passage]:
    round = entry.case.round
    for path in _STORIES[round.kind]:
        text: str | None = get_path(entry.sheet.data, path)
        if text is not None and not is_blank(text):
            yield Passage(("sheet", *path), entry, "", text)
    for i, phase in entry.phases:
        text = phase.reading(round).done
        if text is not None and not is_blank(text):
            yield Passage(("sheet", "phases", i, *DONE), entry, str(phase.id), text)


def copied(case: ReturnContext) -> Iterator[Finding]:
    """TEXT07, TEXT08: a text that is that of another objective, or of another place of the same."""
    passages = [p for e in case.filled_entries for p in _passages(e) if len(p.text) >= COPIED]
    for n, later in enumerate(passages):
        earlier = next((p for p in passages[:n] if later.alike(p)), None)
        if earlier is None:
            continue
        if later.entry is not earlier.entry:
            yield later.entry.finding("TEXT07", *later.path, other=earlier.entry.code, text=later.text)
        else:
            where = case.place(("objectives", earlier.entry.index, *earlier.path)).cell
            yield later.entry.finding("TEXT08", *later.path, text=later.text, cell=where or earlier.owner or earlier.path[-1])


def repeated(case: ReturnContext) -> Iterator[Finding]:
    """TEXT09: the words of the round before again, although something was still to be done then."""
    earlier = case.round.before
    if earlier is None or not earlier.reports:
        return
    for entry in case.filled_entries:
        old, now = entry.before.reading(earlier).narrative, entry.sheet.reading(case.round).narrative
        pairs: list[tuple[Path, str | None, str | None, Decimal | None]] = [(NARRATIVE, old, now, entry.last_percent)]
        for i, phase in entry.phases:
            was = entry.phase_before(phase)
            pairs.append((("sheet", "phases", i, *DONE), was.reading(earlier).done, phase.reading(case.round).done,
                          dec(was.reading(earlier).realised)))
        for path, old, new, realised in pairs:
            if realised != 100 and old and new and len(new) >= COPIED \
                    and Passage(path, entry, "", new).alike(Passage(path, entry, "", old)):
                yield entry.finding("TEXT09", *path, text=new)


def length(case: ReturnContext) -> Iterator[Finding]:
    """TEXT10: a narrative longer than the body's rule allows."""
    limit = case.rules["narrative_limit"]
    for entry in case.filled_entries:
        for passage in _passages(entry):
            if len(passage.text) > limit:
                yield entry.finding("TEXT10", *passage.path, length=len(passage.text), limit=limit)


def hidden(case: ReturnContext) -> Iterator[Finding]:
    """TEXT11: a text of a single cell with more lines than a row of a worksheet can show."""
    for entry in case.filled_entries:
        for path, text in _single_cells(entry):
            lines = lines_shown(text)
            if lines > ROW_LINES:
                yield entry.finding("TEXT11", *path, lines=lines, limit=ROW_LINES)


def _single_cells(entry: Entry) -> Iterator[tuple[Path, str]]:
    """(path, text) of the long texts open in this round that stand in one cell; stories go on in the cells below."""
    for f in objective_fields():
        if f.cell == "table":
            for column in f.items:
                if column.cell == "long" and column.opens(entry.case.round) and column.path != DONE:
                    rows = list(enumerate(f.value(entry.objective.data) or ()))
                    places: list[Path] = [(*f.path, i, *column.path) for i, _ in rows]
                    values = [column.value(row) for _, row in rows]
                    yield from ((path, text) for path, text in zip(places, values, strict=True) if not is_blank(text))
        elif f.cell == "long" and f.opens(entry.case.round) and f.path != NARRATIVE and not is_blank(f.value(entry.objective.data)):
            yield f.path, f.value(entry.objective.data)


def _prose(entry: Entry) -> Iterator[tuple[Path, str]]:
    round = entry.case.round
    for passage in _passages(entry):
        yield passage.path, passage.text
    for key, text in (("reason", entry.outcome.reason), ("note", entry.outcome.note)):
        if text is not None and not is_blank(text):
            yield ("holding", "reading", key), text
    for i, result in entry.results:
        text = result.reading(round).note
        if text is not None and not is_blank(text):
            yield ("sheet", "results", i, "reading", "note"), text


def dates(case: ReturnContext) -> Iterator[Finding]:
    """DATE17, DATE18: in what the sector tells, a day that does not exist, or an act later than the reference date."""
    for entry in case.filled_entries:
        for path, text in _prose(entry):
            for written in dates_in(text, case.year):
                if written.day is None:
                    yield entry.finding("DATE17", *path, fragment=written.fragment)
                elif case.round.reports and written.fact and written.day > case.reference:
                    yield entry.finding("DATE18", *path, fragment=written.fragment, reference=format_day(case.reference))


CHECKS = (
    (missing_texts, ("TEXT01", "TEXT02", "TEXT03", "TEXT04")),
    (added, ("TEXT02", "TEXT03")),
    (narrative, ("TEXT05",)),
    (quality, ("TEXT06",)),
    (copied, ("TEXT07", "TEXT08")),
    (repeated, ("TEXT09",)),
    (length, ("TEXT10",)),
    (hidden, ("TEXT11",)),
    (dates, ("DATE17", "DATE18")),
)
