"""What a version of a return had and the next one leaves blank is told, cell by cell, however the next one came."""

from functools import cache
from hashlib import sha256

import pytest
from form_year import converted

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.model.findings import Place
from perfxl.stages import issue, read
from perfxl.stages.issue import fill
from perfxl.stages.merge.ordering import emptied
from perfxl.stages.merge.versions import Version, settle
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.issue import issue as issue_forms
from perfxl.workflow.load_round import load_round
from perfxl.workflow.new import new

ISSUED = issue.returns(demo.plan(), "interim")["S1"]
#: What a sector can say at a round: of the outcome, a phase, a result, a measure, the sheet.
SAID = {
    "outcome": lambda d: next(o["holding"]["reading"] for o in d["objectives"] if "percent" in o["holding"].get("reading", {})),
    "phase": lambda d: next(p["reading"] for o in d["objectives"] for p in o["sheet"].get("phases", ()) if "realised" in p.get("reading", {})),
    "result": lambda d: next(r["reading"] for o in d["objectives"] for r in o["sheet"].get("results", ()) if "actual" in r.get("reading", {})),
    "measure": lambda d: next(m["reading"] for m in d["measures"] if "percent" in m.get("reading", {})),
    "narrative": lambda d: next(o["sheet"]["reading"] for o in d["objectives"] if "narrative" in o["sheet"].get("reading", {})),
}
KEYS = {"outcome": "percent", "phase": "realised", "result": "actual", "measure": "percent", "narrative": "narrative"}


@cache
def _filled() -> str:
    made = demo.returns("interim", issue.returns(demo.plan(), "interim"))["S1"]
    result = next(r for o in made["objectives"] for r in o["sheet"].get("results", ()))
    result.setdefault("reading", {})["actual"] = 7
    return documents.dumps(made)


def filled() -> dict:
    """What S1 says at the interim, with the value of a result."""
    return documents.loads(_filled())


def without(kind: str, more: bool) -> tuple[dict, object]:
    """The return without one thing, and with another reason where it says ``more``; what is gone."""
    made = filled()
    value = SAID[kind](made).pop(KEYS[kind])
    if more:
        made["compilation"] = {**made.get("compilation", {}), "considerations": "Rivisto dopo la prima consegna."}
    return made, value


def version(name: str, document: dict, modified: str, **more) -> Version:
    return Version(f"{name}.xlsx", sha256(name.encode()).hexdigest(), document, modified, **more)


@pytest.mark.parametrize("more", [False, True], ids=["nothing else", "something added"])
@pytest.mark.parametrize("how", ["reply", "same person", "somebody", "in its place"])
@pytest.mark.parametrize("kind", SAID)
def test_what_was_emptied_is_told(kind, how, more):
    document, value = without(kind, more)
    first = version("prima", filled(), "2021-10-01T08:00:00Z", modified_by="Anna Rossi")
    then = version("dopo", document, "2021-10-02T08:00:00Z", modified_by="Anna Rossi" if how == "same person" else "",
                   parent=first.sha256 if how == "reply" else None)
    if how == "in its place":
        found = list(emptied(ISSUED, first, then, {}))
    else:
        settled = settle("S1", ISSUED, [(first, {}), (then, {"/objectives/0": Place("dopo.xlsx", "x", "A1")})])
        found = [f for f in settled.findings if f.code in ("MERG16", "MERG31")]
    finding, = found
    shown = finding.message("it")
    assert finding.severity == "warning"
    assert str(value)[:40].replace(".", ",") in shown and "/" not in finding.values["where"]["it"]


def test_a_part_of_the_work_is_not_emptied():
    half = filled()
    for objective in half["objectives"][1:]:
        objective["holding"].pop("reading", None)
        for row in (objective["sheet"], *objective["sheet"].get("phases", ()), *objective["sheet"].get("results", ())):
            row.pop("reading", None)
    settled = settle("S1", ISSUED, [(version("tutto", filled(), "2021-10-01T08:00:00Z"), {}), (version("parte", half, "2021-10-02T08:00:00Z"), {})])
    assert [f.code for f in settled.findings] == ["MERG12"]


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_a_file_put_in_the_place_of_another_is_laid_beside_it(tmp_path, suffix):
    campaign = Campaign(tmp_path / "c")
    new(campaign, 2021, demo.plan(), "it")
    issue_forms(campaign, "interim", ("S1",), "it")
    form = campaign.issued_form("interim", "S1").read_bytes()
    received = campaign.folder / "ricevute" / "interim"

    def answer(document: dict) -> None:
        told = {**document, "identity": read.read(form, "S1").document["identity"]}
        made, wrong = fill.fill(form, told)
        assert not wrong
        documents.write_bytes(received / f"S1.{suffix}", made if suffix == "xlsx" else converted(made, tmp_path, "ods"))

    answer(filled())
    consolidate(campaign, "interim", "it")
    document = filled()
    for kind in SAID:
        SAID[kind](document).pop(KEYS[kind])
    answer(document)
    for again in (False, True)[:1 if suffix == "ods" else 2]:  # the same once it is consolidated
        if again:
            consolidate(campaign, "interim", "it")
        gathered = load_round(campaign, "interim", "it").findings
        [told] = [f for f in gathered if f.code == "MERG16"]
        blank = [f for f in gathered if f.sector == "S1" and f.code in ("OUTC01", "OUTC13")]  # said once: that the round asks for it
        assert len(told.alone) + len(blank) == len(SAID)
        assert all(f.place.cell and f.place.file == f"ricevute/interim/S1.{suffix}" for f in told.alone)
