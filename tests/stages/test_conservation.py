"""Nothing a sector typed is lost: every input cell is found again in the consolidated document or in a finding.

What stands in the cells is taken from the XML of the returned workbooks, not from perfxl's reader. The year as it was
returned is looked at whole; then returns are spoiled in many ways, four of a round at a time, and looked at again.
``PERFXL_SPOILED=5000 pytest tests/stages/test_conservation.py`` spoils longer.
"""

import os
import random
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from form_year import converted
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from raw_form import RawForm, as_day

from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.model.fields import objective_fields, return_fields
from perfxl.model.long_text import SEAM
from perfxl.model.readings import read as read_at
from perfxl.model.weigh import weigh
from perfxl.stages import consolidate, mark, read
from perfxl.stages.mark import notes
from perfxl.stages.read import extra_content as beyond
from perfxl.stages.read.issued import Issued
from perfxl.workflow.load_round import load_round
from perfxl.workflow.plan_workbook import plan_of

FIELD = re.compile(r"px(\d\d)?_(?:holding|sheet|compilation|t)_")
CODE = re.compile(r"px\d\d_code")


@dataclass(frozen=True)
class Typed:
    """A filled-in input cell: where it is, the objective of its sheet ("" elsewhere), what stands in it."""

    sheet: str
    row: int
    column: int
    objective: str
    content: object


def typed(form: RawForm) -> list[Typed]:
    """Every cell that is open to the sector, inside a field of the form, and not blank."""
    names = form.names()
    cells = {sheet: form.cells(sheet) for sheet in {place[0] for name, place in names.items() if FIELD.match(name) or CODE.fullmatch(name)}}
    codes = {name[2:4]: cells[place[0]][place[1], place[2]].content for name, place in names.items() if CODE.fullmatch(name)}
    areas: dict[str, dict[tuple[int, int], str]] = {}
    for name, (sheet, top, left, bottom, right) in names.items():
        if match := FIELD.match(name):
            inside = areas.setdefault(sheet, {})
            inside.update({(r, c): codes.get(match[1], "") for r in range(top, bottom + 1) for c in range(left, right + 1)})
    return [Typed(sheet, *at, inside[at], cell.content) for sheet, inside in areas.items()
            for at, cell in cells[sheet].items()
            if at in inside and cell.open and cell.content is not None and not cell.formula and str(cell.content).strip()]


def _labels() -> dict[str, set]:
    """The values behind each word of the drop-downs."""
    found: dict[str, set] = {}
    for about in (f for owner in (*objective_fields(), *return_fields()) for f in (owner, *owner.items)):
        for label, value in about.values().items():
            found.setdefault(label, set()).add(value)
    return found


LABELS = _labels()


def scalars(value) -> list:
    """Every value in a document that is no object and no list."""
    if isinstance(value, dict):
        return [v for inner in value.values() for v in scalars(inner)]
    return [v for inner in value for v in scalars(inner)] if isinstance(value, list) else [value]


class Kept:
    """Where what was typed may be found again: by objective, in the rest of the document, in the findings."""

    def __init__(self, document: dict, sector: str):
        content = document["content"]
        self.objectives: dict[str, list] = {}
        for objective in content["objectives"]:
            codes = {objective["code"], *(h.get("code", "") for h in objective["holders"] if h["sector"] == sector)}
            for code in codes - {""}:
                self.objectives.setdefault(code, []).append(objective)
        self.rest = [m for m in content.get("measures", []) if m["sector"] == sector]
        self.rest += [s.get("compilation") for s in document["sources"] if s["sector"] == sector]
        said = [scalars({k: v for k, v in f.items() if k in ("found", "expected", "full", "message")}) for f in document["findings"]
                if f.get("sector", sector) == sector]
        self.findings = "\n".join(text for texts in said for text in texts)

    def has(self, cell: Typed) -> bool:
        values = scalars(self.objectives.get(cell.objective, self.rest) if cell.objective else self.rest)
        return _among(cell.content, values) or _quoted(cell.content, self.findings)


def _among(content, values: list) -> bool:
    if isinstance(content, str):
        text = content.removesuffix(SEAM)
        texts = [v for v in values if isinstance(v, str)]
        pieces = [text, text.strip(), *LABELS.get(text.strip().casefold(), ())]
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        return any(p in values for p in pieces) or any(text in t for t in texts) or all(line in texts for line in lines)
    if isinstance(content, bool):
        return content in [v for v in values if isinstance(v, bool)]
    numbers = {Decimal(str(v)) for v in values if isinstance(v, (int, Decimal, float)) and not isinstance(v, bool)}
    texts = "\n".join(v for v in values if isinstance(v, str))
    return bool({content, content * 100} & numbers) or any(
        w and re.search(rf"(?<![\d,.]){re.escape(w)}(?![\d])", texts) for w in (as_day(content), str(content), format(content, "f")))


def _quoted(content, findings: str) -> bool:
    if isinstance(content, bool):
        return any(word in findings for word in (("Sì", "VERO") if content else ("No", "FALSO")))
    text = content if isinstance(content, str) else format(content.normalize(), "f").replace(".", ",")
    wanted = [text.strip(), as_shown(text).strip()]
    if isinstance(content, Decimal):
        points = format((content * 100).normalize(), "f").replace(".", ",")
        day = as_day(content)
        wanted += [str(content), points + "%", text.replace(",", "."), day, "/".join(reversed(day.split("-")))]
    return any(w and w in findings for w in wanted) or isinstance(content, Decimal) and bool(
        re.search(rf"(?m)(?:\| |\(|^){re.escape(points)}(?= \||\)|$)", findings))


def as_shown(text: str) -> str:
    return "".join(c if c.isprintable() else "⏎" if c == "\n" else "�" for c in text)


class Round:
    """A round of the campaign in ``folder``, a copy whose received files may be changed."""

    def __init__(self, campaign: Campaign, round: str, folder: Path):
        self.campaign, self.round = campaign, round
        self.own = Campaign(shutil.copytree(campaign.folder, folder / round))
        self.plan, self.noticed = plan_of(campaign, "it")
        self.issued = campaign.issued_sectors(round)
        self.prefilled = {s: read.read(campaign.issued_form(round, s).read_bytes(), s).document for s in self.issued}
        self.files = {read.read(p.read_bytes(), p.name).identity.sector: p for p in campaign.received_files(round)}

    def consolidated(self, sent: dict[str, bytes]) -> tuple[dict, str]:
        """The consolidated document when the sectors sent these files back, and all that it says as text."""
        for path in self.own.received_files(self.round):
            path.unlink()
        for sector, data in sent.items():
            (self.own.folder / "ricevute" / self.round / f"{sector}.xlsx").write_bytes(data)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("perfxl.workflow.load_round.plan_of", lambda *_, **__: (self.plan, self.noticed))
            # What the other sectors had sent is not read from the archive again: as if this were the first consolidation.
            patch.setattr("perfxl.workflow.load_round._replaced", lambda *_, **__: {})
            gathered = load_round(self.own, self.round, "it")
        assert [f.message("en") for f in gathered.findings if f.code.startswith("WORK")] == []  # the reader itself did not fail
        document = consolidate.consolidated(gathered.merged_round(), weigh(gathered.merged.content, self.round), "it")
        everything = documents.dumps(document, indent=None)
        return documents.loads(everything), everything


@pytest.fixture(scope="module", params=["interim", "final"])
def year(request, demo_year, tmp_path_factory):
    return Round(demo_year, request.param, tmp_path_factory.mktemp("spoiled"))


def lost(year: Round, sector: str, data: bytes, document: dict) -> list[Typed]:
    """What was typed in ``data`` and is nowhere in ``document``."""
    kept = Kept(document, sector)
    return [cell for cell in typed(RawForm(data)) if not kept.has(cell)]


def test_every_input_cell_of_the_year_is_found_again(year):
    document = documents.load(year.campaign.result(year.round))
    looked_at = 0
    for sector, path in year.files.items():
        data = path.read_bytes()
        looked_at += len(typed(RawForm(data)))
        assert lost(year, sector, data, document) == []
    assert looked_at > {"interim": 700, "final": 500}[year.round]


def test_the_counts_close(year):
    """An objective is counted once for each sector that holds it, by either of its codes. It ends replaced or withdrawn
    when the round's status says so, else consolidated."""
    document = documents.load(year.campaign.result(year.round))
    assert sorted(document["issued"]) == sorted(document["returned"] + document["missing"])
    assert not set(document["returned"]) & set(document["missing"])
    sent = Counter((s, o["code"]) for s in year.issued for o in year.prefilled[s]["objectives"])
    ends = Counter()
    for objective in document["content"]["objectives"]:
        for holder in objective["holders"]:
            status = read_at(holder["holding"], year.round, "status")
            ends[status if status in ("replaced", "withdrawn") else "consolidated"] += 1
            known = {(holder["sector"], code) for code in (objective["code"], holder.get("code")) if code}
            assert sum(sent.pop(key, 0) for key in known) == 1
    assert not sent
    assert ends.total() == sum(len(year.prefilled[s]["objectives"]) for s in year.issued)
    assert (ends["replaced"], ends["withdrawn"]) == (1, 0) and ends["consolidated"] == 67


def test_words_typed_over_figures_and_days_that_the_round_closes_are_quoted(year):
    """They are not taken, and cannot be read as what the cell holds."""
    form = RawForm(year.files["S8"].read_bytes())
    over = [at for at, cell in sorted(form.cells("S8.00001").items()) if isinstance(cell.content, Decimal) and not cell.open and not cell.formula and at[1] < 11]
    marks = [f"qz{k:03d}k" for k in range(len(over))]
    for at, mark_ in zip(over, marks, strict=True):
        form.put("S8.00001", *at, f"n.d. {mark_}")
    document, everything = year.consolidated({"S8": form.bytes()})
    assert len(over) > 10 and [m for m in marks if m not in everything] == []
    assert "LOCK01" in {f["code"] for f in document["findings"]}


@pytest.mark.parametrize("to", ["xlsx", "ods"])
def test_what_libreoffice_makes_of_a_return_is_no_news(demo_year, tmp_path, to):
    """Saved again by another program, formulas and texts are written otherwise: nothing beyond the fields is told."""
    sent = next(p for p in demo_year.received_files("final") if "S8" in p.name).read_bytes()
    again = converted(sent, tmp_path, to)
    reading = read.read(again, "S8", None, 2021)
    assert reading.document == read.read(sent, "S8", None, 2021).document
    assert reading.findings + read.extra_findings(reading, "S8", Issued(demo_year.issued_form("final", "S8").read_bytes(), "emessa")) == []


def test_a_marked_copy_brings_no_news_of_its_own(demo_year):
    """Its comments and its list of findings are perfxl's; what the sector writes beside the list is the sector's."""
    form = RawForm(next(p for p in demo_year.received_files("final") if "S8" in p.name).read_bytes())
    form.put("S8.00001", 1500, 3, "a margine")
    form.comment("S8.00001", 20, 2, "il mio commento")
    data, issued = form.bytes(), demo_year.issued_form("final", "S8").read_bytes()
    first = read.read(data, "S8", None, 2021)
    told = first.findings + read.extra_findings(first, "S8", Issued(issued, "emessa"))
    marked = RawForm(mark.mark(data, told, language="it", form=issued, document=first.document))
    marked.put(next(iter(marked.part)), 900, 1, "fatto")
    second = read.read(marked.bytes(), "S8", None, 2021)
    again = second.findings + read.extra_findings(second, "S8", Issued(issued, "emessa"))
    assert [f.code for f in told] == ["FORM20", "FORM15"]
    assert [(f.code, "fatto" in str(f.values)) for f in again] == [("FORM17", True), ("FORM20", False), ("FORM15", False)]
    assert (beyond.MARK_AUTHOR, beyond.MARK_SIGN, beyond.MARK_RULE) == (notes.AUTHOR, notes.SIGN, notes.RULE)


# -- spoiled
WORDS = st.sampled_from(["n.d.", "vedi nota", "=1+1", "31/09/2021", "80%", "0,8", "-", "1.234", "S1.00001", "à\u00a0b\n- c", "Sì",
                         "\u202e\u200b", "_x0041_", "<r>a</r>", "'", "33 %", "circa 10", "99/99", "giugno", "x" * 700, "12-bis"])
NUMBERS = st.sampled_from([Decimal("0.8"), Decimal(80), Decimal(-3), Decimal("1e300"), Decimal("44561.25"), Decimal(99999999), Decimal(1)])
SPOILS = ("input", "input", "input", "id", "locked", "beside", "below", "insert", "sheet", "comment", "formula", "error", "hide", "slot", "phase")


@st.composite
def spoils(draw):
    """A handful of edits: (kind, a number that chooses where, text, number or None)."""
    one = st.tuples(st.sampled_from(SPOILS), st.integers(0, 10**6), WORDS, st.one_of(st.none(), NUMBERS, st.booleans()))
    return draw(st.lists(one, min_size=1, max_size=8))


class Spoiler:
    """Edits of a return, each with the mark that must be found again."""

    def __init__(self, data: bytes, sector: str):
        self.form, self.sector, self.marks = RawForm(data), sector, []
        self.sheets = [s for s in self.form.part if s not in ("_perfxl",)]

    def mark(self, text: str) -> str:
        """``text`` made different from anything else."""
        self.marks.append(f"qz{len(self.marks):03d}k{self.sector.lower()}")
        return f"{text} {self.marks[-1]}"

    def run(self, edits) -> bytes:
        for kind, where, text, value in edits:
            getattr(self, "_" + kind)(random.Random(where), text, value)
        return self.form.bytes()

    def _pick(self, chance, wanted):
        sheet = chance.choice(self.sheets)
        found = sorted(at for at, cell in self.form.cells(sheet).items() if wanted(cell))
        return (sheet, *chance.choice(found)) if found else None

    def _input(self, chance, text, value):
        if at := self._pick(chance, lambda c: c.open):
            self.form.put(*at, self.mark(text) if value is None else value)

    def _id(self, chance, text, value):
        """A row of a table loses what its first column says."""
        tables = sorted(p for n, p in self.form.names().items() if "_t_" in n)
        sheet, top, left, bottom, right = chance.choice(tables)
        row = chance.randint(top + 2, bottom)
        self.form.put(sheet, row, left, None)
        open_ = [c for (r, c), cell in self.form.cells(sheet).items() if r == row and cell.open and left < c <= right]
        if open_:
            self.form.put(sheet, row, open_[0], self.mark(text))

    def _locked(self, chance, text, value):
        if at := self._pick(chance, lambda c: not c.open and c.content is not None and "PX1|" not in str(c.content)):
            self.form.put(*at, self.mark(text))

    def _beside(self, chance, text, value):
        self.form.put(chance.choice(self.sheets), chance.randint(1, 300), chance.randint(12, 60), self.mark(text))

    def _below(self, chance, text, value):
        self.form.put(chance.choice(self.sheets), chance.choice([700, 5_000, 30_000]), chance.randint(1, 5), self.mark(text))

    def _insert(self, chance, text, value):
        sheet = chance.choice(self.sheets)
        row = chance.randint(2, 200)
        self.form.insert_row(sheet, row)
        self.form.put(sheet, row, chance.randint(1, 11), self.mark(text))

    def _sheet(self, chance, text, value):
        name = f"Foglio{len(self.form.part)}"
        self.form.add_sheet(name)
        self.sheets.append(name)
        for row in range(1, 4):
            self.form.put(name, row, 2, self.mark(text))

    def _comment(self, chance, text, value):
        sheet = chance.choice([s for s in self.sheets if s in self.form.part and "comments" not in s])
        folder = self.form.part[sheet].replace("worksheets/", "worksheets/_rels/") + ".rels"
        if folder not in self.form.parts:
            self.form.comment(sheet, chance.randint(1, 50), 2, self.mark(as_shown(text)))

    def _formula(self, chance, text, value):
        if at := self._pick(chance, lambda c: c.open):
            self.form.put(*at, '"' + self.mark("f").replace('"', "") + '"', "f")

    def _error(self, chance, text, value):
        if at := self._pick(chance, lambda c: c.open):
            self.form.put(*at, "#DIV/0!", "e")

    def _hide(self, chance, text, value):
        if at := self._pick(chance, lambda c: c.open):
            self.form.hide(*at[:2])

    def _slot(self, chance, text, value):
        """A cell of the hidden keys and slots of a table is typed over, or taken from another row."""
        sheet, top, _, bottom, right = chance.choice(sorted(p for n, p in self.form.names().items() if "_t_" in n))
        row = chance.randint(top, bottom)
        self.form.put(sheet, row, right, self.mark(text) if value is None else "2")

    def _phase(self, chance, text, value):
        stories = sorted(p for n, p in self.form.names().items() if "_t_narrative" in n)
        if stories:
            sheet, top, left, bottom, _ = chance.choice(stories)
            row = chance.randint(top + 2, bottom)
            self.form.put(sheet, row, left, self.mark("9"))
            if value is None:
                self.form.put(sheet, row, left + 1, self.mark(text))


SPOILED = ("S8", "S7", "SG", "S1")
CASES = int(os.environ.get("PERFXL_SPOILED", "40"))


@seed(2021)
@settings(max_examples=-(-CASES // len(SPOILED)), deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.fixed_dictionaries({sector: spoils() for sector in SPOILED}))
def test_whatever_is_done_to_a_return_nothing_typed_is_lost(year, edits):
    spoilers = {sector: Spoiler(year.files[sector].read_bytes(), sector) for sector in SPOILED}
    sent = {sector: spoiler.run(edits[sector]) for sector, spoiler in spoilers.items()}
    document, everything = year.consolidated(sent)
    for sector, spoiler in spoilers.items():
        assert lost(year, sector, sent[sector], document) == []
        written = [p.decode("utf-8") for n, p in spoiler.form.parts.items() if n.endswith(".xml")]
        assert [m for m in spoiler.marks if any(m in part for part in written) and m not in everything] == []
