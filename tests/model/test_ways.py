"""What stands beside the arithmetic and has a say in a figure: bands, indicators, lateness, phases told as shares, degrees in words."""

from datetime import date
from decimal import Decimal

import plan_text
import pytest
from text_tables import cases, rows

from perfxl.model.arithmetic import rules_from
from perfxl.model.bands import Band, band_of, faults, limits, scales
from perfxl.model.degrees import derivation, ends
from perfxl.model.indicators import GIVEN, MEASURED, borrowed, measuring, results_of, with_ready_made, with_shared_readings
from perfxl.model.lateness import Lateness, phase_lateness, result_lateness
from perfxl.model.method import Values
from perfxl.model.methods import METHODS, measured, texts
from perfxl.model.result_degree import computed_degree, fault_of
from perfxl.model.rounds import Rounds
from perfxl.model.shares import like_shares, typed_as_shares
from perfxl.model.views import Entity, Phase, Result, Sheet

D = Decimal
TABLE = [{"scale": "A", "to": 5, "degree": 20}, {"scale": "A", "from": 5, "to": 12.5, "degree": 60}]
YEAR = Rounds.from_plan({"rounds": [{"id": "plan", "kind": "plan", "reference_date": "2026-01-31"},
                             *({"id": f"q{n}", "kind": "monitoring", "reference_date": f"2026-0{3 * n}-30"} for n in (1, 2, 3)),
                             {"id": "final", "kind": "final", "reference_date": "2026-12-31"}]})


def read(round: str, **values) -> dict:
    return {"readings": [{"round": round, **values}]}


def row_of(table: str, key: str, case: list[dict[str, str]]) -> dict:
    """The row of a table of the plan in which cells were written, as its case says: ``cella | scritto``."""
    written = [f"{table} 1: {line['cella']} | {line['scritto']}" for line in case if line["cella"]]
    made = plan_text.plan(f"Obiettivi\nCodice\nS1.00001\n\n{table}\n{'Fase' if key == 'phases' else 'N.'}\n1", "\n".join(written), year=2026)
    row, = made["objectives"][0]["sheet"][key]
    return row


# -- bands
def test_a_table_keeps_its_bands_in_order_and_points_are_shares_of_its_highest():
    found = scales([{"scale": "A", "from": 1, "to": 2.5, "degree": 30, "label": "Poco"}, {"scale": "P", "points": 1}, {"scale": "A", "to": 9},
                    {"scale": "P", "from": "3", "points": "4"}, {"scale": "Z", "points": 0}, {"degree": 7}, {"scale": "A", "degree": 0, "points": 8}])
    assert found == {"A": (Band(D(1), D("2.5"), degree=D(30), points=None,
                                label="Poco"), Band(None, None, D(0), D(8))), "P": (Band(None, None, D(25), D(1)), Band(D(3),
                                    None, D(100), D(4))),
                     "Z": (), "": (Band(None, None, D(7)),)}
    assert [b.degree for b in scales([{"scale": "A", "points": 0.5}, {"scale": "A", "points": "0.1"}])["A"]] == [100, 20]
    assert scales([{"scale": "A", "points": 0.5}, {"scale": "A", "points": 0}])["A"][0].degree == 100


@pytest.mark.parametrize(("value", "degree"), [
    ("-5", 10), ("0", 10), ("0.000000004", 10), ("0.00000001", 20), ("10", 20), ("10.000000005", None), ("10.4", None), ("10.499999995", 30), ("11", 30)])
def test_a_value_lies_in_the_first_band_that_holds_it_both_ends_included(value, degree):
    table = (Band(None, D(0), D(10)), Band(D(0), D(10), D(20)), Band(D("10.5"), None, D(30)))
    findings = band_of(table, D(value))
    assert (findings and findings.degree) == degree


def test_limits_give_a_common_end_to_the_band_that_is_written_first():
    one, two, three = Band(D(0), D(5), D(1)), Band(D(5), D(9), D(2)), Band(None, D(0), D(3))
    assert limits((one, two, three)) == [(one, D(0), D(5), True, True), (two, D(5), D(9), False, True), (three, None, D(0), True, False)]
    apart = (one, Band(D(7), None, D(4)))
    assert limits(apart) == [(one, D(0), D(5), True, True), (apart[1], D(7), None, True, True)]
    assert limits((Band(None, None, D(1)), one)) == [(Band(None, None, D(1)), None, None, True, True), (one, D(0), D(5), False, False)]


@pytest.mark.parametrize("case", cases("""
    caso                              | Tabella | Da | A  | Grado | Punti | alla colonna | rilievo
    without a degree                  | A       |    | 5  |       |       | degree       | none
    a degree and points               | A       |    |    | 5%    | 1     | points       | both
    a degree, then points             | A       |    | 1  | 5%    |       |              |
                                      | A       | 2  |    |       | 1     | points       | both
                                      | B       |    |    |       | 1     |              |
    points of nothing                 | A       |    |    |       | 0     | points       | points
                                      | B       |    |    |       | 3     |              |
    ends the wrong way round          | A       | 5  | 4  | 5%    |       | from         | reversed
                                      | A       | 4  | 5  | 1%    |       |              |
    of one value                      | A       | 5  | 5  | 5%    |       |              |
    a common end                      | A       |    | 5  | 5%    |       |              |
                                      | A       | 5  |    | 1%    |       |              |
                                      | B       | 1  |    | 1%    |       |              |
    over one another, the third too   | A       |    | 5  | 5%    |       |              |
                                      | A       | 4  |    | 1%    |       | from         | overlap
                                      | A       | 9  | 12 | 2%    |       | from         | overlap
    of the same value                 | A       | 5  | 5  | 5%    |       |              |
                                      | A       | 5  | 5  | 1%    |       | from         | overlap
    of the value at the end           | A       | 0  | 10 | 5%    |       |              |
                                      | A       | 10 | 10 | 1%    |       |              |
    points without a table            |         |    | 4  |       | 3     |              |
                                      |         | 4  |    |       | 0     |              |
    points of nothing without a table |         |    |    |       | 0     | points       | points
    the same without a table          |         |    |    | 5%    |       |              |
                                      |         |    |    | 5%    |       | from         | overlap
"""), ids=lambda case: next(iter(case))["caso"])
def test_what_makes_no_sense_in_the_tables_of_a_plan(case):
    bands = [{key: value for key, value in zip(("scale", "from", "to", "degree", "points"), [row["Tabella"] or None, *map(number, (
        row["Da"], row["A"], row["Grado"], row["Punti"]))], strict=True) if value is not None} for row in case]
    assert list(faults(bands)) == [(n, row["alla colonna"], row["rilievo"]) for n, row in enumerate(case) if row["rilievo"]]


def number(text: str) -> int | None:
    return int(text.rstrip("%")) if text else None


def test_a_row_of_no_table_can_make_no_sense_in_two_ways():
    found = list(faults([{"points": 5}, {"scale": "", "points": 0, "from": 9, "to": 8}, {"to": 1}]))
    assert found == [(1, "from", "reversed"), (2, "degree", "none"), (2, "from", "overlap")]


# -- ways of measuring
def test_a_value_inside_of_a_range_is_at_no_distance_from_it():
    inside = {"direction": "range", "target": 1, "until": 9, "scale": "R", **read("q1", actual=5)}
    table = [{"scale": "R", "from": 0, "to": 0, "degree": 90}, {"scale": "R", "from": -9, "degree": 10}]
    assert [computed_degree(Result({**inside, **read("q1", actual=a)}), YEAR["q1"], [*map(Entity, ())], rules_from({}, table)) for a in (5, 1, 9, 10, 0)] == [90, 90, 90, 10, 10]


def test_a_day_that_is_none_gives_no_degree():
    result = {"direction": "date", "deadline": "2026-06-20", **read("q1", achieved_on="2026-02-30")}
    assert computed_degree(Result(result), YEAR["q1"]) is None and computed_degree(Result({**result, "deadline": "mai"}), YEAR["q1"]) is None


@pytest.mark.parametrize(("result", "fault"), [
    ({"direction": "lower", "target": 0}, "share"), ({"target": -1}, "share"), ({"target": 1}, None), ({}, None), ({"direction": "bands", "scale": "A"}, None),
    ({"direction": "bands"}, "bands"), ({"direction": "bands", "scale": "X"}, "scale"), ({"direction": "date"}, "date"), ({"direction": "date", "deadline": "2026-06-20"}, None)])
def test_what_gives_no_degree_whatever_the_value_is_called_by_its_reason(result, fault):
    assert fault_of(Result(result), YEAR["q1"], rules_from({}, TABLE)) == fault


def test_what_is_looked_up_in_a_table_is_there_only_where_all_it_takes_is():
    full = Values(actual=D(5), target=D(10))
    assert measured(METHODS["higher"], full) == 50 and measured(METHODS["higher"], Values(actual=D(5))) is None and measured(METHODS["bands"], full) == 5
    assert measured(METHODS["levels"], Values(actual=D(5), target=D(10), minimum=D(3))) is None and measured(METHODS["typed"], full) is None
    assert measured(METHODS["progress"], full) is None and measured(METHODS["progress"], Values(actual=D(5), target=D(10), baseline=D(0))) == 50
    assert texts("told_typed").items() >= {"it": "grado digitato", "en": "typed degree"}.items()


# -- indicators
def plan(*objectives, indicators=({"code": "I1", "owner": "S2"},), **more) -> dict:
    return {"indicators": list(indicators), "objectives": list(objectives), **more}


def holds(code: str, *results, **more) -> dict:
    return {"code": code, "lead": code[:2], "sheet": {"results": list(results)}, **more}


def test_an_indicator_gives_what_it_says_and_its_name_where_a_result_has_no_text():
    everything = {key: n for n, key in enumerate(GIVEN)} | {"missing": None}
    given = plan(holds("S1.1", {"id": "1", "indicator": "I1", "target": 99, "missing": "zero"}, {"id": "2", "indicator": "I1", "text": "Mio"}, {"id": "3"}, {"id": "4", "indicator": "IX"}),
                 {"code": "S1.2"}, indicators=[{"code": "I1", "name": "Giorni", **everything}, {"name": "Senza codice"}])
    first, second, third, fourth = with_ready_made(given)["objectives"][0]["sheet"]["results"]
    known = {k: v for k, v in everything.items() if v is not None}
    assert first == {"id": "1", "indicator": "I1", "text": "Giorni", **known, "missing": "zero"} and second == {"id": "2", "indicator": "I1", "text": "Mio", **known}
    assert (third, fourth) == ({"id": "3"}, {"id": "4", "indicator": "IX"}) and given["objectives"][0]["sheet"]["results"][0]["target"] == 99
    assert with_ready_made({}) == {} and with_ready_made({"indicators": [{"code": "I1"}]}) == {"indicators": [{"code": "I1"}]} and list(results_of({})) == []
    nothing = plan(holds("S1.1", {"id": "1", "indicator": "I1"}), indicators=())
    assert with_ready_made(nothing) is nothing and "text" not in with_ready_made(plan(holds("S1.1", {"id": "1", "indicator": "I1"})))["objectives"][0]["sheet"]["results"][0]


@pytest.mark.parametrize(("language", "unit"), [(None, "giorni"), ("it", "giorni"), ("en", "days")])
def test_the_ready_made_objective_is_filled_in_where_the_plan_says_nothing(language, unit):
    body = {"body": {"language": language}} if language else {}
    bare, own = {"code": "S1.1", "lead": "S1", "ready": "payment_times"}, holds("S1.2", {"id": "9", "text": "Mio"}, ready="payment_times")
    own["sheet"] |= {"title": "Nostro", "purpose": "Perché sì"}
    found = with_ready_made(plan(bare, own, {**bare, "code": "S1.3", "sheet": {"results": []}}, {**bare, "ready": "altro"}, indicators=(), **body))["objectives"]
    (made,) = found[0]["sheet"]["results"]
    assert (made["id"], made["direction"], made["until"], made["unit"]) == ("1", "range", 0, unit) and made["text"] and set(made) == {"id", "text", "unit", "direction", "until"}
    assert found[0]["sheet"]["title"] and found[0]["sheet"]["title"] != found[0]["sheet"]["purpose"] > "" and found[2]["sheet"]["results"] == [made]
    assert found[1]["sheet"] == own["sheet"] and "sheet" not in found[3]


def test_an_indicator_is_measured_where_its_owner_leads_else_where_it_comes_first():
    result = {"id": "1", "indicator": "I1"}
    content = plan(holds("S1.1", {"id": "0"}, result), {"code": "S9.0"}, holds("S2.1", {"id": "5", "indicator": "I1"}, {"id": "6", "indicator": "I2"}), holds("S2.2", result),
                   holds("S3.1", {"id": "1", "indicator": "IX"}, {"id": "2", "indicator": "I2"}, {"id": "3", "indicator": "I3"}),
                   indicators=[{"code": "I1", "owner": "S2"}, {"code": "I2"}, {"code": "I3", "owner": "S9"}])
    assert [(i, k, o["code"], r["id"]) for i, k, o, r in results_of(content)][:3] == [(0, 1, "S1.1", "1"), (2, 0, "S2.1", "5"), (2, 1, "S2.1", "6")]
    assert measuring(content) == {"I1": (2, 0), "I2": (2, 1)}
    assert measuring({"objectives": content["objectives"]}) == {}
    assert borrowed(content) == {("S1.1", "1"): "S2", ("S2.2", "1"): "S2", ("S3.1", "2"): "S2"}


def test_what_is_measured_once_holds_in_every_result_and_their_own_words_stay():
    source = {"id": "1", "indicator": "I1", "readings": [{"round": "q1", "actual": 4, "note": "Nostra"}, {"round": "q2", **dict.fromkeys(MEASURED, 1)}]}
    other = {"id": "1", "indicator": "I1", "readings": [{"round": "q1", "actual": 9, "note": "Mia"}, {"round": "q3", "actual": 7}]}
    bare, told_ = {"id": "1", "indicator": "I1"}, {"id": "1", "indicator": "I1", "readings": [{"round": "q3", "actual": 7}, {"round": "final", "note": "Mia", "actual": 3}]}
    content = plan(holds("S1.1", other), holds("S2.1", source), holds("S3.1", bare), holds("S4.1", told_), holds("S5.1", {"id": "1", "indicator": "IX", "readings": [{"round": "q1", "actual": 1}]}))

    def at(round):
        return [o["sheet"]["results"][0].get("readings") for o in with_shared_readings(content, round)["objectives"]]

    first = [{"round": "q3", "actual": 7}, {"note": "Mia", "round": "q1", "actual": 4}]
    assert at("q1") == [first, source["readings"], [{"round": "q1", "actual": 4}], [*told_["readings"], {"round": "q1", "actual": 4}], [{"round": "q1", "actual": 1}]]
    assert at("q2")[2] == [{"round": "q2", **dict.fromkeys(MEASURED, 1)}]
    assert at("final")[3] == [{"round": "q3", "actual": 7}, {"note": "Mia", "round": "final"}]
    assert at("q3")[0] == [other["readings"][0]] and at("q3")[2:4] == [None, told_["readings"][1:]]  # measured nowhere else: what they say of it is not theirs
    alone = plan(holds("S2.1", source), holds("S1.1", {"id": "1", "indicator": "IX"}))
    assert with_shared_readings(alone, "q1") is alone and content["objectives"][0]["sheet"]["results"][0] == other


# -- lateness
def late_by(case) -> Lateness | None:
    """How late something is as the last columns of its case say: days, since when, whether it still is."""
    first, *_ = case
    return Lateness(int(first["giorni"]), date.fromisoformat(first["dal"]), first["ancora"] == "sì") if first["giorni"] else None


@pytest.mark.parametrize("case", cases("""
    caso                        | cella                                   | scritto    | alla  | giorni | dal        | ancora
    a day ago                   | Fine nell’anno del piano                | 29/06/2026 | q2    | 1      | 2026-06-29 | sì
    today                       | Fine nell’anno del piano                | 30/06/2026 | q2    |        |            |
    without an end              |                                         |            | q2    |        |            |
    goes on next year           | Fine nell’anno del piano                | 01/01/2026 | final |        |            |
                                | Fine nell’anno successivo               | 01/01/2027 |       |        |            |
    the last of its ends counts | Fine nell’anno del piano                | 01/01/2026 | q2    | 10     | 2026-06-20 | sì
                                | Fine nel terzo anno                     | 20/06/2026 |       |        |            |
    realised                    | Fine nell’anno del piano                | 20/06/2026 | q2    |        |            |
                                | q2: Realizzata %                        | 100%       |       |        |            |
    nearly realised             | Fine nell’anno del piano                | 20/06/2026 | q2    | 10     | 2026-06-20 | sì
                                | q2: Realizzata %                        | 99,99%     |       |        |            |
    realised the round before   | Fine nell’anno del piano                | 20/06/2026 | q2    |        |            |
                                | q1: Realizzata %                        | 100%       |       |        |            |
    realised the round after    | Fine nell’anno del piano                | 20/06/2026 | q2    | 10     | 2026-06-20 | sì
                                | q3: Realizzata %                        | 100%       |       |        |            |
    realised late               | Fine nell’anno del piano                | 20/06/2026 | q2    | 5      | 2026-06-20 | no
                                | q2: Realizzata %                        | 100%       |       |        |            |
                                | q2: Fine effettiva                      | 25/06/2026 |       |        |            |
    ended in time               | Fine nell’anno del piano                | 20/06/2026 | q2    |        |            |
                                | q2: Fine effettiva                      | 20/06/2026 |       |        |            |
    not due                     | Fine nell’anno del piano                | 20/06/2026 | q2    |        |            |
                                | Dovuto a                                | final      |       |        |            |
    not due, and ended late     | Fine nell’anno del piano                | 20/06/2026 | q2    | 2      | 2026-06-20 | no
                                | Dovuto a                                | final      |       |        |            |
                                | q2: Fine effettiva                      | 22/06/2026 |       |        |            |
    put off                     | Fine nell’anno del piano                | 20/06/2026 | q2    |        |            |
                                | q2: Fine modificata nell’anno del piano | 20/07/2026 |       |        |            |
    put off the round after     | Fine nell’anno del piano                | 20/03/2026 | q1    | 10     | 2026-03-20 | sì
                                | q2: Fine modificata nell’anno del piano | 20/07/2026 |       |        |            |
    dropped                     | Fine nell’anno del piano                | 20/03/2026 | q2    |        |            |
                                | q1: Eliminata perché                    | Basta      |       |        |            |
    added the round after       | Fine nell’anno del piano                | 20/03/2026 | q2    |        |            |
                                | Aggiunto a                              | q3         |       |        |            |
    when the plan is made       | Fine nell’anno del piano                | 01/01/2026 | plan  |        |            |
"""), ids=lambda case: next(iter(case))["caso"])
def test_how_late_a_phase_is(case):
    first, *_ = case
    phase = row_of("Fasi", "phases", case)
    assert phase_lateness(Phase(phase), YEAR[first["alla"]]) == late_by(case)


def test_a_phase_told_as_a_share_is_done_at_its_weight():
    phase = {"end_1": "2026-06-20", "weight": 30, **read("q2", realised=30)}
    assert phase_lateness(Phase(phase), YEAR["q2"]) == Lateness(10, date(2026, 6, 20), True) and phase_lateness(Phase(phase), YEAR["q2"], shares=True) is None
    assert phase_lateness(Phase({**phase, "weight": 31}), YEAR["q2"], shares=True) and phase_lateness(Phase({**phase, "weight": 0}), YEAR["q2"], shares=True)
    assert phase_lateness(Phase({"end_1": "2026-06-20", "weight": 30}), YEAR["q2"], shares=True)
    lighter = {**phase, "weight": 90, "revisions": [{"round": "q2", "weight": 30}, {"round": "q3", "weight": 90}]}
    assert phase_lateness(Phase(lighter), YEAR["q2"], shares=True) is None


@pytest.mark.parametrize("case", cases("""
    caso             | cella                   | scritto    | giorni | dal        | ancora
    without a target | Scadenza                | 20/06/2026 | 10     | 2026-06-20 | sì
    not achieved     | Scadenza                | 20/06/2026 | 10     | 2026-06-20 | sì
                     | Valore atteso           | 10         |        |            |
                     | q2: Valore ottenuto     | 9          |        |            |
    achieved         | Scadenza                | 20/06/2026 |        |            |
                     | Valore atteso           | 10         |        |            |
                     | q2: Valore ottenuto     | 10         |        |            |
    achieved late    | Scadenza                | 20/06/2026 | 3      | 2026-06-20 | no
                     | Valore atteso           | 10         |        |            |
                     | q2: Valore ottenuto     | 10         |        |            |
                     | q2: Data del risultato  | 23/06/2026 |        |            |
    achieved before  | Scadenza                | 20/06/2026 |        |            |
                     | q1: Data del risultato  | 19/06/2026 |        |            |
    put off twice    | Scadenza                | 20/01/2026 | 5      | 2026-06-25 | sì
                     | q1: Scadenza modificata | 25/06/2026 |        |            |
                     | q3: Scadenza modificata | 01/08/2026 |        |            |
"""), ids=lambda case: next(iter(case))["caso"])
def test_how_late_a_result_is(case):
    assert result_lateness(Result(row_of("Risultati attesi", "results", case)), YEAR["q2"]) == late_by(case)


def test_a_result_is_achieved_by_its_entities_and_by_the_body_s_rules():
    result = {"id": "1", "deadline": "2026-06-20", **read("q2", actual=9)}
    entities = ({"target": 10, **read("q2", actual=10)}, {"target": 10, **read("q2", actual=11)})
    assert result_lateness(Result(result), YEAR["q2"], [*map(Entity, entities)]) is None and result_lateness(Result(result), YEAR["q2"], [*map(Entity, (entities[0], {"target": 10}))])
    assert result_lateness(Result({**result, "target": 10}), YEAR["q2"], [*map(Entity, ())], rules_from({"reached_within": 10})) is None


def test_a_round_without_a_day_finds_nothing_late_that_is_not_done():
    bare = Rounds.from_plan({"rounds": [{"id": "m", "kind": "monitoring"}]})["m"]
    assert phase_lateness(Phase({"end_1": "2026-01-01"}), bare) is None
    assert phase_lateness(Phase({"end_1": "2026-01-01", **read("m", actual_end="2026-01-05")}), bare) == Lateness(4, date(2026, 1, 1), False)


# -- phases told as shares
@pytest.mark.parametrize("case", rows("""
    pesi       | realizzate | esito | per le quote
    50 30 20   | 50 30 0    | 80    | 80
    50 30 20   | 50 30 0    |       | 80
    50 30      | 50 10      |       |
    50 30      | 50 10      | 60    | 60
    50 30      | 50 10      | 60.5  | 60
    50 30      | 50 10      | 60.51 |
    50 30      | 50 10      | 59.49 |
    50         | 50         | 50    |
    50 – 30    | 50 10 –    | 50    |
    50 – 30    | 50 10 30   | 80    | 80
    50 50      | 0 0        | 0     |
    0 50       | 0 0        | 0     |
    50 50      | 40 40      | 80    |
    100 100    | 100 100    | 200   |
    50 30 20   | 50 40 20   | 110   | 110
    50 30 20   | 50 40 20   | 100   | 110
    50 30 20   | 50 40 20   |       |
    50 30 20   | 60 40 20   | 120   |
    50 50      | 50 60      | 110   | 110
    50 40 10 5 | 50 60 20 5 | 135   | 135
"""), ids=lambda case: " / ".join(filter(None, case.values())))
def test_realised_percentages_that_look_like_shares(case):
    weights, realised = ([None if v == "–" else D(v) for v in case[caption].split()] for caption in ("pesi", "realizzate"))
    declared, found = (D(case[caption]) if case[caption] else None for caption in ("esito", "per le quote"))
    assert like_shares(list(zip(weights, realised, strict=True)), declared, D("0.5")) == found


@pytest.mark.parametrize(("change", "typed"), [
    ({}, True), ({"weighting": "not_weighted"}, False), ({"revisions": [{"round": "q1", "dropped": "No"}]}, False), ({"weight": 0}, False),
    ({"revisions": [{"round": "q1", "weight": 40}]}, False)])
def test_only_weighted_phases_of_the_round_are_looked_at(change, typed):
    sheet = {"phases": [{"id": "1", "weight": 60, **read("q1", realised=60)}, {"id": "2", "weight": 40, **read("q1", realised=0)}]}
    sheet["phases"][0] |= change
    assert typed_as_shares(Sheet(sheet), YEAR["q1"], D(60), D("0.5")) == typed
    assert not typed_as_shares(Sheet({}), YEAR["q1"], D(60), D("0.5")) and not typed_as_shares(Sheet(sheet), YEAR["q2"], D(60), D("0.5"))


def test_a_phase_of_little_weight_is_looked_at_and_what_is_near_enough_was_no_share():
    small = {"phases": [{"id": "1", "weight": 99, **read("q1", realised=99)}, {"id": "2", "weight": 1, **read("q1", realised=1)}]}
    assert typed_as_shares(Sheet(small), YEAR["q1"], D(100), D("0.5"))
    sheet = {"phases": [{"id": "1", "weight": 60, **read("q1", realised=60)}, {"id": "2", "weight": 40, **read("q1", realised=0)}]}
    assert not typed_as_shares(Sheet(sheet), YEAR["q1"], D(60), D(24)) and typed_as_shares(Sheet(sheet), YEAR["q1"], D(60), D("23.99"))


def test_what_the_weights_give_all_the_same_was_no_share():
    sheet = {"phases": [{"id": "1", "weight": 100, **read("q1", realised=50)}, {"id": "2", "weight": "0.5", **read("q1", realised="0.5")}]}
    assert not typed_as_shares(Sheet(sheet), YEAR["q1"], D("50.5"), D(1)) and typed_as_shares(Sheet(sheet), YEAR["q1"], D("50.5"), D("0.5"))


# -- degrees in words
@pytest.mark.parametrize("case", cases("""
    detto                                                                | cella                  | scritto
    ottenuto 4 / atteso 10                                               | Valore atteso          | 10
                                                                         | q1: Valore ottenuto    | 4
    (niente)                                                             | Valore atteso          | 10
    grado digitato                                                       | Valore atteso          | 10
                                                                         | q1: Raggiunto %        | 40%
    grado digitato                                                       | Valore atteso          | 10
                                                                         | q1: Raggiunto %        | 40%
                                                                         | q1: Valore ottenuto    | 4
    ottenuto 4 / atteso 10                                               | Valore atteso          | 10
                                                                         | q1: Raggiunto %        | 140%
                                                                         | q1: Valore ottenuto    | 4
    valore mancante, per le regole dell’ente vale zero                   | Valore atteso          | 10
                                                                         | Se il valore manca     | Vale zero
    valore mancante, per le regole dell’ente resta fuori                 | Valore atteso          | 10
                                                                         | Se il valore manca     | Fuori dal calcolo
    atteso 7,5 / ottenuto 1234,5678, più basso è meglio                  | Valore atteso          | 7,50
                                                                         | Come si misura         | Più basso è meglio
                                                                         | q1: Valore ottenuto    | 1234,5678
    da -2,125 a 3, ottenuto 100                                          | Valore atteso          | 3
                                                                         | Valore di partenza     | -2,125
                                                                         | Come si misura         | Avanzamento dal valore di partenza
                                                                         | q1: Valore ottenuto    | 100
    ottenuto 7, 7 nella fascia 5–12,5 della tabella A: 60%               | Come si misura         | Fasce del valore ottenuto
                                                                         | Tabella di fasce       | A
                                                                         | q1: Valore ottenuto    | 7
    ottenuto 2, 2 nella fascia …–5 della tabella A: 20%                  | Come si misura         | Fasce del valore ottenuto
                                                                         | Tabella di fasce       | A
                                                                         | q1: Valore ottenuto    | 2
    ottenuto 1 / atteso 8, 12,5 nella fascia 5–12,5 della tabella A: 60% | Valore atteso          | 8
                                                                         | Tabella di fasce       | A
                                                                         | q1: Valore ottenuto    | 1
    ottenuto 5; minimo 4, atteso 8, eccellenza –                         | Valore atteso          | 8
                                                                         | Minimo                 | 4
                                                                         | Come si misura         | Minimo, atteso, eccellenza
                                                                         | q1: Valore ottenuto    | 5
    ottenuto 5; minimo 4, atteso 8, eccellenza 9                         | Valore atteso          | 8
                                                                         | Minimo                 | 4
                                                                         | Eccellenza             | 9
                                                                         | Come si misura         | Minimo, atteso, eccellenza
                                                                         | q1: Valore ottenuto    | 5
    ottenuto 2, fra 1 e 3                                                | Valore atteso          | 1
                                                                         | Fino a                 | 3
                                                                         | Come si misura         | Fra due valori
                                                                         | q1: Valore ottenuto    | 2
    fatto: sì                                                            | Come si misura         | Fatto o non fatto
                                                                         | q1: Fatto              | Sì
    fatto: no                                                            | Come si misura         | Fatto o non fatto
                                                                         | q1: Fatto              | No
    fatto il 28/02/2026, scadenza 01/03/2026                             | Come si misura         | Entro la scadenza
                                                                         | Scadenza               | 01/03/2026
                                                                         | q1: Data del risultato | 28/02/2026
    ottenuto 33,3333 / atteso 50, 1 / 3 × 100                            | Valore atteso          | 50
                                                                         | Rapporto per           | 100
                                                                         | q1: Numeratore         | 1
                                                                         | q1: Denominatore       | 3
    ottenuto 5 / atteso 50                                               | Valore atteso          | 50
                                                                         | Rapporto per           | 100
                                                                         | q1: Numeratore         | 1
                                                                         | q1: Denominatore       | 0
                                                                         | q1: Valore ottenuto    | 5
    ottenuto 5 / atteso 50                                               | Valore atteso          | 50
                                                                         | Rapporto per           | 100
                                                                         | q1: Numeratore         | 1
                                                                         | q1: Valore ottenuto    | 5
    ottenuto 5 / atteso 50                                               | Valore atteso          | 50
                                                                         | q1: Numeratore         | 1
                                                                         | q1: Denominatore       | 4
                                                                         | q1: Valore ottenuto    | 5
    ottenuto 5 / atteso 50                                               | Valore atteso          | 50
                                                                         | Rapporto per           | 100
                                                                         | q1: Denominatore       | 4
                                                                         | q1: Valore ottenuto    | 5
    ottenuto 5; minimo 4, atteso 8, eccellenza –                         | Valore atteso          | 8
                                                                         | Minimo                 | 4
                                                                         | Tabella di fasce       | A
                                                                         | Come si misura         | Minimo, atteso, eccellenza
                                                                         | q1: Valore ottenuto    | 5
    ottenuto 5 / atteso 50, tolleranza 2,5%, grado massimo 120%          | Valore atteso          | 50
                                                                         | Tolleranza             | 2,5
                                                                         | Grado massimo          | 120
                                                                         | q1: Valore ottenuto    | 5
"""), ids=lambda case: next(iter(case))["detto"])
def test_how_a_degree_came_about_is_told(case):
    words = next(iter(case))["detto"].replace("(niente)", "")
    assert derivation(Result(row_of("Risultati attesi", "results", case)), YEAR["q1"], rules_from({}, TABLE), "it") == words


def test_a_degree_of_entities_or_by_another_rule_is_told_so_in_english_too():
    several = [{"target": 10, **read("q1", actual=5)}, {"target": 30, **read("q1", actual=10)}, {"target": 1, **read("q1", actual=8)}, {"added": "q2"}]
    assert derivation(Result({}), YEAR["q1"], rules=rules_from({}), language="it", entities=map(Entity, several)) == "media di 3 entità: 50%; 33,3333%; 100%"
    for incomplete in ({"target": 10}, read("q1", actual=3)):
        assert derivation(Result(incomplete), YEAR["q1"], rules_from({}), "it", map(Entity, several[:1])) == "media di 1 entità: 50%"
    both = {"target": 10, **read("q1", degree=40, actual="4.5")}
    assert derivation(Result(both), YEAR["q1"], rules_from({"degree": "computed"}), "en") == "actual 4.5 / target 10"
    assert derivation(Result({**read("q1", degree=40), "target": 10}), YEAR["q1"], rules_from({"degree": "computed"}), "en") == "typed degree"
    assert derivation(Result({"target": 10}), YEAR["q1"], rules_from({"missing_value": "zero"}), "en") == "missing value, by the body’s rules it counts as zero"


def test_a_degree_that_stands_for_a_missing_one_names_its_round():
    result = {"target": 10, "missing": "last_known", "readings": [{"round": "q1", "actual": 6}]}
    assert derivation(Result(result), YEAR["q3"], rules_from({}), "it") == "valore mancante, per le regole dell’ente vale l’ultimo noto: 1º monitoraggio"
    assert derivation(Result(result), YEAR["q3"], rules_from({}), "en").endswith(YEAR["q1"].name("en")) and derivation(Result({**result, "missing": "unknown"}), YEAR["q3"], rules_from({}), "it") == ""
    assert derivation(Result({**result, "readings": []}), YEAR["q3"], rules_from({}), "it") == ""
    of = [{"target": 10, **read("q2", actual=9)}]
    assert derivation(Result({"missing": "last_known"}), YEAR["q3"], rules_from({}), "en", map(Entity, of)).endswith(YEAR["q2"].name("en"))
    level = {"target": 10, "missing": "last_known", "readings": [{"round": "q1", "degree": 6}, {"round": "q2", "actual": 0}]}
    assert derivation(Result(level), YEAR["q3"], rules_from({"method": "lower"}), "en").endswith(YEAR["q2"].name("en"))
    none_of_zero = {"target": 0, "missing": "last_known", "readings": [{"round": "q1", "actual": 0}, {"round": "q2", "actual": 5}]}  # at q2 it means nothing
    assert derivation(Result(none_of_zero), YEAR["q3"], rules_from({"method": "lower"}), "en").endswith(YEAR["q1"].name("en"))


def test_what_the_body_chose_holds_in_what_is_told_of_a_degree():
    lower, near = rules_from({"method": "lower"}), rules_from({"reached_within": 10})
    assert derivation(Result({"target": 10, **read("q1", actual=20)}), YEAR["q1"], lower, "it") == "atteso 10 / ottenuto 20, più basso è meglio"
    assert derivation(Result({}), YEAR["q1"], near, "it", [Entity({"target": 10, **read("q1", actual=9)})]) == "media di 1 entità: 100%"


def test_ends_that_are_open_are_told_so():
    assert [ends(Band(low, high, D(1)), str) for low, high in ((None, D(5)), (D(5), None), (D(1), D(2)))] == ["…–5", "5–…", "1–2"]
