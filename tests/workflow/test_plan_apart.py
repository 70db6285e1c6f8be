"""A plan that a copy of the process read is the plan that this one reads, and leaves nothing else behind."""

import os

import pytest

from perfxl.model import process_copy
from perfxl.workflow import plan_workbook


@pytest.fixture
def readers(monkeypatch):
    """Whatever the size of a plan, a copy of the process may read it; none is remembered."""
    monkeypatch.setattr(process_copy, "possible", lambda: True)
    monkeypatch.setattr(plan_workbook, "LARGE", 1)
    plan_workbook.forget()
    yield
    plan_workbook.forget()


@pytest.fixture
def said(tmp_path, monkeypatch):
    """Who read a plan, in their order."""
    path, reading = tmp_path / "readers", plan_workbook._reading

    def noting(*given):
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
        return reading(*given)
    monkeypatch.setattr(plan_workbook, "_reading", noting)
    return lambda: ["here" if int(line) == os.getpid() else "a copy" for line in path.read_text().splitlines()]


def test_a_copy_reads_what_is_read_here(issued, readers, said):
    here = plan_workbook.plan_reading(issued, "it")
    plan_workbook.forget()
    plan_workbook.read_apart(issued, "it")
    apart = plan_workbook.plan_reading(issued, "it")
    assert said() == ["here", "a copy"]
    assert (apart.document, apart.findings, apart.words, apart.hidden) == (here.document, here.findings, here.words, here.hidden)
    assert apart.places == here.places and said() == ["here", "a copy", "here"]  # who asks for places has it read once more


@pytest.mark.parametrize("spoiled", ["small", "no copies", "known"])
def test_what_needs_no_copy_is_read_here(issued, readers, said, monkeypatch, spoiled):
    if spoiled == "small":
        monkeypatch.setattr(plan_workbook, "LARGE", 10**9)
    elif spoiled == "no copies":
        monkeypatch.setattr(process_copy, "possible", lambda: False)
    else:
        plan_workbook.plan_reading(issued, "it")
    plan_workbook.read_apart(issued, "it")
    plan_workbook.plan_reading(issued, "it")
    assert said() == ["here"]


def test_a_plan_that_cannot_be_used_is_told_all_the_same(campaign, readers):
    campaign.plan.write_bytes(b"no workbook")
    plan_workbook.read_apart(campaign, "it")
    with pytest.raises(plan_workbook.CannotRun) as refused:
        plan_workbook.plan_reading(campaign, "it")
    assert refused.value.findings
