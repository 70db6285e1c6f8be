"""Generated years with none to twelve monitorings: earlier figures stand, nothing is lost, formulas and forms say what the engine says."""

from copy import deepcopy
from datetime import date, timedelta
from random import Random

import campaigns
import first_shape
import pytest
from looked_at import book_with
from recalculation import differences, recalculated

from perfxl.model import documents
from perfxl.model.outcomes import round_outcomes
from perfxl.model.rounds import Rounds
from perfxl.model.weigh import weigh
from perfxl.stages import issue
from perfxl.stages.consolidate import workbook
from perfxl.stages.issue import fill
from perfxl.stages.merge.overlay import Returned, merge
from perfxl.stages.read import read

COUNTS = (0, 1, 2, 4, 12)


def rounds_of(count: int) -> list[dict]:
    """A plan, ``count`` monitorings in the year, a final."""
    days = [(date(2021, 1, 31) + timedelta(days=25 * (n + 1))).isoformat() for n in range(count)]
    made = [{"id": "plan", "kind": "plan", "reference_date": "2021-01-31", "deadline": "2021-02-28"}]
    made += [{"id": f"m{n}", "kind": "monitoring", "reference_date": day, "deadline": day} for n, day in enumerate(days, 1)]
    return [*made, {"id": "final", "kind": "final", "reference_date": "2021-12-31", "deadline": "2022-01-31"}]


class Sectors:
    """What the sectors of a generated year write, the same for the same seed."""

    def __init__(self, seed: int):
        self.random, self.made = Random(seed), campaigns._Making(Random(seed))

    def plan(self, count: int) -> dict:
        found = first_shape.now({k: v for k, v in self.made.plan().items() if k != "rounds"})
        for objective in found["objectives"]:  # what a form refuses is tried elsewhere
            for item in (*(h["holding"] for h in objective["holders"]), *objective["sheet"].get("phases", ()), *objective["sheet"].get("results", ())):
                if not 0 <= item.get("weight", 0) <= 100:
                    item["weight"] = 50
        return {**found, "rounds": rounds_of(count)}

    def answer(self, document: dict, kind: str) -> dict:
        """``document`` filled in: outcomes, phases, results, now and then a revision."""
        made = deepcopy(document)
        for objective in made.get("objectives", ()):
            if self.random.random() < 0.8:
                objective.setdefault("holding", {})["reading"] = {"percent": self.random.randint(0, 100)}
            if kind == "monitoring" and self.random.random() < 0.2:
                objective.setdefault("holding", {})["revision"] = {"weight": self.random.randint(1, 100)}
            for table, key in (("phases", "realised"), ("results", "actual")):
                for row in objective.get("sheet", {}).get(table, ()):
                    if self.random.random() < 0.7:
                        row["reading"] = {key: self.random.randint(0, 100)}
        for measure in made.get("measures", ()):
            if self.random.random() < 0.7:
                measure["reading"] = {"percent": self.random.randint(0, 100)}
        return made


def year(count: int, seed: int) -> tuple[dict[str, dict], dict[str, list[dict]]]:
    """By round, the consolidated document and what the sectors returned."""
    sectors = Sectors(seed)
    content, published, made, told = sectors.plan(count), {}, {}, {}
    for round in Rounds.from_plan(content).reporting:
        told[round] = [sectors.answer(d, round.kind) for d in issue.returns(content, round).values()]
        content = merge(content, [Returned(d["identity"]["sector"], d, {}, "f.xlsx") for d in told[round]], round).content
        outcomes = weigh(content, round, published)
        published[round] = outcomes[round]
        made[str(round)] = campaigns.consolidated(round, content, outcomes)
    return made, told


@pytest.fixture(scope="module", params=COUNTS)
def played(request):
    return request.param, *year(request.param, 40 + request.param)


def test_what_a_round_said_stands_in_every_later_document(played):
    count, made, _ = played
    assert len(made) == count + 1
    for n, (round, document) in enumerate(made.items()):
        for later in list(made.values())[n:]:
            assert later["outcomes"][round] == document["outcomes"][round]


def test_everything_that_was_returned_stands_at_its_round(played):
    _, made, told = played
    content = list(made.values())[-1]["content"]
    known = {o["code"]: o for o in content["objectives"]}
    checked = 0
    for round, returns in told.items():
        for document in returns:
            sector = document["identity"]["sector"]
            for objective in document["objectives"]:
                whole = known[objective["code"]]
                holder = next(h for h in whole["holders"] if h["sector"] == sector)
                pairs = [(objective.get("holding", {}), holder.get("holding", {}))]
                pairs += [(row, old) for table in ("phases", "results") for row, old in
                          zip(objective.get("sheet", {}).get(table, ()), whole["sheet"].get(table, ()), strict=True)] if objective.get("role") == "lead" else []
                for said, kept in pairs:
                    for part, parts in (("reading", "readings"), ("revision", "revisions")):
                        if part in said:
                            assert {"round": str(round), **said[part]} in kept[parts]
                            checked += 1
    assert checked > 3


def test_the_same_year_is_the_same_bytes_and_a_form_reads_as_it_was_filled_in(played):
    count, made, told = played
    last = list(made)[-1]
    assert documents.dumps(year(count, 40 + count)[0][last]) == documents.dumps(made[last])
    document = told[list(told)[-1]][0]
    form = issue.issue(issue.returns(made[list(made)[-2]]["content"] if count else Sectors(40).plan(0), last)[document["identity"]["sector"]], made[last]["content"])
    filled, wrong = fill.fill(form, document)
    assert not wrong and read(filled, "S1.xlsx").document == document
    assert workbook.write(made[last]) == workbook.write(made[last])


def test_the_formulas_of_any_number_of_rounds_give_the_engines_figures(tmp_path):
    books = {f"m{count}": workbook.write(list(year(count, 40 + count)[0].values())[-1]) for count in (0, 4, 12)}
    computed = recalculated(books, tmp_path)
    assert {name: found for name in books if (found := differences(books[name], computed[name]))} == {}


@pytest.mark.parametrize(("status", "label"), [("withdrawn", "Ritirato"), ("replaced", "Sostituito")])
def test_an_objective_given_up_earlier_stays_so_in_later_forms_until_an_outcome_is_declared_again(status, label):
    from test_formula_limits import campaign

    content = campaign(1, monitorings=2, items=1)
    holding = content["objectives"][0]["holders"][0]["holding"]
    holding["readings"] = [{"round": "m01", "status": status}]

    def seen(round: str, **said) -> dict:
        document = issue.returns(content, round)["S1"]
        if said:
            document["objectives"][0]["holding"]["reading"] = said
        book = book_with(issue.issue(document, content, None, "it"), "pxc01_status", "pxc01_check_outcome", data_only=True)
        found = {}
        for key in ("pxc01_status", "pxc01_check_outcome"):
            sheet, cell = book.defined_names[key].attr_text.rsplit("!", 1)
            found[key] = book[sheet.strip("'")][cell.replace("$", "")].value
        return found

    for round in ("m02", "final"):
        assert seen(round) == {"pxc01_status": label, "pxc01_check_outcome": "In ordine"}
        assert round_outcomes(content, round).objectives[0].exclusion == status
    assert seen("m02", percent=40)["pxc01_status"] == "Parzialmente raggiunto" and seen("m02", status="achieved")["pxc01_status"] == "Raggiunto"
    assert seen("m01", status=status)["pxc01_status"] == label
    del holding["readings"]
    assert seen("m02")["pxc01_status"] is None and seen("m02")["pxc01_check_outcome"] != "In ordine"


def test_returns_are_laid_in_any_order_and_twice_over_to_the_same_year(played):
    _, made, told = played
    for round, returns in told.items():
        content = made[str(round)]["content"]
        given = [Returned(d["identity"]["sector"], d, {}, "f.xlsx") for d in returns]
        before = _before(made, round, played[0])
        one, other = merge(before, given, round).content, merge(before, given[::-1], round).content
        assert documents.dumps(one) == documents.dumps(other) == documents.dumps(content)
        assert documents.dumps(merge(one, given, round).content) == documents.dumps(one)


def _before(made: dict, round: str, count: int) -> dict:
    """What was known when ``round`` began."""
    past = list(made)[: list(made).index(str(round))]
    return made[past[-1]]["content"] if past else documents.loads(documents.dumps(Sectors(40 + count).plan(count)))


def test_copies_of_one_form_come_together_in_any_order_and_no_change_of_theirs_is_lost(played):
    from perfxl.stages.merge.threeway import changes, merge_all

    count, made, told = played
    work, tried = Sectors(7 + count), 0
    for round in told:
        for base in list(issue.returns(_before(made, round, count), round).values())[:2]:
            copies = [(name, work.answer(base, Rounds.from_plan(made[str(round)]["content"])[round].kind)) for name in ("a", "b", "c")]
            found, again = merge_all(base, copies), merge_all(base, copies[::-1])
            assert documents.dumps(found.document) == documents.dumps(again.document) and found.conflicts == again.conflicts
            (name, first), *_ = copies
            assert merge_all(base, [(name, first), ("twin", first)]).document == merge_all(base, [(name, first)]).document == first
            assert merge_all(found.document, copies[:0]).document == found.document
            merged, disputed = changes(base, found.document), {c.key for c in found.conflicts}
            for _, copy in copies:
                for key, value in changes(base, copy).items():
                    assert key in disputed or any(key.startswith(f"{d}/") for d in disputed) or merged[key] == value, key
                    tried += 1
    assert tried > 5
