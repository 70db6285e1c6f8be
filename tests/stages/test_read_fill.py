"""``read(fill(x))`` is ``x``, to the character, for every field of the form that is really issued."""

import datetime
import subprocess
from copy import deepcopy
from decimal import Decimal
from functools import cache

import pytest
from full_return import EXTENSION, answers, document, shown
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfxl import demo
from perfxl.model import documents
from perfxl.model.fields import Field, extension_fields, objective_fields, return_fields
from perfxl.model.rounds import Round, Rounds
from perfxl.stages import issue
from perfxl.stages.issue import fill
from perfxl.stages.read import read

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=60).filter(str.strip)
LONG = st.one_of(TEXT, st.lists(st.one_of(TEXT, st.sampled_from(["", "\t", "- a\tb", "=1", " _x0041_ ", "<&>\"'"])), min_size=1, max_size=8)
                 .map("\n".join).filter(str.strip))
DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2099, 12, 31)).map(str)


def _values(about: Field):
    """What ``about`` may hold, its codes aside."""
    if "pattern" in about.schema and "A-Z" in about.schema["pattern"] and about.key not in ("id", "result"):
        return st.just("S1.00077")
    low, high = (about.schema.get(k, d) for k, d in (("minimum", -10**6), ("maximum", 10**6)))
    return {
        "text": TEXT if about.key not in ("id", "result") else st.from_regex(r"[0-9A-Za-z]([0-9A-Za-z ./-]{0,5}[0-9A-Za-z])?", fullmatch=True),
        "long": LONG, "date": DAYS, "yesno": st.booleans(), "integer": st.integers(low, high),
        "number": st.decimals(low, high, places=4), "money": st.decimals(low, high, places=2),
        "percent": st.decimals(about.schema.get("minimum", 0), about.schema.get("maximum", 100), places=3),
        "choice": st.sampled_from(about.schema.get("enum", [None])),
        "lines": st.just(["01.02.03"]) if about.key == "strategic_lines" else st.just(["S1.00002"]) if about.key == "other_codes"
        else st.lists(TEXT, min_size=1, max_size=4),
    }[about.cell]


ROUNDS = Rounds.from_plan(demo.plan())
each_round = pytest.mark.parametrize("round", ROUNDS)


@cache
def _issued(round: Round) -> bytes:
    return issue.issue(document(1, EXTENSION, round), demo.plan(), extension=EXTENSION)


def _fields(round: Round) -> list[tuple[tuple, Field]]:
    """Every field that the form of ``round`` has, with the path of one place for it."""
    found = [(("objectives", 0, *f.path), f)
             for f in shown(objective_fields() + extension_fields(EXTENSION), round) if f.path != ("code",)]
    found += [(f.path, f) for f in shown(return_fields(), round) if f.path[0] not in ("identity", "requests")]
    return [(path, f) for path, f in found if f.cell != "table"] + [
        ((*path, 1, *item.path), item) for path, f in found if f.cell == "table" for item in f.items]


def _set(found: dict, path: tuple, value) -> None:
    for key in path[:-1]:
        found = found[key]
    found[path[-1]] = value


def _round_trip(wanted: dict, form: bytes | None = None) -> None:
    filled, missed = fill.fill(form or _issued(ROUNDS[wanted["identity"]["round"]]), wanted, EXTENSION)
    reading = read(filled, "S1.xlsx", EXTENSION)
    wanted = {**wanted, "identity": reading.document["identity"]}
    assert [f.code for f in missed] == []
    assert documents.dumps(reading.document) == documents.dumps(wanted)
    assert [f.code for f in reading.findings] == []


def test_every_field_is_in_the_form_of_some_round():
    everything = {path for path, _ in _fields(None)}
    assert set().union(*({path for path, _ in _fields(round)} for round in ROUNDS)) == everything


@each_round
def test_everything_at_once(round):
    _round_trip(document(1, round=round))


@each_round
def test_answers_to_questions(round):
    wanted = answers(round)
    asked = {**wanted, "requests": [{k: v for k, v in r.items() if k not in ("answer", "answer_date")} for r in wanted["requests"]]}
    _round_trip(wanted, issue.issue(asked, demo.plan()))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_values(data):
    round = data.draw(st.sampled_from(ROUNDS.all))
    wanted = deepcopy(document(1, round=round))
    for path, about in data.draw(st.lists(st.sampled_from(_fields(round)), min_size=1, max_size=12, unique_by=lambda f: f[0])):
        _set(wanted, path, data.draw(_values(about), label="/".join(map(str, path))))
    ids = {p["id"] for p in wanted["objectives"][0]["sheet"]["phases"]}
    if len(ids) == 3:
        _round_trip(documents.loads(documents.dumps(wanted)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LONG, min_size=1, max_size=300).map("\n".join).filter(lambda t: len(t) <= 40_000), st.integers(0, 39_000))
def test_stories_of_any_length(text, more):
    wanted = document(1, round=ROUNDS["interim"])
    text = (text + "\n" + "parola " * (more // 7))[:40_000].rstrip() or "x"
    wanted["objectives"][0]["sheet"]["phases"][0].setdefault("reading", {})["done"] = text
    wanted["objectives"][0]["sheet"].setdefault("reading", {})["narrative"] = text[::-1].strip() or "x"
    _round_trip(wanted)


@pytest.mark.parametrize("round", ["plan", "interim", "final"])
def test_the_issued_form_reads_as_what_was_prefilled(round):
    for sector, prefilled in issue.returns(demo.plan(), round).items():
        reading = read(issue.issue(prefilled, demo.plan()), f"{sector}.xlsx")
        assert reading.document == prefilled, sector
        assert reading.findings == []


@pytest.mark.parametrize("to", ["xlsx", "ods"])
def test_a_filled_form_survives_libreoffice(tmp_path, to):
    prefilled = issue.returns(demo.plan(), "final")
    wanted = demo.returns("final", prefilled)["S7"]
    wanted["objectives"][0]["holding"]["reading"]["percent"] = Decimal("57.25")
    filled, _ = fill.fill(issue.issue(prefilled["S7"], demo.plan()), wanted)
    (tmp_path / "S7.xlsx").write_bytes(filled)
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", to,
                    "--outdir", tmp_path / "out", tmp_path / "S7.xlsx"], check=True, capture_output=True)
    reading = read((tmp_path / "out" / f"S7.{to}").read_bytes(), "S7")
    assert reading.document == {**wanted, "identity": reading.document["identity"]}
    assert reading.findings == []
    assert reading.identity.sector == "S7"
