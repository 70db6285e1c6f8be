"""The benchmarks: one chapter that fails takes no other with it."""

from types import SimpleNamespace

import pytest

from benchmarks import __main__ as benchmarks


def _lost(source, campaign, given):
    """One that fails."""
    raise RuntimeError("cluster lost")


def _ended(source, campaign, given):
    """One whose process came to nothing."""
    raise SystemExit("benchmark failed")


def _measured(source, campaign, given):
    """One that measures."""
    print("  measured")


@pytest.mark.parametrize("failing", [_lost, _ended])
def test_a_chapter_that_fails_is_told_and_the_next_is_measured(failing, monkeypatch, tmp_path, capsys):
    file = tmp_path / "scheda.xlsx"
    file.write_bytes(b"PK")
    campaign = SimpleNamespace(received_files=lambda _round: [file])
    monkeypatch.setattr(benchmarks.corpus, "played", lambda _folder: campaign)
    monkeypatch.setattr(benchmarks.corpus, "grown", lambda *_: campaign)
    monkeypatch.setattr(benchmarks, "CHAPTERS", {"first": failing, "second": _measured})
    monkeypatch.setattr("sys.argv", ["benchmarks"])
    with pytest.raises(SystemExit) as end:
        benchmarks.main()
    assert end.value.code == 1
    said = capsys.readouterr().out
    assert "FAILED" in said and "  measured" in said and "Not measured to the end: first." in said
    monkeypatch.setattr(benchmarks, "CHAPTERS", {"second": _measured})
    with pytest.raises(SystemExit) as end:
        benchmarks.main()
    assert not end.value.code


def test_seconds_below_ten_have_a_decimal():
    assert [benchmarks.seconds(s) for s in (0.84, 9.94, 10.2, 48.1)] == ["0.8 s", "9.9 s", "10 s", "48 s"]
