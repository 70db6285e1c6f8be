"""What columns say together that none of them says alone: of one table, and of the sheets of one list."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from perfxl.stages.intake.tables import Table
from perfxl.stages.intake.targets import Match, plain, shared

#: Under this many characters what stands in a column numbers things rather than says them.
NUMBERING = 8
#: What a weight that is alone in its objective says.
WHOLE = {"1", "100", "100%"}


def of_table(matches: Sequence[Match], table: Table) -> list[Match]:
    """The matches of ``table`` after each was made alone; those that were confirmed before stay as they are."""
    return _with_people(_with_weights(_with_numbers(_with_title(list(matches)), table), table))


def _with_title(matches: list[Match]) -> list[Match]:
    """In a table that has objectives and no title of theirs, the lowest level of the cascade is the objective itself, else what describes it."""
    targets = {m.target for m in matches}
    about = any(t.startswith(("objectives/", "holders/")) for t in targets)
    if "objectives/sheet/title" in targets or not about:
        return matches
    instead = next((key for key in ("cascade/level_3", "objectives/sheet/detail") if key in targets), "")
    return [replace(m, target="objectives/sheet/title") if instead and m.target == instead and m.why != "before" else m for m in matches]


def _with_numbers(matches: list[Match], table: Table) -> list[Match]:
    """Of two columns that say the phases or the results, one short and one long, the short one numbers them."""
    for item in ("phases", "results"):
        text, number = f"{item}/text", f"{item}/id"
        texts = [m for m in matches if m.target == text and m.why != "before"]
        if len(texts) != 2 or any(m.target == number for m in matches) or any(any(c.isdigit() for c in m.head) for m in texts):
            continue
        first, second = (max((len(str(c.value)) for c in table.column(m.column)), default=0) for m in texts)
        if first < NUMBERING <= second:
            changed = {id(texts[0]): replace(texts[0], target=number, group=1, why="contents"), id(texts[1]): replace(texts[1], group=1)}
            matches = [changed.get(id(m), m) for m in matches]
    return matches


def _with_weights(matches: list[Match], table: Table) -> list[Match]:
    """A column *Weight* among those of phases or results is the objectives’, where each says one and those of an objective make no whole."""
    by_target = {m.target: m for m in matches}
    title = by_target.get("objectives/code") or by_target.get("objectives/sheet/title")
    if title is None or "holders/holding/weight" in by_target:
        return matches
    for m in matches:
        if m.target not in ("phases/weight", "results/weight") or m.why == "before" or plain(m.head) not in shared():
            continue
        groups: list[list[object]] = []
        for _, cells in table.rows:
            if title.column in cells and (not groups or groups[-1][0] != cells[title.column].value):
                groups.append([cells[title.column].value])
            if groups and m.column in cells:
                groups[-1].append(cells[m.column].value)
        weights = [g[1:] for g in groups]
        alone = len(weights) > 1 and all(len(w) == 1 or len(set(w)) == 1 and len(w) > 2 for w in weights)
        if alone and len({str(w[0]) for w in weights} & WHOLE) == 0:
            return [replace(n, target="holders/holding/weight", group=1, why="contents") if n is m else n for n in matches]
    return matches


def _with_people(matches: list[Match]) -> list[Match]:
    """In a table of people with their addresses, the addresses are theirs and not those of sectors."""
    targets = {m.target for m in matches}
    of_sectors = {"sectors/name", "sectors/code", "sectors/manager", "objectives/lead"}
    if not {"responsibles/name", "sectors/email"} <= targets or targets & of_sectors:
        return matches
    people = {"responsibles/name": "owners/name", "sectors/email": "owners/email"}
    return [replace(m, target=people[m.target]) if m.why != "before" and m.target in people else m for m in matches]


def of_sheets(matches: Iterable[Match], columns: dict[tuple[str, int], list[str]], item_of: Callable[[str], str], least: float) -> list[Match]:
    """``matches``, the matches of all sheets, with the columns that hold the codes that another sheet gives its objectives.

    ``columns``: the cells of each column as they are compared; ``item_of``: what the rows of a sheet are, by its name; ``least``: the
    share of the cells that has to be such codes.
    """
    matches = list(matches)
    given = {m.sheet: set(columns[m.sheet, m.column]) for m in matches if m.target == "objectives/code"}
    titled = {m.sheet for m in matches if m.target == "objectives/sheet/title"}
    made: list[Match] = []
    coded: set[str] = set()
    for m in matches:
        cells = columns.get((m.sheet, m.column), [])
        codes = set().union(*(c for sheet, c in given.items() if sheet != m.sheet))
        own = m.sheet in titled and m.sheet in given and m.target != "objectives/sheet/title"
        is_code = m.target in ("", "objectives/sheet/title") and m.why != "before" and m.sheet not in coded and not own and bool(cells) \
            and sum(c in codes for c in cells) >= least * len(cells) and not (m.sheet in given and given[m.sheet] & codes)
        if is_code:
            coded.add(m.sheet)
        made.append(replace(m, target="objectives/code", group=1, why="contents") if is_code else m)
    return [_numbering(m, item_of(m.sheet)) if m.sheet in coded and m.target == "objectives/code" and m.why not in ("contents", "before") else m for m in made]


def _numbering(match: Match, item: str) -> Match:
    """A column of numbers beside that of the objectives’ codes: it numbers what the rows are."""
    return replace(match, target=f"{item}/id" if item in ("phases", "results") else "", group=1)
