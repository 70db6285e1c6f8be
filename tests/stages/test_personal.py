"""The gate for personal data on texts that are easily taken for what they are not: both lists have to come out whole."""

import tomllib
from copy import deepcopy
from pathlib import Path

import pytest
import report_year
from test_publish import found

from perfxl.stages.publish.personal import looks_personal

TEXTS = tomllib.loads((Path(__file__).parents[1] / "data" / "personal-texts.toml").read_text("utf-8"))


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in TEXTS["personal"].items() for text in texts])
def test_what_is_said_of_one_person_is_seen(code, text):
    assert [seen for seen, _ in looks_personal(text)] == [code]
    assert [seen for seen, _ in looks_personal(f"Si segnala che {text}; si procede oltre.")] == [code]


@pytest.mark.parametrize("text", [text for texts in TEXTS["nothing"].values() for text in texts])
def test_what_only_looks_like_it_passes(text):
    assert list(looks_personal(text)) == list(looks_personal(f"Si segnala: {text}; si procede oltre.")) == []


@pytest.mark.parametrize("code", ["AA123BB", "AA 123 BB", "3471234567", "EX.987.ZZ"])
def test_a_code_of_the_plan_is_nobodys_wherever_it_stands(code):
    document = deepcopy(report_year.document("plan"))
    other, said = document["content"]["objectives"][2:4]
    said["sheet"]["detail"] = f"Procede insieme a {code} e a quanto ne segue."
    if any(c.isspace() for c in code):
        code = code.replace(" ", "")
    other["sheet"]["results"] = [{"id": code, "text": "Un risultato", "weight": 100}]
    assert found(document) == []
    other["sheet"]["results"] = []
    assert len(found(document)) == (code != "EX.987.ZZ")
