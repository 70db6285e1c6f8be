"""Documents that wait packed are what they were when somebody asks for them."""

import pickle
from decimal import Decimal

import pytest

from perfxl.model import packed
from perfxl.model.packed import PackedList, PackedRows, Waiting, said_once


@pytest.mark.parametrize("small", [True, False])
def test_what_waits_is_what_it_was_and_what_was_one_object_is_one(small):
    sheet = {"title": "Ridurre i tempi", "weight": Decimal("12.5")}
    waiting = Waiting([{"sheet": sheet}, {"sheet": sheet}], small)
    first, second = waiting.taken()
    assert first == {"sheet": sheet} and first["sheet"] is second["sheet"]


@pytest.mark.parametrize("kind", [PackedList, PackedRows])
def test_a_packed_list_is_the_list(kind, monkeypatch):
    monkeypatch.setattr(packed, "AT_HAND", 2)
    monkeypatch.setattr(packed, "TOGETHER", 2)
    documents = [{"code": f"S1.{n:05}", "lines": ["01.02"]} for n in range(5)]
    for there in (kind(documents), pickle.loads(pickle.dumps(kind(documents)))):
        assert [*there] == documents and len(there) == 5
        assert [there[n] for n in (4, 0, -1, 3, 2)] == [documents[n] for n in (4, 0, -1, 3, 2)]
        assert there[1:4] == documents[1:4]
        assert kind is PackedRows or there[3] is there[3]
        with pytest.raises(IndexError):
            there[5]


def test_texts_that_are_the_same_become_one_object():
    one, other = "S1." + "0" * 5, "".join(["S1.", "00000"])
    document = {"code": one, "rows": [{"of": other, "weight": Decimal(5)}, other, None]}
    before = pickle.loads(pickle.dumps(document))
    said_once(document, {})
    assert document == before
    assert document["rows"][0]["of"] is document["code"] is document["rows"][1]
