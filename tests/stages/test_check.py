"""The checks of one return: each fault gives its own finding at its own cell, and nothing else."""

from datetime import date
from itertools import chain

import pytest
from check_case import clean, codes, find, issued, places, plan
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfxl.model.findings import Place
from perfxl.model.texts import area
from perfxl.stages import check as stage
from perfxl.stages.check.dates_in_text import dates_in

PREFIXES = ("ASKD", "LOCK", "WGHT", "DATE", "CODE", "TEXT", "OUTC", "SHRD", "RULE", "SCOR", "TYPE")
LONG = "Una lunga descrizione che racconta per intero il lavoro svolto dagli uffici, con le prove, gli incontri e i documenti."


def put(pointer: str, value):
    """A spoiler that sets the value at ``pointer`` below the first objective (``/`` first: below the document); None removes it."""
    def spoil(document):
        parts = pointer.lstrip("/").split("/")
        owner = document if pointer.startswith("/") else document["objectives"][0]
        for part in parts[:-1]:
            owner = owner[int(part)] if isinstance(owner, list) else owner.setdefault(part, {})
        key = int(parts[-1]) if isinstance(owner, list) else parts[-1]
        if value is None:
            owner.pop(key)
        elif isinstance(owner, list) and key == len(owner):
            owner.append(value)
        else:
            owner[key] = value
    return spoil


def both(*spoilers):
    def spoil(document):
        for one in spoilers:
            one(document)
    return spoil


PHASE, PHASE2, RESULT = "sheet/phases/0", "sheet/phases/1", "sheet/results/0"
NEW_PHASE = {"id": "3-bis", "text": "Nuova", "weighting": "not_weighted"}

# round, codes expected (all of them), pointer of the last one below the first objective ("" outside), what is spoilt
FAULTS = [
    ("interim", ["LOCK01"], "sheet/purpose", put("sheet/purpose", "Un’altra finalità")),
    ("interim", ["LOCK01"], "sheet/purpose", put("sheet/purpose", None)),
    ("interim", ["LOCK02"], "sheet/phases/0/text", put(f"{PHASE}/text", "Un’altra fase")),
    ("final", ["LOCK02"], "sheet/entities/0/target", put("sheet/entities/0/target", 3)),
    ("interim", ["LOCK03"], "sheet/responsibles", put("sheet/responsibles/0/name", "Ivo Bruni")),
    ("interim", ["LOCK04"], "/measures/0/measure", put("/measures/0/measure", "Un’altra misura")),
    ("plan", ["WGHT01"], "holding/weight", put("holding/weight", 50)),
    ("interim", ["WGHT01"], "holding/revision/weight", put("holding/revision/weight", 55)),
    ("plan", ["WGHT02"], f"{PHASE}/weight", put(f"{PHASE}/weight", 50)),
    ("interim", ["WGHT02"], f"{PHASE2}/revision/weight", put(f"{PHASE2}/revision/weight", 39.5)),
    ("plan", ["WGHT03"], f"{RESULT}/weight", put(f"{RESULT}/weight", 90)),
    ("plan", ["WGHT04"], "holding/weight", put("holding/weight", None)),
    ("plan", ["WGHT05"], "sheet/phases/1/weight", put(f"{PHASE2}/weight", None)),
    ("plan", ["WGHT06"], "sheet/results/1/weight", put("sheet/results/1", {"id": "2", "text": "Esito due"})),
    ("plan", ["WGHT01", "WGHT07"], "holding/weight", put("holding/weighting", "incentives")),
    ("plan", ["WGHT08"], "sheet/phases/2/weight", put("sheet/phases/2/weight", 10)),
    ("interim", ["WGHT09"], "holding/revision/weight",
     both(put("holding/revision/replaced_by", "S1.00002"), put("holding/reading", {"status": "replaced"}))),
    ("plan", ["DATE01"], "sheet/phases/0/end_1", both(put(f"{PHASE}/end_1", "2021-06-31"))),
    ("plan", ["DATE02"], "sheet/end", both(put("sheet/start", "2021-12-31"), put("sheet/end", "2021-01-02"))),
    ("plan", ["DATE03"], "sheet/end",
     both(put("sheet/start", "2020-01-01"), put("sheet/end", "2020-12-31"), put("sheet/year_count", None), put("sheet/phases", [NEW_PHASE]),
          put("sheet/results/0/deadline", "2020-12-31"), put("sheet/results/0/phases", None))),
    ("plan", ["DATE04"], "sheet/phases/0/end_1", put(f"{PHASE}/start_1", "2021-07-15")),
    ("plan", ["DATE05"], "sheet/phases/0/start_1", put("sheet/start", "2021-02-01")),
    ("plan", ["DATE06"], "sheet/phases/1/end_1", put(f"{PHASE2}/end_1", "2022-01-31")),
    ("plan", ["DATE06"], "sheet/phases/1/end_2", put(f"{PHASE2}/end_2", "2023-01-31")),
    ("plan", ["DATE07"], "sheet/phases/0/end_1", put(f"{PHASE}/end_1", None)),
    ("plan", ["DATE08"], "sheet/start", put("sheet/start", None)),
    ("plan", ["DATE09"], "sheet/results/0/deadline", put(f"{RESULT}/deadline", "2022-03-31")),
    ("interim", ["DATE10"], "sheet/results/1/deadline",
     both(put("sheet/results/1", {"id": "2", "text": "Due", "revision": {"weight": 0}, "deadline": "2021-07-10", "phases": "1"}),
          put(f"{PHASE}/revision/end_1", "2021-08-31"), put("holding/revision/reason", "Ritardo dei fornitori."))),
    ("interim", ["DATE11"], "sheet/phases/0/revision/end_1", put(f"{PHASE}/revision/end_1", "2021-08-31")),
    ("plan", ["DATE12"], "sheet/responsibles/0/to", put("sheet/responsibles/0", {"name": "A", "from": "2021-05-01", "to": "2021-04-01"})),
    ("plan", ["DATE13"], "sheet/responsibles/0/to", put("sheet/responsibles/0", {"name": "A", "to": "2020-04-01"})),
    ("plan", ["DATE14"], "sheet/responsibles/1/from",
     both(put("sheet/responsibles/0", {"name": "A", "to": "2021-09-30"}), put("sheet/responsibles/1", {"name": "B", "from": "2021-09-01"}))),
    ("plan", ["DATE15"], "sheet/year_number", put("sheet/year_number", 2)),
    ("plan", ["DATE16"], "sheet/year_count", put("sheet/year_count", 2)),
    ("interim", ["DATE17"], "sheet/reading/narrative", put("sheet/reading/narrative", "Bando chiuso il 31/9/2021.")),
    ("interim", ["DATE17"], "holding/reading/reason", put("holding/reading/reason", "Si chiude il 31 settembre.")),
    ("interim", ["DATE18"], "sheet/reading/narrative", put("sheet/reading/narrative", "Inviata la nota prot. 123 del 13/10/2021.")),
    ("interim", ["DATE19"], "sheet/results/1/deadline",
     both(put("sheet/results/1", {"id": "2", "text": "Due", "revision": {"weight": 0}, "deadline": "2021-06-30"}),
          put(f"{PHASE}/revision/end_1", "2021-08-31"), put("holding/revision/reason", "Ritardo dei fornitori."))),
    ("interim", ["DATE20"], "sheet/phases/1/revision/start_1", put(f"{PHASE2}/revision/start_1", "2021-05-01")),
    ("plan", ["CODE01", "TEXT01"], "code", both(put("code", "S1.0001"), put("sheet/title", None))),
    ("plan", ["CODE03"], "sheet/strategic_lines", put("sheet/strategic_lines", ["02.01.01"])),
    ("plan", ["CODE04"], "sheet/detail", put("sheet/detail", "Prosegue 02.01.01.S1.00002 con altri mezzi.")),
    ("plan", ["CODE05"], "sheet/detail", put("sheet/detail", "Prosegue S1.0002 con altri mezzi.")),
    ("plan", ["CODE20"], "sheet/detail", put("sheet/detail", "Prosegue S1.00099 con altri mezzi.")),
    ("plan", ["CODE06"], "sheet/phases/3/id", put("sheet/phases/3", {"id": "2", "text": "Ancora", "weighting": "not_weighted"})),
    ("plan", ["CODE07"], "sheet/results/1/id", put("sheet/results/1", {"id": "1", "text": "Ancora", "weight": 0})),
    ("plan", ["CODE08", "WGHT01"], "/objectives/3/code", lambda d: d["objectives"].append({"code": "S2.00001", "role": "transversal", "holding": {"weight": 5}})),
    ("plan", ["CODE09"], "/measures/2/id", put("/measures/2", {"objective": "S2.00001", "id": "1", "measure": "Misura 1"})),
    ("plan", ["CODE10"], "sheet/entities/1/entity", put("sheet/entities/1", {"result": "1", "entity": "Acero", "target": 2})),
    ("plan", ["CODE11"], "sheet/results/0/phases", put(f"{RESULT}/phases", "1-4")),
    ("plan", ["CODE12"], "sheet/entities/0/result", put("sheet/entities/0/result", "7")),
    ("interim", ["CODE13"], "sheet/title", put("sheet/title", "Titolo di S1.00001 (sviluppo)")),
    ("interim", ["CODE14"], "holding/revision/replaced_by",
     both(put("holding/revision/replaced_by", "S9.00777"), put("holding/revision/weight", 0), put("holding/reading", {"status": "replaced"}))),
    ("interim", ["CODE15"], "holding/revision/replaced_by",
     both(put("holding/revision/replaced_by", "S1.00001"), put("holding/revision/weight", 0), put("holding/reading", {"status": "replaced"}))),
    ("interim", ["CODE17"], "holding/revision/replaced_by",
     both(put("holding/revision/replaced_by", "S1.0002"), put("holding/revision/weight", 0), put("holding/reading", {"status": "replaced"}))),
    ("interim", ["CODE18"], "sheet/reading/narrative", put("sheet/reading/narrative", "Le fasi 1 e 5 sono concluse.")),
    ("plan", ["TEXT01"], "sheet/detail", put("sheet/detail", "  ")),
    ("plan", ["TEXT02"], "sheet/phases/0/text", put(f"{PHASE}/text", None)),
    ("interim", ["TEXT02"], "sheet/phases/3/text", put("sheet/phases/3", {"id": "3-bis", "weighting": "not_weighted"})),
    ("plan", ["TEXT03"], "sheet/results/0/text", put(f"{RESULT}/text", None)),
    ("plan", ["TEXT04"], "sheet/phases", both(put("sheet/phases", []), put(f"{RESULT}/phases", None))),
    ("interim", ["TEXT05"], "sheet/reading/narrative", put("sheet/reading/narrative", None)),
    ("plan", ["TEXT06"], "sheet/quality_check_which", put("sheet/quality_check", True)),
    ("plan", ["TEXT07"], "/objectives/1/sheet/detail", both(put("sheet/detail", LONG), put("/objectives/1/sheet/detail", LONG.replace("prove", "verifiche")))),
    ("plan", ["TEXT08"], "sheet/detail", both(put("sheet/purpose", LONG), put("sheet/detail", LONG))),
    ("final", ["TEXT09"], "sheet/reading/narrative", lambda d: d["objectives"][0]["sheet"]["reading"].update(
        narrative=clean("interim")["objectives"][0]["sheet"]["reading"]["narrative"])),
    ("interim", ["TEXT10"], "sheet/reading/narrative", put("sheet/reading/narrative", "Parola " * 3600)),
    ("plan", ["TEXT11"], "sheet/phases/0/text", put(f"{PHASE}/text", "riga\n" * 29)),
    ("interim", ["OUTC01"], "holding/reading/percent", put("holding/reading", None)),
    ("final", ["OUTC02"], "holding/reading/status", both(put("holding/reading/percent", 99.5))),
    ("interim", ["OUTC03"], "holding/reading/status", put("holding/reading/status", "not_achieved")),
    ("final", ["OUTC04"], "holding/reading/status", both(put("holding/reading/status", "partial"), put("holding/reading/reason", "Perché sì."))),
    ("interim", ["OUTC05"], "holding/reading/reason", put("holding/reading/reason", " ")),
    ("interim", ["OUTC05"], "holding/reading/reason", put("holding/reading/reason", "...")),
    ("interim", ["OUTC05"], "holding/reading/reason", put("holding/reading/reason", "– –")),
    ("interim", ["OUTC06"], "holding/reading/reason", both(put("holding/reading", {"percent": 0}), put(f"{PHASE}/reading/realised", 0))),
    ("interim", ["OUTC07"], "holding/reading/percent", both(put("holding/reading", {"percent": 100}), put(f"{PHASE2}/reading/realised", 100))),
    ("final", ["OUTC08", "OUTC27"], "sheet/phases/0/reading/realised", both(
        put("holding/reading", {"percent": 40, "reason": "Rinviata."}), put(f"{PHASE}/reading/realised", 0))),
    ("interim", ["OUTC09"], "holding/revision/replaced_by", put("holding/reading", {"status": "replaced"})),
    ("interim", ["CODE14", "WGHT01"], "holding/revision/replaced_by",  # the other objective weighs wrong besides
     both(put("holding/revision/replaced_by", "S9.00777"), put("holding/revision/weight", 0), put("holding/reading", {"status": "replaced"}),
          put("/objectives/1/holding/revision/weight", 45))),
    ("interim", ["OUTC10", "WGHT01"], "holding/reading/percent", both(put("holding/revision/replaced_by", "S1.00002"), put("holding/revision/weight", 0))),
    ("interim", ["OUTC12"], "/objectives/2/holding/reading/percent", put("/objectives/2/holding/reading/percent", 92)),
    ("interim", ["OUTC13"], "/measures/0/reading/percent", put("/measures/0/reading/percent", None)),
    ("interim", ["OUTC11"], "/measures/1/reading/result", put("/measures/1/reading/result", None)),
    ("final", ["OUTC14"], "sheet/results/0/reading/actual", both(put(f"{RESULT}/reading/actual", None), put("sheet/entities", None))),
    ("final", ["OUTC15"], "sheet/entities/0/reading/actual", put("sheet/entities/0/reading/actual", None)),
    ("final", ["OUTC16"], "sheet/results/0/reading/degree", both(put(f"{RESULT}/reading/actual", 8), put(f"{RESULT}/reading/degree", 100))),
    ("final", ["OUTC17"], "sheet/results/0/reading/actual", put(f"{RESULT}/reading/actual", 8)),
    ("final", ["OUTC18"], "sheet/results/0/reading/actual", put(f"{RESULT}/reading/actual", 40)),
    ("interim", ["OUTC19"], "sheet/phases/0/reading/realised", put(f"{PHASE}/reading/realised", 60)),
    ("interim", ["OUTC20"], "holding/reading/percent", put("holding/reading/percent", 80)),
    ("interim", ["OUTC21"], "holding/reading/percent", both(put("holding/reading/percent", 45), put(f"{RESULT}/reading/degree", 20))),
    ("interim", ["OUTC22"], "holding/reading/percent", put("holding/reading/percent", 45)),
    ("interim", ["OUTC23"], "holding/reading/percent", both(
        put("holding/reading/percent", 45), put(f"{RESULT}/reading/degree", 20), put(f"{PHASE}/reading/realised", None))),
    ("interim", ["OUTC24"], "sheet/phases/1/reading/realised", both(put("holding/reading/percent", 80), put(f"{PHASE2}/reading/realised", None))),
    ("interim", ["OUTC25"], "sheet/phases/1/reading/realised", put(f"{PHASE2}/reading/realised", None)),
    ("interim", ["OUTC26"], "sheet/results/0/reading/degree", put("sheet/phases", [])),
    ("plan", ["SCOR01"], "sheet/results/0/target", put(f"{RESULT}/target", 0)),
    ("interim", ["SCOR01"], "sheet/results/0/revision/target", put(f"{RESULT}/revision/target", -3)),
    ("plan", ["SCOR02"], "sheet/results/0/target", put(f"{RESULT}/direction", "progress")),
    ("plan", ["SCOR02"], "sheet/results/0/target", both(put(f"{RESULT}/direction", "progress"), put(f"{RESULT}/baseline", 10))),
    ("plan", ["SCOR06"], "sheet/results/0/scale", put(f"{RESULT}/direction", "bands")),
    ("plan", ["SCOR06"], "sheet/results/0/scale", put(f"{RESULT}/scale", "NESSUNA")),
    ("plan", ["SCOR06"], "sheet/results/0/until", both(put(f"{RESULT}/direction", "range"), put(f"{RESULT}/until", 5))),
    ("plan", ["SCOR06"], "sheet/results/0/minimum", both(put(f"{RESULT}/direction", "levels"), put("sheet/entities", None))),
    ("final", ["SCOR08"], "sheet/results/0/reading/denominator", put(f"{RESULT}/reading/denominator", 0)),
    ("final", ["OUTC17", "SCOR03"], "sheet/results/0/reading/degree", both(put(f"{RESULT}/reading/actual", 5), put(f"{RESULT}/reading/degree", 99))),
    ("final", ["OUTC16"], "sheet/results/0/reading/degree", both(put(f"{RESULT}/reading/actual", 9), put(f"{RESULT}/reading/degree", 100))),
    ("final", ["SCOR05"], "holding/reading/percent", put("holding/reading/percent", 99.995)),
    ("interim", ["SCOR05"], "sheet/phases/0/reading/realised", put(f"{PHASE}/reading/realised", 99.999)),
    ("interim", ["OUTC12", "SCOR05"], "/measures/0/reading/percent", put("/measures/0/reading/percent", 49.999)),
    ("interim", ["OUTC28"], "sheet/phases/1/reading/realised", both(
        put(f"{PHASE2}/reading/realised", 100), put(f"{PHASE}/reading/realised", 0), put("holding/reading/percent", 40))),
]


@pytest.mark.parametrize("round", ["plan", "interim", "final"])
def test_a_well_filled_return_has_nothing_to_say(round):
    assert [(f.code, f.path) for f in find(round)] == []
    assert [(f.code, f.path) for f in find(round, issue=False)] == []


@pytest.mark.parametrize("round, expected, pointer, spoil", FAULTS, ids=[f"{f[1][-1]}-{f[0]}-{n}" for n, f in enumerate(FAULTS)])
def test_each_fault_gives_its_finding_at_its_place(round, expected, pointer, spoil):
    found = find(round, spoil)
    assert codes(found) == expected
    wanted = pointer if pointer.startswith("/") else f"/objectives/0/{pointer}"
    own = {c for c in expected if c != "WGHT01"} or {"WGHT01"}
    assert wanted in {f.path for f in found if f.code in own}


@pytest.mark.parametrize(("typed", "expected", "rules", "spoil"), [  # whatever the values are, and 100 % like any other degree
    (100, ["SCOR03"], {}, [put(f"{RESULT}/direction", "yesno"), put(f"{RESULT}/reading/achieved", False)]),
    (100, ["SCOR03"], {}, [put(f"{RESULT}/direction", "range"), put(f"{RESULT}/until", 10), put(f"{RESULT}/target", 8)]),
    (100, ["SCOR03"], {}, [put(f"{RESULT}/direction", "date"), put(f"{RESULT}/deadline", "2021-11-30"), put(f"{RESULT}/reading/achieved_on", "2021-12-20")]),
    (100, ["SCOR03"], {}, [put(f"{RESULT}/target", None), put(f"{RESULT}/reading/actual", None), put("sheet/entities/0/reading/actual", 1)]),
    (100, ["SCOR03"], {"degree_cap": 150}, [put(f"{RESULT}/reading/actual", 14)]),
    (100, [], {"degree_cap": 150}, [put(f"{RESULT}/reading/actual", 10)]),
    (100, ["OUTC16"], {}, [put(f"{RESULT}/reading/actual", 9)]),
    (100, [], {"reached_within": 10}, [put(f"{RESULT}/reading/actual", 9)]),
    (100, ["OUTC16"], {"reached_within": 10}, [put(f"{RESULT}/reading/actual", 8.9)]),
    (40, ["SCOR03"], {}, [put(f"{RESULT}/direction", "lower"), put(f"{RESULT}/reading/actual", 9)])])
def test_a_degree_that_the_values_deny_is_told_once_with_both(typed, expected, rules, spoil):
    found = find("final", both(put(f"{RESULT}/reading/degree", typed), *spoil), rules=rules, issue=False)
    assert codes(found) == expected
    assert all(f.path.endswith("sheet/results/0/reading/degree") for f in found)
    assert all(f.values["typed"] == typed != f.values["computed"] and f.values["holds"]["it"] == "digitato" for f in found if f.code == "SCOR03")


def test_questions_are_answered_and_left_as_they_are():
    from check_case import clean, plan

    asked = {**clean("final"), "requests": [{"id": "1", "question": "Perché?"}, {"id": "2", "question": "Quando?", "objective": "S1.00001"}]}
    told = {**asked, "objectives": asked["objectives"][:1], "requests": [
        {"id": "1", "question": "Perché?", "answer": "Per legge."}, {"id": "2", "question": "Come?", "objective": "S1.00001"}]}
    found = stage.check(told, asked, plan=plan(), round="final", places={}, file="S1.xlsx")
    assert [(f.code, f.path) for f in found] == [("ASKD01", "/requests/1/answer"), ("LOCK05", "/requests/1/question")]
    assert stage.ANSWERED >= {"ASKD01", "LOCK01", "LOCK02", "LOCK04", "LOCK05"}


@pytest.mark.parametrize("degree, realised, done, told", [
    (100, 0, "Giornata svolta il 12/11/2021, con verbale.", True), (80, 0, "Giornata svolta il 12/11/2021, con verbale.", False),
    (100, 100, "Giornata svolta il 12/11/2021, con verbale.", False), (100, 0, "Giornata svolta il 12/09/2021, con verbale.", False),
    (100, 0, "Si prevede di concludere entro il 12/11/2021.", False)])
def test_a_result_told_reached_before_its_phase_was_done(degree, realised, done, told):
    def change(objective):
        objective["sheet"]["results"][0] |= {"phases": "2", "interim_degree": degree}
        objective["sheet"]["phases"][1] |= {"interim_realised": realised, "final_done": done}

    assert _told("final", change, ("OUTC29",)) == [("OUTC29", "sheet/phases/1/reading/done")] * told


def _told(round: str, change, codes_: tuple[str, ...]) -> list[tuple[str, str]]:
    """What is said of the clean return of ``round`` after ``change`` to its first objective, as if it had been issued so."""
    from check_case import changed

    document, base = changed(round, change)
    found = stage.check(document, document, plan=base, round=round, places={}, file="S1.xlsx")
    return [(f.code, f.path.removeprefix("/objectives/0/")) for f in found if f.code in codes_]


@pytest.mark.parametrize("realised, percent, told", [
    ((50, 30, 20), 100, ["OUTC30"]), ((50, 30, 30), 100, ["OUTC30"]), ((50, 20, 30), 100, []), ((100, 100, 100), 100, []), ((50, 30, 20), 60, [])])
def test_a_share_above_the_weight_of_its_phase(realised, percent, told):
    """Phases of 50, 20 and 30: a share of 30 of 20 is said to be one; shares within the weights are told as OUTC19."""
    def change(objective):
        phases = objective["sheet"]["phases"]
        for phase, weight, share in zip(phases, (50, 20, 30), realised, strict=True):
            phase |= {"weighting": "weighted", "weight": weight, "final_realised": share, "start_1": "2021-01-01", "end_1": "2021-12-31"}
        phases[0]["interim_realised"] = 100  # a share of it now is no step back
        objective["holding"]["final"] = {"percent": percent, "reason": "Detto."}

    assert [code for code, _ in _told("final", change, ("OUTC30",))] == told
    if told:
        assert _told("final", change, ("OUTC30", "OUTC19", "OUTC22", "OUTC27")) == [("OUTC30", "sheet/phases/1/reading/realised")]


@pytest.mark.parametrize("note, before, told", [
    ("Approvato con deliberazione del 20/12/2021.", None, True), ("Approvato con deliberazione del 20/09/2021.", None, False),
    ("Approvato il 12/09/2021 e pubblicato il 20/12/2021.", None, False), ("Approvato con deliberazione del 20/12/2021.", 100, False),
    ("La scadenza prevista è il 20/12/2021.", None, False)])
def test_a_result_whose_evidence_is_later_than_its_day(note, before, told):
    def change(objective):
        objective["sheet"]["results"][0] |= {"deadline": "2021-09-30", "final_note": note, "final_degree": 100,
                                             **({"interim_degree": before} if before else {})}

    assert bool(_told("final", change, ("OUTC31",))) == told


@pytest.mark.parametrize("deadline, added, known, told", [
    ("2021-09-30", None, "all", True), ("2021-09-30", None, "nothing", False), ("2021-10-01", None, "nothing", True),
    ("2021-09-30", "final", "nothing", True), ("2021-09-30", None, "the others", True), ("2021-09-30", None, "no such code", False)])
def test_evidence_that_an_earlier_round_may_have_had_is_not_missed(deadline, added, known, told):
    """Of a result due by the monitoring of 30 September nothing is said where what that round found is not at hand; a sector
    that did not answer that round had nothing then."""
    from check_case import changed

    def change(objective):
        objective["sheet"]["results"][0] |= {"deadline": deadline, "final_note": "Approvato il 20/12/2021.", "final_degree": 100}

    document, base = changed("final", change)
    objective = base["objectives"][0]
    row = objective["sheet"]["results"][0]
    row |= {"added": added} if added else {}
    items = [[*(h.get("holding", {}) for h in o["holders"]), o["sheet"],
              *(r for table in ("phases", "results", "entities") for r in o["sheet"].get(table, ()))] for o in base["objectives"]]
    assert all(any("readings" in item for item in of) for of in items[:2])
    for item in chain(*{"nothing": items, "the others": items[:1]}.get(known, ())):
        item.pop("readings", None)
    if known == "no such code":
        del document["objectives"][0]["code"]
    found = stage.check(document, None if known == "no such code" else document, plan=base, round="final", places={}, file="S1.xlsx")
    assert bool([f for f in found if f.code == "OUTC31"]) == told


@pytest.mark.parametrize("change, told", [
    (lambda o: o["sheet"]["phases"][1].update(end_1_revised="2021-08-31"), "sheet/phases/1/revision/end_1"),
    (lambda o: o["sheet"]["phases"][1].update(end_1_revised="2021-08-31", interim_realised=100), ""),
    (lambda o: o["sheet"].update(end_revised="2021-09-01"), "sheet/revision/end"),
    (lambda o: o["sheet"]["results"][0].update(deadline_revised="2021-08-31"), "sheet/results/0/revision/deadline"),
    (lambda o: o["sheet"]["phases"][1].update(end_1_revised="2021-11-30"), "")])
def test_an_end_brought_back_into_the_past(change, told):
    assert _told("interim", change, ("DATE21",)) == ([("DATE21", told)] if told else [])


@pytest.mark.parametrize("phase, told", [
    ({"end_1": None, "start_1": None, "start_2": "2022-01-01", "end_2": "2022-06-30"}, True),
    ({"end_2": "2022-06-30", "final_realised": 80}, True), ({"end_2": "2022-06-30", "final_realised": 100}, False)])
def test_a_weighted_phase_that_ends_in_a_later_year(phase, told):
    def change(objective):
        row = objective["sheet"]["phases"][1]
        row |= phase
        for key in [k for k, v in row.items() if v is None]:
            del row[key]
        objective["sheet"]["end"] = "2022-12-31"

    assert bool(_told("final", change, ("OUTC07",))) == told


def test_a_phase_moved_into_the_next_year_is_not_blamed_for_the_end_it_cannot_clear():
    def change(objective):
        objective["sheet"]["end_revised"] = "2022-06-30"
        objective["sheet"]["phases"][1] |= {"start_2_revised": "2022-01-01", "end_2_revised": "2022-06-30", "interim_realised": 0}

    assert _told("interim", change, ("DATE04", "DATE05", "DATE06", "DATE07", "OUTC07")) == []


@pytest.mark.parametrize("text, told", [
    ("Vedi S1.00020 per il resto.", "CODE05"), ("Vedi 02.01.01.S1.00002.", "CODE04"), ("Vedi S1.00002.", ""), ("Come nella fase 9.", "CODE18")])
@pytest.mark.parametrize("where", [("phases", 0, "final_done"), ("results", 0, "final_note")])
def test_what_is_told_by_phase_and_result_is_read_for_codes_too(where, text, told):
    def change(objective):
        table, index, key = where
        objective["sheet"][table][index][key] = text

    assert _told("final", change, ("CODE04", "CODE05", "CODE18")) == ([(told, "sheet/" + "/".join(map(str, where)).replace("final_", "reading/"))] if told else [])


@pytest.mark.parametrize("text, told", [
    ("Vedi S1.00011.", {"CODE05": "S1.00001"}), ("Vedi S1.OO01.", {}), ("Vedi S1.0001.", {"CODE05": "S1.00001"}), ("Vedi S1.00020.", {"CODE05": "S1.00002"}),
    ("Vedi S1.00003.", {"CODE20": None}), ("Vedi S1.00099.", {"CODE20": None}), ("Vedi 01.01.01.S1.00417.", {"CODE20": None}),
    ("Vedi S1.00099 del 2019.", {}), ("Vedi S1.00099 dell’anno precedente.", {}), ("Vedi S1.00099 del 2021.", {"CODE20": None}), ("Vedi S7.00001.", {})])
def test_a_code_is_guessed_only_where_one_slip_explains_it(text, told):
    found = find("plan", put("sheet/detail", text))
    assert {f.code: f.values.get("likely") for f in found} == told
    assert all(f.values["codes"] == "S1.00001, S1.00002" for f in found if f.code == "CODE20")


@pytest.mark.parametrize("ties, ids, absent", [("fase 1 e 2", "12", None), ("Fasi 1, 2", "12", None), ("1 e 4, fase 7", "12", "4, 7"), ("1-2", "1-", None), ("1-2", "11", None)])
def test_the_phases_that_a_result_is_tied_to(ties, ids, absent):
    def spoil(document):
        sheet = document["objectives"][0]["sheet"]
        sheet["results"][0]["phases"] = ties
        for phase, name in zip(sheet["phases"], ids, strict=False):
            phase["id"] = None if name == "-" else name
    assert [f.values["phase"] for f in find("plan", spoil) if f.code == "CODE11"] == ([absent] if absent else [])


def test_a_code_that_the_form_had_and_the_plan_has_no_more_is_not_a_misprint():
    gone = lambda base: base["objectives"].pop(1)  # noqa: E731
    assert "CODE05" not in codes(find("plan", put("sheet/detail", "Vedi S1.00002."), change_plan=gone))
    renamed = lambda base: base.update(successions=[{"before": "S1.00009", "now": "S1.00001"}])  # noqa: E731
    assert codes(find("plan", put("sheet/detail", "Già S1.00009."), change_plan=renamed)) == []


@pytest.mark.parametrize("title, told", [("Titolo di S1.00001, rivisto", False), ("Tutt’altra cosa scritta daccapo", True)])
def test_a_title_written_anew_in_the_plan_round(title, told):
    from check_case import clean, issued, plan

    document, form = clean("plan"), issued("plan")
    for one in (document, form):
        one["objectives"][0]["sheet"]["title"] = "Titolo dell’obiettivo approvato nel piano"
    document["objectives"][0]["sheet"]["title"] = title if told else "Titolo dell’obiettivo, approvato nel piano"
    found = stage.check(document, form, plan=plan(), round="plan", places={}, file="S1.xlsx")
    assert [f.code for f in found if f.code == "CODE19"] == ["CODE19"] * told


@pytest.mark.parametrize("text", ["La riunione è convocata per il 15/11/2021.", "Nota con l’appuntamento del 15/11/2021.",
                                  "Seduta in programma il 15/11/2021."])
def test_an_appointment_is_no_fact(text):
    def change(objective):
        objective["sheet"]["interim_narrative"] = text

    assert _told("interim", change, ("DATE18",)) == []


def test_a_phase_that_has_not_begun_is_asked_for_no_share_of_time():
    """Phases of 60 and 40, the second to begin in November and blank: 60 is what they give, and nothing is missing."""
    def change(objective):
        objective["sheet"]["phases"][1] |= {"start_1": "2021-11-01"}
        objective["sheet"]["phases"][1].pop("interim_realised")
        objective["holding"]["interim"] = {"percent": 60, "reason": "In corso."}

    assert _told("interim", change, ("OUTC20", "OUTC22", "OUTC24", "OUTC25")) == []
    more = lambda o: (change(o), o["holding"]["interim"].update(percent=90))  # noqa: E731
    assert [c for c, _ in _told("interim", more, ("OUTC20", "OUTC22", "OUTC24", "OUTC25"))] == ["OUTC22"]


def test_time_was_not_counted_where_no_phase_was_under_way():
    """Phases of 60 and 40, the first done, the second to begin in November but told as realised by 45: 60 is what was done, not the time gone by."""
    def change(objective):
        objective["sheet"]["phases"][0] |= {"start_1": "2021-01-01", "end_1": "2021-06-30", "interim_realised": 100}
        objective["sheet"]["phases"][1] |= {"start_1": "2021-11-01", "interim_realised": 45}
        objective["holding"]["interim"] = {"percent": 60, "reason": "In corso."}

    assert [c for c, _ in _told("interim", change, ("OUTC20", "OUTC22", "OUTC24", "OUTC25"))] == ["OUTC22"]


@pytest.mark.parametrize(("written", "told"), [("2021-10-04", []), ("2021-10-05", []), ("2021-10-06", ["DATE26"]), ("2201-10-03", ["DATE26"]), (None, [])])
def test_a_form_is_not_filled_in_after_it_came(written, told):
    """It came on 4 October; the clock of who filled it in may be ahead by a day."""
    document = clean("interim") | {"compilation": {"date": written} if written else {}}
    where = {"/compilation/date": Place("S1.xlsx", "Riepilogo", "C9")}
    found = stage.arrived(document, where, "S1.xlsx", date(2021, 10, 4))
    assert [f.code for f in found] == told
    assert all((f.place.cell, f.sector, f.values["received"]) == ("C9", "S1", "04/10/2021") and f.field["it"] == "Data di compilazione" for f in found)


@pytest.mark.parametrize(("change", "told"), [
    ({}, ["DATE25"]), ({"reading": {"realised": 30, "actual_start": "2021-09-20"}}, []), ({"dates_note": "Anticipata con l’avviso di agosto"}, []),
    ({"revision": {"start_1": "2021-09-01"}}, ["DATE20"]), ({"start_1": "2021-09-30"}, []), ({"reading": {"realised": 0}}, []), ({"weighting": "not_weighted"}, ["DATE25"])])
def test_nothing_is_realised_of_a_phase_that_has_not_begun(change, told):
    def spoil(document):
        document["objectives"][0]["sheet"]["phases"][1] |= {"start_1": "2021-11-15", "reading": {"realised": 30}} | change

    assert [f.code for f in find("interim", spoil, issue=False) if f.code.startswith("DATE")] == told
    assert all(f.code != "DATE25" for f in find("interim", both(spoil, put("holding/reading", {"percent": 100})), issue=False))


def test_every_code_is_declared_in_the_catalogue_and_raised_here():
    from test_check_across import RAISED as across_raised

    declared = [c for _, some in (*stage.CHECKS, *stage.DATES, *stage.OUTCOMES, *stage.ACROSS, *stage.ARRIVAL) for c in some]
    assert {c for c in area("findings") if c.startswith(PREFIXES)} == set(declared)
    raised = {c for _, expected, _, _ in FAULTS for c in expected} | set(across_raised) | {"CODE02", "CODE16", "ASKD01", "LOCK05", "OUTC29", "SCOR04", "SCOR07", "SCOR09", "SCOR10",
                                                                                         "OUTC30", "OUTC31", "DATE21", "DATE22", "DATE23", "DATE24", "DATE25", "DATE26", "DATE27", "CODE19",
                                                                                         "TYPE01", "TYPE02", "TYPE03", "TEXT12"}
    assert set(declared) == raised


def test_a_check_raises_only_the_codes_beside_it():
    from perfxl.model.rounds import Rounds
    from perfxl.stages.check.return_context import ReturnContext

    for round, _, _, spoil in FAULTS:
        document = clean(round)
        spoil(document)
        case = ReturnContext.of(document, issued(round), plan=plan(), round=Rounds.of(plan())[round], places=places(document), file="S1.xlsx")
        for run, declared in (*stage.CHECKS, *stage.DATES, *stage.OUTCOMES):
            assert {f.code for f in run(case)} <= set(declared), run.__name__


def test_an_actual_value_worse_than_the_baseline():
    def measured(**values):
        return both(*(put(f"{RESULT}/{k}", v) for k, v in values.items()))

    for told, expected in (({"direction": "lower", "baseline": 30, "reading/actual": 35}, ["SCOR04"]),
                           ({"direction": "progress", "baseline": 5, "reading/actual": 4}, ["SCOR04"]),
                           ({"direction": "lower", "baseline": 30, "reading/actual": 29}, []),
                           ({"baseline": 5, "reading/actual": 4}, []),  # a count still on its way
                           ({"direction": "typed", "baseline": 30, "reading/actual": 12}, [])):
        assert codes(find("interim", measured(**told), issue=False)) == expected, told


def test_a_value_in_no_band_and_two_numbers_that_do_not_give_the_value_written():
    def given(base):
        base["bands"] = [{"scale": "A", "from": 0, "to": 5, "degree": 50}, {"scale": "A", "from": 8, "degree": 100}]

    for told, expected in (({"direction": "bands", "scale": "A", "reading/actual": 6}, ["SCOR07"]),
                           ({"scale": "A", "direction": "date", "reading/achieved_on": "2022-01-07"}, ["SCOR07"]),  # seven days late
                           ({"per": 100, "reading/numerator": 1, "reading/denominator": 3}, ["SCOR09"]),
                           ({"per": 100, "reading/numerator": 1, "reading/denominator": 10}, []),
                           ({"per": 1, "reading/numerator": 10}, ["SCOR10"])):
        change = both(*(put(f"{RESULT}/{k}", v) for k, v in {"reading/actual": 10, **told}.items()))
        assert [c for c in codes(find("final", change, issue=False, change_plan=given)) if c.startswith("SCOR")] == expected, told


def test_lines_unknown_to_the_cascade():
    def strip(base):
        base["objectives"][0]["sheet"].pop("strategic_lines")

    assert codes(find("plan", put("sheet/strategic_lines", ["01.01.0l"]), issue=False, change_plan=strip)) == ["CODE16"]
    assert codes(find("plan", put("sheet/strategic_lines", ["01.01.02"]), issue=False, change_plan=strip)) == ["CODE02"]  # the next number
    assert codes(find("plan", put("sheet/strategic_lines", ["77.88.99"]), issue=False, change_plan=strip)) == ["CODE02"]


def test_the_place_is_the_cell_else_the_row_else_the_sheet_else_the_file():
    cell = find("plan", put("sheet/phases/2/weight", 10))[0]
    assert cell.place.sheet == "S1.00001" and cell.place.cell
    assert cell.field == {"it": "Peso", "en": "Weight"}
    document = clean("plan")
    document["objectives"][0]["sheet"]["phases"][1].pop("weight")
    row = {p: c for p, c in places(document).items() if p.endswith("/objectives/0/sheet/phases/1/id")}
    found = stage.check(document, None, plan=plan(), round="plan", places=row, file="S1.xlsx")
    assert [f.place for f in found] == list(row.values())
    head = {"/objectives/0/code": Place("S1.xlsx", "Scheda", "B2")}
    assert stage.check(document, None, plan=plan(), round="plan", places=head, file="S1.xlsx")[0].place == Place("S1.xlsx", "Scheda")
    assert stage.check(document, None, plan=plan(), round="plan", places={}, file="S1.xlsx")[0].place == Place("S1.xlsx")


def test_thirds_are_within_the_tolerance_and_the_body_may_widen_it():
    def thirds(document):
        for phase, weight in zip(document["objectives"][0]["sheet"]["phases"], (33.33, 33.33, 33.33), strict=True):
            phase |= {"weight": weight, "weighting": "weighted", "start_1": "2021-01-01", "end_1": "2021-12-31"}

    assert codes(find("plan", thirds)) == []
    assert codes(find("plan", put(f"{PHASE}/weight", 58))) == ["WGHT02"]
    assert codes(find("plan", put(f"{PHASE}/weight", 58), rules={"weight_tolerance": 2})) == []


@pytest.mark.parametrize("rules, expected", [
    ({}, ["OUTC20"]), ({"elapsed_counts": True}, []), ({"derivable_from": "free"}, []),
    ({"derivable_tolerance": 20}, []), ({"elapsed_tolerance": 0.5}, ["OUTC22"])])
def test_what_an_outcome_may_follow_from_is_the_bodys_rule(rules, expected):
    assert codes(find("interim", put("holding/reading/percent", 79), rules=rules)) == expected


def test_phases_or_results_by_rule():
    told = both(put("holding/reading/percent", 20), put(f"{RESULT}/reading/degree", 20),
                put("/objectives/1/sheet/results/0/reading/degree", 60))
    assert codes(find("interim", told)) == []
    assert codes(find("interim", told, rules={"derivable_from": "results"})) == []
    assert codes(find("interim", told, rules={"derivable_from": "phases"})) == ["OUTC22"]
    assert codes(find("interim", rules={"derivable_from": "results"})) == ["OUTC26", "OUTC26"]


def test_both_figures_stand_in_the_message():
    found = find("interim", both(put("holding/reading/percent", 45), put(f"{RESULT}/reading/degree", 20)))[0]
    assert (found.values["percent"], found.values["phases"], found.values["results"]) == (45, 60, 20)
    assert "45%" in found.message("it") and "60%" in found.message("it") and "20%" in found.message("en")


def test_severities_and_blocks_are_the_bodys():
    rules = {"as_note": ["WGHT01"], "as_error": ["WGHT01", "DATE05"], "blocking": ["WGHT01"]}
    found = find("plan", put("holding/weight", 50), rules=rules)
    assert [(f.code, f.severity) for f in found] == [("WGHT01", "error")]
    assert stage.blocking(found, {"rules": rules}) == found
    assert stage.blocking(found, {"rules": {}}) == []
    assert find("plan", put("holding/weight", 50), rules={"as_note": ["WGHT01"]})[0].severity == "note"


def test_dates_already_approved_are_left_alone_at_the_end_of_the_year():
    assert codes(find("final", put("sheet/year_count", 2))) == ["LOCK01"]
    assert codes(find("final", put("sheet/year_count", 2), issue=False)) == ["DATE16"]


def test_a_partner_is_not_asked_for_what_the_lead_tells():
    def partner(base):
        base["objectives"][0]["lead"] = "S2"

    assert codes(find("interim", both(put("holding/reading", {}), put("sheet", {})), change_plan=partner, issue=False)) == []


def test_what_the_sector_planned_for_later_is_no_fault():
    for sentence in ("La fase sarà conclusa entro il 31/12/2021.", "Misurabile al 31.12.2021.", "Proseguirà fino al 30 novembre 2021.",
                     "Incontro fissato al prossimo 30 ottobre.", "Il rapporto 24/7 è attivo, v. art. 31/9.", "Scade il 15/11/2021.",
                     "La delibera n. 12 del 2019 e la nota prot. 5 del 30/09/2021 sono agli atti."):
        assert codes(find("interim", put("sheet/reading/narrative", sentence))) == [], sentence


def test_spaces_and_line_ends_are_no_change():
    assert codes(find("interim", put("sheet/purpose", " Finalità di  S1.00001 "))) == []


def test_a_text_with_another_subject_is_not_a_copy():
    other = LONG.replace("il lavoro svolto dagli uffici", "le opere compiute nei parchi").replace("gli incontri e i documenti", "le visite e le piante")
    assert codes(find("plan", both(put("sheet/detail", LONG), put("/objectives/1/sheet/detail", other)))) == []


def test_many_long_texts_are_compared_in_reasonable_time():
    import time

    def swell(document):
        for n, told in enumerate(document["objectives"][:2]):
            told["sheet"]["phases"] += [{"id": f"{n}-{k}", "text": "x", "weighting": "not_weighted",
                                         "reading": {"done": f"{n} {k} " + "parola detta più volte " * 1700}} for k in range(200)]

    started = time.process_time()
    found = find("interim", swell)
    assert time.process_time() - started < 8
    assert {"TEXT07", "TEXT08"} <= set(codes(found))


LEAVES = [None, "", " ", "x" * 300, "31/09/2021", "2021-02-30", "1-2-3", "S1.0001", -5, 0, 100, 1e9, True, [], ["01.01.09"]]


@given(st.sampled_from(["plan", "interim", "final"]), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=6))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_stands_in_the_cells_the_checks_speak(round, changes):
    """Every value of the return replaced by another of its own kind, or taken away, in any combination."""
    def spoil(document):
        for where, which in changes:
            leaves = list(_leaves(document["objectives"])) + list(_leaves(document.get("measures", [])))
            owner, key = leaves[where % len(leaves)]
            kind = type(owner[key])
            fitting = [v for v in LEAVES if type(v) is kind or {type(v), kind} == {int, float}]
            if which % 5 and fitting:
                owner[key] = fitting[which % len(fitting)]
            elif isinstance(owner, dict):
                del owner[key]

    for finding in find(round, spoil):
        assert finding.message("it") and finding.message("en")


def _leaves(value):
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        if isinstance(inner, (dict, list)):
            yield from _leaves(inner)
        else:
            yield value, key


HAPPENED = (
    "come risulta dal verbale di inizio lavori del 12/10/2021",
    "determina di proroga del 12/11/2021",
    "lettera di invito del 12/10/2021",
    "il piano è stato approvato nella seduta del 12/11/2021",
    "il corso si è concluso il 3 dicembre 2021, con attestati",
    "da parte del Comune con nota del 12/11/2021",
    "delibera di Giunta n. 88/2021 del 04/11/2021",
    "Determinazione n. 1272 del 9.12.2021",
    "È stata approvata la delibera n. 45 del 12/11/2021.",
    "con determina n. 1200 del 05/12/2021 è stato affidato il servizio",
    "la commissione si è riunita il 14 novembre 2021",
    "come da verbale del 03/11/2021",
    "l’incontro si è tenuto il 10/10/2021",
    "In data 15/10/2021 è stato pubblicato il bando",
    "Il 18 ottobre 2021 si è svolto il corso",
    "nota prot. 4521 del 20/10/2021 inviata alla Regione",
    "il collaudo è avvenuto il 22/11/2021",
    "il contratto è stato firmato in data 12/10/2021",
    "Con PEC del 4 novembre 2021 l’ufficio ha trasmesso i dati",
    "i lavori sono terminati il 15/11/2021",
    "la gara è stata aggiudicata il 12/12/2021",
    "consegnata la relazione il 10/11/2021",
)
TO_COME = (
    "nella riunione del 20/09/2021 si è deciso di consegnare il 20/11/2021",
    "inviata la convocazione per la seduta del 12/11/2021",
    "il 20/10/2021 è fissata la seduta",
    "inviata la bozza, che la Giunta approva il 20/12/2021",
    "pubblicato il bando che scade il 30/11/2021",
    "con determina n. 8 del 02/02/2021 (esecutiva dal 15/10/2021)",
    "firmato il contratto, consegna il 15/11/2021",
    "la seduta è convocata per il 12/11/2021",
    "la seduta del 12/11/2021 è convocata con avviso",
    "il contratto con scadenza 31/12/2021",
    "il contratto scade il 31/12/2021",
    "è stata fissata la riunione del 20/10/2021",
    "la nota fissa l’appuntamento al 20/10/2021",
    "delibera che proroga al 31/12/2021 il termine",
    "è stato inviato l’invito al convegno del 5 novembre 2021",
    "Con nota prot. 123 si chiede di rispondere entro il 15/10/2021",
    "La convenzione vale dal 01/01/2022",
    "contratto di servizio in vigore dal 01/01/2022",
    "la determina avrà effetto dal 1 gennaio 2022",
    "È stata inviata la lettera di invito alla seduta del 12/11/2021",
    "L’ordinanza dispone la chiusura dal 20/10/2021 al 30/10/2021",
    "approvato il calendario delle sedute: 12/10/2021 e 15/11/2021",
    "Il decreto del 15/06/2021 rinvia al 31/12/2021 l’adempimento",
    "È stato approvato il cronoprogramma che prevede la fine il 20/12/2021",
    "La determina n. 30 del 02/03/2021 affida il servizio fino al 31/12/2021",
    "Con delibera n. 3 del 10/05/2021 il corso parte il 15/10/2021",
    "il contratto decorre dal 01/11/2021",
    "la convenzione ha durata dal 01/07/2021 al 31/12/2023",
    "avviso pubblicato con termine per le domande il 29/10/2021",
    "l’assemblea è in agenda il 14/10/2021",
    "è stata presentata domanda di proroga al 31/12/2021",
    "Il verbale rimanda la decisione alla seduta del 15/11/2021",
    "con nota del 03/05/2021 è stato comunicato l’avvio dei lavori il 18/10/2021",
    "la lettera indica come data di consegna il 20/11/2021",
    "si attende la seduta del 12/11/2021",
)


@pytest.mark.parametrize(("texts", "fact"), [(HAPPENED, True), (TO_COME, False)], ids=["happened", "to come"])
def test_an_act_is_told_from_an_appointment(texts, fact):
    """After 30 September 2021: an act bears its date; what is due, starts, is convened or postponed lies ahead."""
    later = {text: any(d.fact for d in dates_in(text, 2021) if d.day and d.day > date(2021, 9, 30)) for text in texts}
    assert [text for text, told in later.items() if told is not fact] == []
