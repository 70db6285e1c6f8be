"""Which column is what: by its heading, by one near to it, by what stands in it, or as it was confirmed before."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from perfxl.stages.intake import combined_columns
from perfxl.stages.intake.contents import CONTRADICTED, FIT, LOOKED, by_contents, fits
from perfxl.stages.intake.tables import TITLES, Table
from perfxl.stages.intake.targets import (
    Match,
    Target,
    abbreviations,
    headings,
    item_words,
    own_titles,
    plain,
    shared,
)

#: From here on (of 100) a heading is near enough to one that lists usually have.
NEAR = 84

_OBJECTIVE = re.compile(r"\bob(?:b|j|iett\w*|jective)?\b")

#: What a value of another year is, by whether it is asked for (else measured) and how many years after the plan's it is.
OF_YEAR = {(True, 0): "results/target", (True, 1): "results/target_2", (True, 2): "results/target_3",
           (False, -1): "results/past_1", (False, -2): "results/past_2", (False, -3): "results/past_3"}
_YEAR = re.compile(r"\b(20\d\d)\b")
_MEASURED = re.compile(r"(?:valor\w+|consuntiv\w+|dat[oi]|risultat[oi]|esit[oi]|storico|anno|value|actual|outturn|result|year)\b")
_NUMBER = re.compile(r"\d+")

#: Items of which an objective has several: their columns may come again and again (``Fase 1``, ``Fase 2``).
REPEATED = ("phases", "results", "money", "responsibles", "holders", "owners")


def is_heading(text: str) -> bool:
    """Whether ``text`` is a heading that lists usually have."""
    return bool(_by_words(plain(_NUMBER.sub(" ", text)), "objectives", {})[0])


def propose(tables: Iterable[Table], given: Mapping[str, Target], before: Iterable[Match] = (), year: int | None = None) -> list[Match]:
    """A match for every column; ``before``: those confirmed for an earlier list, which win; ``year``: that of the plan, from which
    the year in a heading is counted (``Target 2028``)."""
    before = list(before)
    known = {(m.sheet, plain(m.head)): m for m in before}
    anywhere = {plain(m.head): m for m in before}
    own = own_titles(given.values())
    matches: list[Match] = []
    tables = list(tables)
    for table in tables:
        context, of_table = _of_sheet(table.sheet), list[Match]()
        taken: set[tuple[str, int]] = set()
        for column, head in table.heads.items():
            if column == TITLES:
                continue
            said = _said_before(known, anywhere, table.sheet, column=column, head=head, year=year)
            match = said if said is not None and (said.target in given or not said.target) else \
                _of_its_year(_match(table, column, head=head, context=context, given=given, own=own), year)
            key = (match.target, match.group)
            if match.target and key in taken:
                match = _next(match, taken, given)
            taken.add((match.target, match.group))
            context = _context(context, given[match.target].item) if match.target else context
            of_table.append(match)
        if TITLES in table.heads:  # a column that says the sector says it better
            titles = said_of if (said_of := known.get((table.sheet, ""))) else _titles(table)
            of_table.insert(0, replace(titles, target="", why="") if (titles.target, titles.group) in taken else titles)
        matches += combined_columns.of_table(_without_main(_without_objectives(of_table, _of_sheet(table.sheet))), table)
    return _with_codes(matches, tables)


def _said_before(known: Mapping[tuple[str, str], Match], anywhere: Mapping[str, Match], sheet: str, *, column: int, head: str, year: int | None) -> Match | None:
    """What was confirmed for a column of an earlier list, of a year or two before: then ``Target 2027`` was what ``Target 2028`` is now."""
    match_before = None
    for ago in range(3 if year is not None and _YEAR.search(head) else 1):
        then = plain(_YEAR.sub(partial(_years_before, ago=ago), head))
        said = known.get((sheet, then)) or anywhere.get(then)
        if said is None:
            continue
        match = Match(sheet, column, head=head, target=said.target, group=said.group, why="before")
        if _of_its_year(match, year) == match:
            return match
        match_before = match_before or _of_its_year(match, year)
    return match_before


def _years_before(year: re.Match[str], ago: int) -> str:
    return str(int(year[0]) - ago)


def _of_its_year(match: Match, year: int | None) -> Match:
    """``match`` of a target or a value of a result, as what the year in its heading makes of it."""
    said = _YEAR.findall(match.head)
    if year is None or not said or match.target not in ("", *OF_YEAR.values()):
        return match
    asked = match.target in ("results/target", "results/target_2", "results/target_3")
    measured = match.target in ("results/baseline", "results/past_1", "results/past_2", "results/past_3") or not match.target and _MEASURED.match(plain(match.head))
    key = OF_YEAR.get((asked, int(said[0]) - year)) if asked or measured else None
    if match.target == "results/baseline" and key == "results/past_1":
        return match  # what one starts from is mostly the year before
    if key is None:
        return replace(match, target="", why="") if asked and int(said[0]) != year and match.why != "before" else match
    return match if key == match.target else replace(match, target=key, group=1, why="heading")


def _context(before: str, item: str) -> str:
    """What the columns that follow speak of: whoever is responsible for a phase, or what it costs, does not change that."""
    return before if before in ("phases", "results") and item in ("responsibles", "money", "holders") else item


def _without_main(matches: list[Match]) -> list[Match]:
    """The matches of a table: of money without an amount there is nothing to say (a column *Year* says that of the plan)."""
    if any(m.target == "money/amount" for m in matches):
        return matches
    return [replace(m, target="", why="") if m.target.startswith("money/") and m.why != "before" else m for m in matches]


def _with_codes(matches: list[Match], tables: list[Table]) -> list[Match]:
    """``matches`` with the columns that hold the codes that another sheet gives its objectives."""
    columns = {(t.sheet, c): [plain(str(cell.value)) for cell in t.column(c)] for t in tables for c in t.heads}
    return combined_columns.of_sheets(matches, columns, _of_sheet, FIT)


def _of_sheet(name: str) -> str:
    """The item that the name of a sheet says its rows are."""
    words = plain(name).split()
    return next((item for word, item in item_words().items() if word in words), "objectives")


def _without_objectives(matches: list[Match], item: str) -> list[Match]:
    """The matches of a table; in one that says nothing of objectives, or whose sheet is called for the sectors (``item``), names, sectors
    and people are those of the sectors."""
    targets = {m.target for m in matches}
    if item == "sectors" and _only_names(matches):
        names = {"objectives/sheet/title": "sectors/name", "objectives/lead": "sectors/code"}
        matches = [replace(m, target=names[m.target]) if m.why != "before" and m.target in names else m for m in matches]
        targets = {m.target for m in matches}
    if any(t.split("/")[0] in ("phases", "results", "holders", "money") or t.startswith("objectives/sheet") for t in targets):
        return matches
    if any(m.target == "objectives/code" and _OBJECTIVE.search(plain(m.head)) for m in matches):
        return matches
    other = {"objectives/lead": "sectors/name", "objectives/code": "sectors/code", "responsibles/name": "sectors/manager"}
    return [replace(m, target=other[m.target]) if m.why != "before" and m.target in other and other[m.target] not in targets else m for m in matches]


def _only_names(matches: list[Match]) -> bool:
    """Whether a table says nothing of objectives but a sector and a name, which is that of the sector then."""
    by_target = {m.target: m for m in matches if m.target}
    title = by_target.get("objectives/sheet/title")
    return title is not None and plain(title.head) in shared() and "objectives/lead" in by_target and by_target["objectives/lead"].column != TITLES \
        and not any(t.startswith(("phases/", "results/", "holders/", "money/", "objectives/")) for t in by_target.keys() - {"objectives/lead", "objectives/sheet/title"})


def _titles(table: Table) -> Match:
    """Titles over rows: mostly the sector."""
    cells = [c.text for c in table.column(TITLES)]
    line = sum(bool(re.match(r"\s*(?:indirizzo|linea|ambito|area strategica|missione|direction|strategic)", c, re.I)) for c in cells)
    return Match(table.sheet, TITLES, head="", target="cascade/level_1" if line * 2 > len(cells) else "objectives/lead",
                 group=1, why="contents")


def _next(match: Match, taken: set[tuple[str, int]], given: Mapping[str, Target]) -> Match:
    """A target that another column has already: the next of several, where an objective has several; else none."""
    if given[match.target].item not in REPEATED:
        return Match(match.sheet, match.column, match.head, "")
    group = next(n for n in range(1, 1000) if (match.target, n) not in taken)
    return Match(match.sheet, match.column, head=match.head, target=match.target, group=group, why=match.why)


def _match(table: Table, column: int, head: str, context: str, given: Mapping[str, Target], own: Mapping[str, str]) -> Match:
    number = _NUMBER.search(head)
    key, why = _by_parts(head, context, own)
    if key == "phases/id" and number:
        key = "phases/text"  # ``Fase n. 3`` is the third phase, not a column of numbers
    cells = table.column(column)[:LOOKED]
    whose = given[key].item if key in given else ""
    if key not in given or key and not fits(cells, given[key], CONTRADICTED if why == "heading" else FIT):
        key, why = "", ""
    if not key:
        key = by_contents(cells)
        key = "" if key == "sectors/email" and whose == "responsibles" else key  # a person's, not the office's
        key, why = (key, "contents") if key in given else ("", "")
    group = int(number[0]) if number and key and given[key].item in REPEATED and int(number[0]) < 100 else 1
    return Match(table.sheet, column, head=head, target=key, group=max(1, group), why=why)


def _by_parts(head: str, context: str, own: Mapping[str, str]) -> tuple[str, str]:
    """(target, why) by a heading of one row, or of two: then the lower one says what, the upper one of which item."""
    upper, _, lower = head.rpartition(" – ")
    text = plain(_NUMBER.sub(" ", lower))
    if not upper:
        return _by_words(text, context, own)
    over = plain(_NUMBER.sub(" ", upper))
    item = next((item for word, item in item_words().items() if word in over.split()), "")
    key, why = _by_words(text, item or context, own)
    if key and (not item or key.startswith(f"{item}/")):
        return key, why
    whole = _by_words(f"{over} {text}", item or context, own)
    return whole if whole[0] and not key else (key, why)


def _by_words(text: str, context: str, own: Mapping[str, str]) -> tuple[str, str]:
    """(target, why) by the words of a heading; blanks when nothing is near."""
    if not text:
        return "", ""
    item = next((item for word, item in item_words().items() if re.search(rf"\b{re.escape(word)}\b", text)), "")
    usual = {w: key for key, words in headings().items() for w in words}
    full = " ".join(abbreviations().get(w, w) for w in text.split())
    if text not in usual and text not in shared() and full != text:
        return _by_words(full, context, own)
    if text in usual:
        return usual[text], "heading"
    if text in shared():
        return _of(shared()[text], item or context), "heading"
    if text in own:
        return own[text], "heading"
    rest = " ".join(w for w in text.split() if item_words().get(w) != item or not item)
    if item and rest in shared() and item in shared()[rest]:
        return shared()[rest][item], "heading"
    from rapidfuzz import process  # a heading that is none of the usual ones; who issues a form comes by here

    best = process.extractOne(text, list(usual), scorer=_alike, score_cutoff=NEAR) if len(text) > 3 else None
    if best:
        return usual[best[0]], "near"
    if item:
        nearest = process.extractOne(rest, list(shared()), scorer=_alike, score_cutoff=NEAR) if len(rest) > 2 else None
        if nearest and item in shared()[nearest[0]]:
            return shared()[nearest[0]][item], "near"
    return "", ""


def _of(choices: Mapping[str, str], item: str) -> str:
    return choices.get(item) or choices.get("objectives") or next(iter(choices.values()))


def _alike(one: str, other: str, **_more: Any) -> float:
    """How near two headings are: whole words in any order, or one inside the other when both say enough."""
    from rapidfuzz import fuzz

    whole = fuzz.token_sort_ratio(one, other)
    inside = fuzz.token_set_ratio(one, other) - 8 if min(len(one), len(other)) > 8 and len(one.split()) <= 2 * len(other.split()) + 1 else 0
    return max(whole, inside)
