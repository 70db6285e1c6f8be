"""The controller's review, read back from the consolidated workbook: what was written since perfxl wrote it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from perfxl.model.findings import Finding, Place, in_order
from perfxl.model.texts import area
from perfxl.stages.review import rules
from perfxl.stages.review.blocks import (
    CONFLICTS,
    CONSIDERATIONS,
    EVALUATIONS,
    KEY,
    LISTS,
    REQUESTS,
)
from perfxl.stages.review.grid import Grid, Pending, Row, find_blocks, identify
from perfxl.stages.review.record import Review
from perfxl.stages.review.rules import Known
from perfxl.stages.review.unread_notes import unread
from perfxl.workbook import sheets
from perfxl.workbook.sheets import Refused


def read(data: bytes, file: str, language: str = "it", everything: bool = False, written: bytes | None = None) -> Review:
    """What the controller wrote in the consolidated workbook ``data`` since perfxl wrote it; nothing when untouched.
    ``everything``: also the evaluations and considerations that stood there before. ``written``: the workbook as perfxl wrote
    it, to tell what stands in cells that are not read.

    ``file`` is what findings call it; ``language``: of the reason given to an outcome accepted without one. Never
    raises on bad input: what cannot be taken is a finding with its cell.
    """
    try:
        book = sheets.open_book(data, file)
        said = identify(book)
        if said is None:
            return Review()
        round, expected = said
        review = _Reading(find_blocks(book, expected), file, round=round, language=language, everything=everything).review(expected)
        beside = unread(book, sheets.open_book(written, file), file) if written is not None and written != data else ()
        return replace(review, findings=tuple(in_order([*review.findings, *beside])))
    except Refused as refused:
        return Review(findings=(refused.own(),))


class _Reading:
    """One reading of one workbook."""

    def __init__(self, grids: Mapping[str, Grid], file: str, round: str, language: str, everything: bool = False):
        self.grids, self.file = grids, file
        self.findings: list[Finding] = []
        self.pending: list[Pending] = []
        self.known = Known(round, self._held(), language, everything)

    def _rows(self, block: str) -> Iterable[Row]:
        for row in self.grids[block].rows(self.file) if block in self.grids else ():
            yield row
            self.findings += row.findings
            if row.failed() and row.open_cells(block):
                self.pending.append(Pending(block, row.text(KEY), row.open_cells(block)))

    def _held(self) -> dict[str, set[str]]:
        held: dict[str, set[str]] = {}
        for row in self._rows(LISTS):
            if row.text("sectors"):
                held.setdefault(row.text("sectors"), set())
            if row.text("sector"):
                held.setdefault(row.text("sector"), set()).add(row.text("objective"))
        return held

    def review(self, expected: tuple[str, ...]) -> Review:
        """Everything that was written."""
        self.findings += [Finding("REVW15", Place(self.file), {"block": self._titles(b)})
                          for b in expected if b not in self.grids and b != LISTS]
        choices = self._once(CONFLICTS, (((c.sector, c.key), c, r) for r in self._rows(CONFLICTS) if (c := rules.conflict(r))))
        evaluated = self._once(EVALUATIONS, ((e[0], e[1:], r) for r in self._rows(EVALUATIONS) if (e := rules.evaluation(r, self.known))))
        asked = [q for r in self._rows(REQUESTS) if (q := rules.request(r, self.known))]
        considered = self._once(CONSIDERATIONS, ((*said, r) for r in self._rows(CONSIDERATIONS) if (said := rules.consideration(r, self.known))))
        withdrawn = [("evaluation", *key) for key, (document, _) in evaluated.items() if document is None]
        withdrawn += [("consideration", *key) for key, document in considered.items() if document is None]
        return Review(tuple(choices.values()), tuple(q for n, q in enumerate(asked) if q not in asked[:n]),
                      evaluations=tuple(e for e, _ in evaluated.values() if e), considerations=tuple(c for c in considered.values() if c),
                      withdrawn=tuple(withdrawn), seen={key: offer for key, (_, offer) in evaluated.items()},
                      findings=tuple(in_order(self.findings)), pending=tuple(self.pending))

    def _once(self, block: str, written: Iterable[tuple[tuple[str, ...], Any, Row]]) -> dict[tuple[str, ...], Any]:
        """What was said by key; two rows that say different things of one key say nothing."""
        by_key: dict[tuple[str, ...], Any] = {}
        twice: dict[tuple[str, ...], Finding] = {}
        first: dict[tuple[str, ...], Row] = {}
        for key, said, row in written:
            if key in by_key and by_key[key] != said:
                twice[key] = Finding("REVW16", row.place("choice" if block != CONSIDERATIONS else "text"),
                                     {"what": " · ".join(key), "other": first[key].number, "found": row.quoted(block)})
                self.pending.append(Pending(block, first[key].text(KEY), first[key].open_cells(block)))
            by_key.setdefault(key, said)
            first.setdefault(key, row)
        self.findings += twice.values()
        return {key: said for key, said in by_key.items() if key not in twice}

    @staticmethod
    def _titles(block: str) -> dict[str, str]:
        return dict(area("review")[f"sheet_{block}"])
