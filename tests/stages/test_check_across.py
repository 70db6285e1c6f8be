"""The checks that take several returns."""

from copy import deepcopy

import pytest
from check_case import clean, codes, plan

from perfxl.model.findings import Place
from perfxl.model.weigh import weigh
from perfxl.stages import check as stage

RAISED = ["SHRD01", "SHRD02", "SHRD03", "SHRD04", "SHRD05", "SHRD06", "SHRD07", "SHRD08", "RULE01", "RULE02"]


def year(round: str = "interim"):
    """(content, returned): S1 shares its first objective with S2, which leads a transversal one; nothing to find."""
    content, s1 = plan(), clean(round)
    content["objectives"][0]["holders"].append({"sector": "S2"})
    shared = {"code": "S1.00001", "role": "partner", "holding": {"weighting": "not_weighted"},
              "sheet": {"title": "Titolo di S1.00001", "purpose": "Finalità di S1.00001"}}
    own = {"code": "S2.00001", "role": "lead", "holding": {"weighting": "weighted", "weight": 100, "reading": {"percent": 50, "reason": "In corso."}},
           "sheet": {"title": "Trasversale", "strategic_lines": ["02.01.01"]}}
    s2 = {"schema": "perfxl/return/2", "objectives": [shared, own],
          "identity": {"body": "UTP", "year": 2021, "round": round, "sector": "S2", "issue": 1, "digest": "0" * 16}}
    return content, {"S1": s1, "S2": s2}


def kept(told: dict, round: str) -> dict:
    """An item of a return, with its tables, as a plan-shaped document has it."""
    made = {k: [kept(row, round) for row in v] if k in ("phases", "results", "entities") and isinstance(v, list) else v for k, v in told.items()
            if k not in ("reading", "revision", "in_force")}
    return made | {f"{k}s": [{"round": round, **told[k]}] for k in ("reading", "revision") if k in told}


def laid(content: dict, returned: dict, round: str = "interim") -> dict:
    """The content after the returns."""
    found = deepcopy(content)
    for objective in found["objectives"]:
        for holder in objective["holders"]:
            told = next((o for o in returned.get(holder["sector"], {}).get("objectives", ()) if o["code"] == objective["code"]), None)
            if told:
                holder["holding"] = kept(told["holding"], round)
                if holder["sector"] == objective["lead"]:
                    objective["sheet"] = kept(told.get("sheet", {}), round)
    found["measures"] = [{"sector": s, "measure": kept(m, round)} for s, d in returned.items() for m in d.get("measures", ())]
    return found


def find(spoil=None, round: str = "interim"):
    content, returned = year(round)
    if spoil:
        spoil(content, returned)
    merged = laid(content, returned, round)
    places = {s: {f"/objectives/{i}/code": Place(f"{s}.xlsx", o["code"], "B2") for i, o in enumerate(d["objectives"])}
              for s, d in returned.items()}
    earlier = weigh(laid(*year()), "interim") if round == "final" else {}
    return stage.check_round(merged, round, returned=returned, places_by_sector=places, files={s: f"{s}.xlsx" for s in returned},
                        earlier=earlier)


def test_nothing_to_find():
    assert find() == []
    assert find(round="final") == []


def partner(returned):
    return returned["S2"]["objectives"][0]


@pytest.mark.parametrize("code, spoil", [
    ("SHRD01", lambda c, r: partner(r)["holding"].update(reading={"percent": 80})),
    ("SHRD02", lambda c, r: partner(r)["holding"].update(reading={"status": "withdrawn"})),
    ("SHRD03", lambda c, r: partner(r)["sheet"].update(purpose="Tutt’altro")),
    ("SHRD04", lambda c, r: r["S2"]["objectives"][1]["holding"]["reading"].update(percent=95)),
    ("SHRD07", lambda c, r: r["S1"].update(compilation={"considerations": "Gli obiettivi sono complessivamente raggiunti al 94,40%."})),
    *[("SHRD07", lambda c, r, text=text: r["S1"].update(compilation={"considerations": text})) for text in (
        "Si è raggiunto il 94,40% complessivo.", "Il settore chiude al 94,4 % di realizzazione complessiva, meglio del previsto.",
        "Abbiamo realizzato il 94% nel complesso.", "We reached 94% overall.", "Il 94,40% è il grado di attuazione complessivo.")],
    ("SHRD07", lambda c, r: c.update(considerations=[{"sector": "S1", "round": "interim", "text": "Totale 85,75 % dell’anno."}])),
    ("RULE01", lambda c, r: c["rules"].update(blocking=["WGHT99"])),
    ("RULE02", lambda c, r: c["rules"].update(as_error=["WGHT01"], as_note=["WGHT01"])),
])
def test_each_fault(code, spoil):
    assert codes(find(spoil)) == [code]


def test_an_objective_that_nobody_returned_leaves_the_counts_open():
    def drop(content, returned):
        returned["S1"]["objectives"].pop(1)

    found = find(drop)
    assert codes(found) == ["SHRD05", "SHRD06"]
    assert found[1].values == {"issued": 3, "consolidated": 2, "replaced": 0, "withdrawn": 0, "codes": "S1.00002"}


def test_nothing_is_said_of_a_sector_that_has_not_answered():
    content, returned = year()
    del returned["S1"]
    assert stage.check_round(laid(content, returned), "interim", returned=returned, places_by_sector={}, files={"S2": "S2.xlsx"}) == []


def test_a_successor_the_sector_does_not_hold():
    def replace(content, returned):
        content["objectives"].append({"code": "S2.00002", "lead": "S2", "holders": [{"sector": "S2"}]})
        returned["S2"]["objectives"].append({"code": "S2.00002", "holding": {"weighting": "not_weighted"}})
        returned["S1"]["objectives"][1]["holding"].update(revision={"replaced_by": "S2.00002"}, reading={"status": "replaced"})

    assert codes(find(replace)) == ["SHRD08"]


@pytest.mark.parametrize("text", [
    "Complessivamente gli obiettivi sono raggiunti al 59,50%.", "Totale: 59,5%.", "Il 59,5% complessivo.", "Abbiamo impegnato l’80% della spesa complessiva.",
    "Il 30% del totale delle istanze.", "La spesa complessiva è impegnata all’80%.", "80% of the overall budget was spent.", "Il 70% dei pagamenti passa dal portale.",
    "Nel totale l’obiettivo S1.00001 è al 60%.", ""])
def test_percentages_that_are_right_or_of_something_else(text):
    def tell(content, returned):
        returned["S1"]["compilation"] = {"considerations": text}

    assert codes(find(tell)) == []


def test_the_final_words_may_recall_the_interim_total():
    def tell(content, returned):
        returned["S1"]["compilation"] = {"considerations": "Il totale passa dal 59,5% al 97,5%."}

    assert codes(find(tell, "final")) == []
