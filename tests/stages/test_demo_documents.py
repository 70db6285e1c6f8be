"""The invented year: its documents are valid, its figures are those of the real year, its words are its own."""

import re
from copy import deepcopy
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256

import first_shape
import pytest
from first_shape import at

from perfxl import demo
from perfxl.model import arithmetic, base, derived, documents, outcomes, result_degree
from perfxl.model.fields import objective_fields, return_fields
from perfxl.model.readings import as_returned, dropped, in_force, reading, revised
from perfxl.model.rounds import Round, Rounds
from perfxl.model.views import Measure, Result, Sheet
from perfxl.stages import merge

ROUNDS = ("interim", "final")
TABLES = ("results", "entities", "phases")
REFERENCE = {"interim": "2021-09-30", "final": "2021-12-31"}

#: The real year's tables: sector, then objective as the sector knows it, weight (- not weighted or paid by
#: incentives), duration, percent at the interim and at the end.
FIGURES = """
SG  SG.00001 - 1/3 35 95
DG  DG.00001 15 1/1 100 100; DG.00002 35 1/1 100 100; DG.00003 20 1/2 100 100; DG.00004 10 1/2 77 100
DG  DG.00005 20 3/4 100 100
S1  S1.00001 40 1/1 60 100; S1.00002 25 1/2 30 100; S1.00003 10 1/1 100 100; S1.00004 10 1/2 74 100
S1  S1.00005 10 1/1 66 100; SG.00001 5 1/3 35 100
S2  S2.00001 10 2/3 80 90; S2.00002 15 2/2 90 100; S2.00003 20 1/2 60 77; S2.00004 20 1/3 100 100
S2  S2.00005 20 1/1 98 100; S2.00006 10 1/1 75 100; SG.00001 5 1/3 35 92
S3  S3.00001 15 1/1 100 100; S3.00002 10 1/1 100 100; S3.00003 5 1/1 25 100; S3.00004 - 1/1 90 100
S3  S3.00005 - 1/1 10 100; S3.00006 - 1/1 50 100; S3.00007 25 1/1 90 100; S3.00008 10 1/1 75 100
S3  S3.00009 0 1/1 0 0; S3.00010 10 1/1 75 100; S3.00011 10 1/1 75 100; S3.00012 10 1/1 90 100
S3  SG.00001 5 1/3 35 100
S4  S4.00001 10 3/4 91 100; S4.00002 15 1/2 77 100; S4.00003 15 3/4 100 100; S4.00004 25 3/4 100 100
S4  S4.00005 15 3/4 92 100; S4.00006 15 3/3 90 100; SG.00001 5 1/3 35 100
S5  S5.00001 12 2/3 75 100; S5.00002 10 2/3 80 100; S5.00003 12 1/1 75 100; S5.00004 11 1/1 85 95
S5  S5.00005 15 1/1 95 100; S5.00006 11 1/1 90 100; S5.00007 14 1/1 70 100; S5.00008 10 1/1 80 100
S5  SG.00001 5 1/3 35 100
S6  S6.00001 12 2/2 75 100; S6.00002 15 1/1 80 100; S6.00003 10 1/1 60 90; S6.00004 15 1/1 80 100
S6  S6.00005 15 1/2 60 100; S6.00006 13 1/2 70 100; S6.00007 15 1/1 70 100; SG.00001 5 1/3 35 100
S7  S7.00001 95 1/2 100 100; SG.00001 5 1/3 35 100
S8  S8.00001 95 2/4 60 87; SG.00001 5 1/3 35 100
S9  S9.00001 9 1/1 30 100; S9.00002 17 1/1 100 100; S9.00003 17 1/1 90 98; S9.00004 18 1/1 89 100
S9  S9.00005 9 1/1 100 100; S9.00006 12 1/1 87 100; S9.00007 13 1/2 60 100; SG.00001 5 1/3 35 100
"""

PRINTED = {
    "interim": {"DG": "97.70", "S1": "57.25", "S2": "82.35", "S3": "82.00", "S4": "89.70", "S5": "79.05",
                "S6": "69.35", "S7": "96.75", "S8": "58.75", "S9": "80.01"},
    "final": {"DG": "100.00", "S1": "100.00", "S2": "94.00", "S3": "100.00", "S4": "100.00", "S5": "99.45",
              "S6": "99.00", "S7": "100.00", "S8": "87.65", "S9": "99.66"},
}

#: First 8 digits of the SHA-256 of the real year's titles, letters and digits only, casefolded.
REAL_TITLES = set("""
03169e3d 059c92c1 0696ce6d 07917b55 0a7018c0 0b90f493 158ad2d1 3f5bce2e 45b4f302 4667f2c4 4a98d469 5077da81 53d56cea
558a5da5 5604c6f2 5a3025fb 6354ed3c 63baabf4 656e5bfe 67ded28a 7005caab 76803e0d 79260ccb 7ed4ff7d 7fbc4711 8079786e
8b6d6028 9707e4d5 9e044686 9e33b0b5 a077c402 af3375bc b1757468 b5180f87 b80fd65a c0990eb1 c18a7761 c76ee556 ca8aea6f
cc1384ba cda1a119 cdf0f4b6 dd48e940 ddb21168 df7e3b81 e9ac7264 eaa2375a eb859a81 eb91c7e1 eebe503a efd3ab7e f00daf2f
f11e1feb f17edefa f4294eaa f6236222""".split())


def issued(content: dict, round: str) -> dict[str, dict]:
    """What each sector would be sent: its objectives as the content has them, in force at ``round``."""
    found, of = {}, Rounds.from_plan(content)[round]
    for sector in (s["code"] for s in content["sectors"]):
        objectives = []
        for objective in content["objectives"]:
            for holder in (h for h in objective["holders"] if h["sector"] == sector):
                leads = objective["lead"] == sector
                role = "lead" if leads else "transversal" if objective["kind"] == "transversal" else "partner"
                tables = {t: [as_returned(row, of) for row in objective["sheet"][t]] for t in TABLES if t in objective["sheet"]}
                objectives.append({"code": objective["code"], "role": role, "holding": as_returned(holder["holding"], of),
                                   "sheet": as_returned(objective["sheet"], of) | tables})
        measures = [_measure(row["measure"], of) for row in content["measures"] if row["sector"] == sector]
        identity = {"body": "UPR", "year": 2021, "round": round, "sector": sector, "issue": 1, "digest": "0" * 16}
        found[sector] = deepcopy({"schema": "perfxl/return/2", "identity": identity, "objectives": objectives,
                                  **({"measures": measures} if measures else {})})
    return found


def _measure(measure: dict, of: Round) -> dict:
    """A measure as it is sent; whether it applies stands where the sector says it again."""
    made = as_returned(measure, of)
    return made | ({"revision": made.pop("in_force") | made.get("revision", {})} if "in_force" in made else {})


@cache
def played(round: str) -> tuple[dict, dict[str, dict]]:
    """The content after ``round``, and the returns that made it."""
    before = demo.plan() if round == "interim" else played("interim")[0]
    returned = demo.returns(round, issued(before, round))
    merged = merge.merge(before, [merge.Returned(s, d, {}, f"{s}.xlsx") for s, d in returned.items()], round)
    assert merged.findings == []
    return merged.content, returned


def objectives(round: str = "final") -> list[dict]:
    return played(round)[0]["objectives"]


def sheets(round: str = "final") -> list[tuple[str, dict]]:
    """The sheets that are told to the end: all but the replaced objective's."""
    return [(o["code"], o["sheet"]) for o in objectives(round) if o["code"] != "S3.00009"]


def phases(round: str) -> list[tuple[str, dict]]:
    """The phases weighted in the year and not dropped."""
    return [(code, p) for code, sheet in sheets(round) for p in sheet["phases"]
            if p["weighting"] == "weighted" and not dropped(p, at(round))]


def lead_of(objective: dict) -> dict:
    return next(h for h in objective["holders"] if h["sector"] == objective["lead"])["holding"]


def test_plan_is_valid_and_has_the_whole_body():
    plan = demo.plan()
    assert list(documents.violations("plan", plan)) == []
    assert [s["code"] for s in plan["sectors"]] == ["SG", "DG", *(f"S{n}" for n in range(1, 10))]
    assert len(plan["objectives"]) == 56
    assert sum(len(o["holders"]) for o in plan["objectives"]) == 68
    assert sum(line["code"].count(".") == 2 for line in plan["cascade"]) == 38
    assert [r["reference_date"] for r in plan["rounds"]] == ["2021-06-30", "2021-09-30", "2021-12-31"]


def test_plan_says_nothing_that_was_declared_later():
    def keys(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                yield key
                yield from keys(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from keys(inner)

    found = set(keys(demo.plan()["objectives"])) | set(keys(demo.plan()["measures"]))
    assert not {k for k in found if k.startswith(("interim", "final")) or k.endswith("_revised")}
    assert not found & {"replaced_by", "revision_reason", "applicable", "added", "dropped"}
    assert not found & {"readings", "revisions", "reading", "revision", "in_force"}


@pytest.mark.parametrize("round", ROUNDS)
def test_returns_are_valid_and_leave_what_was_issued_alone(round):
    before = demo.plan() if round == "interim" else played("interim")[0]
    sent = issued(before, round)
    copy = deepcopy(sent)
    returned = demo.returns(round, sent)
    assert sent == copy
    assert list(returned) == list(sent)
    for sector, document in returned.items():
        assert list(documents.violations("return", document)) == [], sector
        assert document["identity"] == sent[sector]["identity"]
        assert document["compilation"]["name"]
    assert documents.dumps(demo.returns(round, sent)) == documents.dumps(returned)
    assert list(documents.violations("plan", played(round)[0])) == []


def test_figures_are_those_of_the_real_year():
    found = {}
    for objective in objectives():
        sheet = objective["sheet"]
        for holder in objective["holders"]:
            holding = holder["holding"]
            weight = in_force(holding, "weight", at("final"))
            found[holder["sector"], holder.get("code", objective["code"])] = " ".join(map(str, (
                "-" if weight is None else weight, f"{sheet['year_number']}/{sheet['year_count']}",
                *(reading(holding, r)["percent"] for r in ROUNDS))))
    expected = {}
    for line in FIGURES.strip().splitlines():
        sector, rows = line.split("  ")
        for row in rows.split("; "):
            code, figures = row.split(" ", 1)
            expected[sector, code] = figures
    assert found == expected


@pytest.mark.parametrize("round", ROUNDS)
def test_totals_are_the_printed_ones(round):
    totals = {}
    for objective in objectives(round):
        for holder in objective["holders"]:
            holding = holder["holding"]
            if holding["weighting"] == "weighted" and not revised(holding, "replaced_by", at(round)):
                row = totals.setdefault(holder["sector"], [Decimal(0), Decimal(0)])
                weight = Decimal(in_force(holding, "weight", at(round)))
                row[0] += weight
                row[1] += weight * Decimal(reading(holding, round)["percent"])
    assert {s: weight for s, (weight, _) in totals.items()} == dict.fromkeys(PRINTED[round], Decimal(100))
    assert {s: str((total / weight).quantize(Decimal("0.01"))) for s, (weight, total) in totals.items()} == PRINTED[round]


@pytest.mark.parametrize("round", ROUNDS)
def test_weighing_gives_the_printed_totals_with_evaluations_counted(round):
    content = played(round)[0]
    for outcome in outcomes.outcomes(content, round):
        if outcome.evaluated is not None:
            assert outcome.evaluated == outcome.declared, outcome.objective
    means = {m.code: arithmetic.shown(m.outcome) for m in outcomes.round_outcomes(content, round).sectors}
    assert {s: means[s] for s in PRINTED[round]} == PRINTED[round]


def test_approved_weights_sum_to_one_hundred():
    sums = {}
    for objective in demo.plan()["objectives"]:
        for holder in objective["holders"]:
            if holder["holding"]["weighting"] == "weighted":
                sums[holder["sector"]] = sums.get(holder["sector"], 0) + holder["holding"]["weight"]
        approved = [p["weight"] for p in objective["sheet"]["phases"] if p["weighting"] == "weighted"]
        assert sum(approved) == 100, objective["code"]
        assert 2 <= len(approved) <= 9, objective["code"]
        assert all("weight" not in p for p in objective["sheet"]["phases"] if p["weighting"] == "not_weighted")
    assert sums == dict.fromkeys(PRINTED["final"], 100)


@pytest.mark.parametrize("round", ROUNDS)
def test_every_outcome_follows_from_phases_results_or_measures(round):
    by_results = set()
    for objective in objectives(round):
        sheet, holding = objective["sheet"], lead_of(objective)
        declared = Decimal(reading(holding, round)["percent"])
        if declared != derived.by_phases(Sheet(sheet), at(round)):
            assert declared == derived.by_results(Sheet(sheet), at(round)), objective["code"]
            by_results.add(objective["code"])
        for table in ("phases", "results"):
            weights = [in_force(r, "weight", at(round)) for r in sheet[table] if not dropped(r, at(round))]
            assert sum(w for w in weights if w is not None) in (0, 100), objective["code"]
    assert by_results == (set() if round == "interim" else {"S2.00001"})


@pytest.mark.parametrize("round", ROUNDS)
def test_measures_average_to_the_outcome_of_each_sector(round):
    rows = {}
    for row in played(round)[0]["measures"]:
        rows.setdefault(row["sector"], []).append(row["measure"])
    holders = next(o for o in objectives(round) if o["code"] == "SG.00001")["holders"]
    expected = {h["sector"]: Decimal(reading(h["holding"], round)["percent"]) for h in holders if h["sector"] != "SG"}
    assert {s: derived.by_measures(map(Measure, m), at(round)) for s, m in rows.items()} == expected
    out = [m for mine in rows.values() for m in mine if not in_force(m, "applicable", at(round))]
    assert len(out) == 6 and all("percent" not in reading(m, round) for m in out)
    assert sum(not re.search(r"\d/\d", m["deadline"]) for mine in rows.values() for m in mine) > 30


@pytest.mark.parametrize("round", ROUNDS)
def test_phases_are_realised_as_their_dates_allow(round):
    reference = REFERENCE[round]
    late = set()
    for code, phase in phases(round):
        start, end = (in_force(phase, k, at(round)) for k in ("start_1", "end_1"))
        realised = reading(phase, round)["realised"]
        assert start <= end, (code, phase["id"])
        if realised == 100:
            assert end <= reference, (code, phase["id"])
        elif end <= reference:
            late.add(code)
        if start > reference:
            assert realised == 0, (code, phase["id"])
        elif round == "interim":
            assert realised > 0, (code, phase["id"])
        assert ("done" in reading(phase, round)) == (realised > 0 or round == "final"), (code, phase["id"])
    partial = {"SG.00001", "S2.00001", "S2.00003", "S5.00004", "S6.00003", "S8.00001", "S9.00003"}
    assert late == (set() if round == "interim" else partial)


def test_nothing_goes_back_between_interim_and_final():
    for code, phase in phases("final"):
        assert reading(phase, "final")["realised"] >= reading(phase, "interim")["realised"], (code, phase["id"])
    for code, sheet in sheets():
        for row in (*sheet["results"], *sheet.get("entities", ())):
            first, last = (reading(row, r).get("actual") for r in ROUNDS)
            if first is not None and row.get("direction") not in ("lower", "progress"):
                assert last >= first, (code, row)


def test_dates_stay_inside_the_objective():
    for objective in objectives():
        sheet = first_shape.told(objective["sheet"])
        assert (int(sheet["end"][:4]) - int(sheet["start"][:4]) + 1) == sheet["year_count"]
        assert int(sheet["start"][:4]) == 2021 - sheet["year_number"] + 1
        for suffix in ("", "_revised"):
            start = sheet.get("start" + suffix, sheet["start"])
            end = sheet.get("end" + suffix, sheet["end"])
            days = [v for p in sheet["phases"] for k, v in p.items()
                    if k.startswith(("start_", "end_")) and (not suffix or not p.get(k + "_revised"))]
            days += [r[k] for r in sheet["results"] for k in ("deadline", "deadline_revised") if k in r]
            assert all(date.fromisoformat(start) <= date.fromisoformat(d) <= date.fromisoformat(end) for d in days), \
                objective["code"]
        for phase in sheet["phases"]:
            for key, value in phase.items():
                if key.startswith(("start_", "end_")):
                    assert int(value[:4]) == 2020 + int(key.split("_")[1]), objective["code"]
        for table in ("responsibles", "responsibles_revised"):
            for person in sheet.get(table, ()):
                assert person.get("from", "2021-01-01")[:4] == person.get("to", "2021-12-31")[:4] == "2021"


@pytest.mark.parametrize("round", ROUNDS)
def test_results_said_achieved_meet_their_target(round):
    for objective in objectives(round):
        sheet = objective["sheet"]
        ids = {p["id"] for p in sheet["phases"]}
        for result in sheet["results"]:
            assert set(re.split("[-,]", result["phases"])) <= ids, (objective["code"], result["id"])
            due = in_force(result, "deadline", at(round)) <= REFERENCE[round]
            whole = reading(lead_of(objective), round)["percent"] == 100
            if not dropped(result, at(round)) and (whole or (due and round == "interim")):
                assert result_degree.degree(Result(result), at(round)) == 100, (objective["code"], result["id"])


@pytest.mark.parametrize("round", ROUNDS)
def test_values_by_entity_sum_to_the_result(round):
    seen = 0
    for code, sheet in sheets():
        results = {r["id"]: r for r in sheet["results"]}
        for number in {e["result"] for e in sheet.get("entities", ())}:
            mine = [e for e in sheet["entities"] if e["result"] == number]
            assert len(mine) == 4
            assert sum(reading(e, round)["actual"] for e in mine) == reading(results[number], round)["actual"], code
            assert sum(e["target"] for e in mine) == results[number]["target"], code
            seen += 1
    assert seen >= 8


@pytest.mark.parametrize("round", ROUNDS)
def test_partial_outcomes_have_a_reason_and_status_is_left_to_follow(round):
    for objective in objectives(round):
        for holder in objective["holders"]:
            outcome = reading(holder["holding"], round)
            assert bool(outcome.get("reason")) == (outcome["percent"] != 100), (objective["code"], holder["sector"])
            assert ("status" in outcome) == (objective["code"] == "S3.00009")


@pytest.mark.parametrize("round", ROUNDS)
def test_shared_objectives_are_told_the_same_by_both(round):
    shared = [o for o in objectives(round) if o["kind"] == "ordinary" and len(o["holders"]) > 1]
    assert [(o["code"], o["lead"]) for o in shared] == [("DG.00003", "S7"), ("DG.00004", "S4"), ("DG.00005", "S4")]
    for objective in shared:
        assert len({reading(h["holding"], round)["percent"] for h in objective["holders"]}) == 1


def test_replacement():
    by_code = {o["code"]: first_shape.told(o["holders"][0]["holding"]) for o in objectives()}
    old, new = by_code["S3.00009"], by_code["S3.00012"]
    assert (old["weight"], old["weight_revised"], old["replaced_by"]) == (10, 0, "S3.00012")
    assert {old[r]["status"] for r in ROUNDS} == {"replaced"}
    assert (new["weight"], new["weight_revised"]) == (0, 10)
    assert [by_code[f"S3.0000{n}"]["weighting"] for n in (4, 5, 6)] == ["incentives"] * 3


def test_a_phase_is_added_at_the_interim_and_another_dropped():
    before = next(o for o in demo.plan()["objectives"] if o["code"] == "S9.00004")["sheet"]["phases"]
    after = next(o for o in objectives("interim") if o["code"] == "S9.00004")["sheet"]["phases"]
    assert [p["id"] for p in before] == ["1", "2", "3", "4", "5", "6", "7"]
    assert [(p["id"], in_force(p, "weight", at("interim"))) for p in after] == \
        [("1", 20), ("2", 15), ("3", 20), ("4", 15), ("5", 20), ("6", 5), ("7", 5), ("3-bis", 5)]
    assert [p["id"] for p in after if dropped(p, at("interim"))] == ["7"] and not [p for p in before if dropped(p, at("interim"))]
    assert "done" not in reading(after[-1], "final")


def texts(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, (*path, key))
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, path)
    elif isinstance(value, str):
        yield path, value


TOLD = ("title", "purpose", "detail", "text", "note", "reason", "done", "narrative", "result", "measure", "constraints",
        "considerations", "question", "answer", "revised", "which", "mission")


def test_no_text_is_told_twice():
    content = {**played("final")[0], "compilations": [played(r)[1][s]["compilation"] for r in ROUNDS
                                                      for s in played(r)[1]]}
    seen = {}
    for path, text in texts(content):
        if path[-1].endswith(TOLD) and len(text) > 25 and path[-1] not in ("footnote", "objective"):
            assert text.casefold() not in seen, (path, text)
            seen[text.casefold()] = path
    assert len(seen) > 1200


def test_words_are_not_the_real_ones():
    for objective in objectives():
        for key in ("title", "title_revised"):
            title = re.sub(r"\W+", "", first_shape.told(objective["sheet"]).get(key, "")).casefold()
            assert sha256(title.encode()).hexdigest()[:8] not in REAL_TITLES
    everything = documents.dumps([played("final")[0], played("interim")[1], played("final")[1]])
    assert set(re.findall(r"@[\w.]+", everything)) == {"@robinie.example"}
    for name in ("Carpi", "Soliera", "Novi di Modena", "Campogalliano", "Argine"):
        assert name not in everything


def test_one_story_is_as_long_as_real_ones():
    longest = max((reading(p, "final").get("done", "") for _, p in phases("final")), key=len)
    assert 20_000 < len(longest) < 25_000
    assert longest.count("\n") >= 300


def test_every_field_is_used_somewhere():
    """Those at least that every form has: what a body may do without is played by others."""
    used = {path for _, document in (*played("interim")[1].items(), *played("final")[1].items())
            for path, _ in leaves(document)}
    for field in objective_fields():
        if field.key == "other_codes" or field.optional:  # given by who issues
            continue
        for column in field.items or (None,):
            if column is not None and column.optional:
                continue
            path = ("objectives", *field.path, *(column.path if column else ()))
            assert path in used, path
    for field in return_fields():
        if field.key == "requests":  # the plan carries those of this year
            continue
        for column in (c for c in field.items or (None,) if c is None or not c.optional):
            assert (*field.path, *(column.path if column else ())) in used, field.path


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, value


def test_controller_asked_and_evaluated():
    plan = demo.plan()
    assert len(plan["requests"]) >= 12
    assert len({r["id"] for r in plan["requests"]}) == len(plan["requests"])
    codes = {o["code"] for o in plan["objectives"]}
    assert {r["objective"] for r in plan["requests"] if "objective" in r} <= codes
    assert {"S2.00001", "S2.00003"} <= {e["objective"] for e in plan["evaluations"]} <= codes
    assert {c["sector"] for c in plan["considerations"] if c["round"] == "final"} == {s["code"] for s in plan["sectors"]}
    assert not any("%" in c["text"] or "per cento" in c["text"] for c in plan["considerations"])


def test_every_objective_realises_a_line_of_the_cascade():
    lines = {line["code"] for line in demo.plan()["cascade"]}
    realised = [line for o in demo.plan()["objectives"] for line in o["sheet"]["strategic_lines"]]
    assert set(realised) <= lines
    assert len({line for line in lines if line.count(".") == 2} - set(realised)) == 15
    several = {o["code"]: len(o["sheet"]["strategic_lines"]) for o in demo.plan()["objectives"]}
    assert (several["S5.00005"], several["S5.00004"], several["S6.00001"]) == (3, 2, 2)


def test_base_of_the_final_round_keeps_the_interim():
    after = base.base_content(demo.plan(), {"round": "interim", "content": played("interim")[0]})
    assert after == played("interim")[0]


def test_what_this_year_does_not_have_is_refused():
    sent = issued(demo.plan(), "interim")
    sent["S1"]["objectives"][0]["code"] = "S1.09999"
    with pytest.raises(KeyError, match="S1.09999"):
        demo.returns("interim", sent)
