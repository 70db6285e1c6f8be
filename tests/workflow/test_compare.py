"""``perfxl compare``: many bodies side by side, here and on a cluster, read through their registers and never written in."""

import csv
import statistics
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks import bodies
from perfxl.model import documents
from perfxl.stages.compare import facts
from perfxl.stages.compare.figures import Spread, places, quarter
from perfxl.ui.cli import main
from perfxl.workbook import sheets
from perfxl.workflow import compare as comparing
from perfxl.workflow.running import CannotRun
from perfxl.workflow.workers import Workers

COUNT, OBJECTIVES = 5, 9


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A folder of folders with five campaigns of invented bodies; not to be changed."""
    folder = tmp_path_factory.mktemp("enti")
    for number in range(1, COUNT + 1):
        bodies.write(folder / ("nord" if number % 2 else "sud") / f"ente {number}", number, OBJECTIVES)
    return folder


@pytest.fixture(scope="module")
def local(many, tmp_path_factory):
    """The comparison made in local processes: what it says of itself, and its folder."""
    folder = tmp_path_factory.mktemp("qui") / "esiti"
    return comparing.compare([many], folder / "confronto.xlsx", "it", workers=Workers(count=1)), folder


@pytest.fixture(scope="module")
def cluster():
    """The address of a real scheduler with two worker processes."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as made:
        yield made.scheduler_address.replace("tcp://", "dask://")


def rows(folder: Path, table: str) -> list[dict]:
    with open(folder / "confronto-dati" / f"{table}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def document(many: Path, number: int) -> dict:
    return documents.load(next(many.rglob(f"ente {number}")) / "risultati" / "final" / "consolidato.json")


def test_every_body_says_what_its_document_says(many, local):
    made, folder = local
    assert (made.read, made.left_out, made.moments) == (COUNT, 0, 1)
    told = {r["body"]: r for r in rows(folder, "bodies")}
    for number in range(1, COUNT + 1):
        found, row = document(many, number), told[f"E{number:04d}"]
        assert row["outcome"] == found["outcomes"]["final"]["body"]["outcome"]
        assert int(row["warning"]) == len(found["findings"]) == number % 3
        assert int(row["late"]) == number % 4 and (int(row["late_days"]) > 0) == (number % 4 > 0)
        assert int(row["returned"]) == len(found["returned"]) > 0
        assert (folder / row["link"]).parent.is_dir()  # where the figures come from, from where the comparison lies


def test_places_and_quartiles_are_those_of_the_values(local):
    _, folder = local
    for table, value in (("bodies", "outcome"), ("lines", "value"), ("indicators", "value")):
        groups: dict = {}
        for row in rows(folder, table):
            groups.setdefault((row["moment"], row.get("key", "")), []).append(row)
        for group in groups.values():
            told = [r for r in group if r[value]]
            figures = [Decimal(r[value]) for r in told]
            assert len({r["campaign"] for r in group}) == int(group[0]["bodies"])
            if len(figures) < 2:
                continue
            low, middle, high = statistics.quantiles(figures, n=4, method="inclusive")
            shown = [Decimal(told[0][k]) for k in ("least", "first", "median", "third", "most")]
            assert shown == [min(figures), round(low, 4), round(middle, 4), round(high, 4), max(figures)]
            lower = told[0].get("direction") == "lower"
            for row, figure in zip(told, figures, strict=True):
                assert int(row["place"]) == 1 + sum(other < figure if lower else other > figure for other in figures)


@pytest.mark.parametrize("lower, expected", [(False, [1, 2, 3, 4, 4]), (True, [4, 3, 2, 1, 1])])
def test_the_first_quarter_is_the_best(lower, expected):
    values = [Decimal(v) for v in (9, 7, 5, 2, 1)]
    assert [quarter(v, Spread.from_values(values), lower) for v in values] == ([1, 1, 2, 3, 4] if not lower else [4, 3, 2, 1, 1])
    assert places([Decimal(v) for v in (5, 7, 5, 1)], lower) == ([2, 1, 2, 4] if not lower else [2, 4, 2, 1])


def test_the_workbook_has_every_body_beside_every_shared_line_and_a_link_to_its_campaign(many, local):
    made, folder = local
    book = sheets.open_book(made.workbook.read_bytes(), "confronto.xlsx")
    assert [s.name for s in book.sheets] == ["Confronto", "Enti", "Linee a confronto", "Linee", "Indicatori", "Posizioni", "Rilievi"]
    matrix = book.sheet("Linee a confronto")
    names = [matrix.cell(row, 1).value for row in range(5, 5 + COUNT)]
    assert names == [f"Comune di Prova {n}" for n in (1, 3, 5, 2, 4)]  # in the order of their folders
    first = matrix.cell(4, 2).value
    line = next(r for r in rows(folder, "lines") if r["title"] == first and r["name"] == names[0])
    assert matrix.cell(5, 2).value * 100 == Decimal(line["value"])
    page = made.page.read_text(encoding="utf-8")
    assert page.count('/risultati/final/consolidato.xlsx"') >= COUNT and "<script" not in page


def test_the_data_package_is_one(local):
    frictionless = pytest.importorskip("frictionless")
    _, folder = local
    found = frictionless.validate(str(folder / "confronto-dati" / "datapackage.json"))
    assert found.valid, found.flatten(["message"])


def test_the_parts_and_the_workers_do_not_show(many, local, tmp_path, monkeypatch):
    monkeypatch.setattr(comparing, "TOGETHER", 2)
    comparing.compare([many], tmp_path / "qui" / "confronto.xlsx", "it", workers=Workers(count=2))
    again, before = files(tmp_path / "qui"), files(local[1])
    assert again.keys() == before.keys()
    assert [n for n in before if n.endswith((".csv", ".html", ".xlsx")) and _unlinked(again[n]) != _unlinked(before[n])] == []


def _unlinked(content: bytes) -> bytes:
    """The content of a CSV or page without how the campaigns are named from there; nothing of a workbook, which packs it."""
    import re

    return b"" if content.startswith(b"PK") else re.sub(rb"(\.\./)+[^,\"<]*?/(nord|sud)", b"", content)


def test_a_cluster_that_sees_the_folders_gives_the_same_bytes_and_is_sent_none(many, cluster, tmp_path, monkeypatch):
    from perfxl.workflow import campaign_facts

    here, there = tmp_path / "qui", tmp_path / "la"
    comparing.compare([many], here / "confronto.xlsx", "it", workers=Workers(count=1))
    monkeypatch.setattr(campaign_facts, "packed", lambda folder: pytest.fail("bytes travel"))
    monkeypatch.setattr(comparing, "TOGETHER", 2)
    comparing.compare([many], there / "confronto.xlsx", "it", workers=Workers(cluster))
    assert files(there) == files(here)


def test_what_a_cluster_cannot_see_is_sent(many, cluster, tmp_path, monkeypatch):
    here, sent = tmp_path / "qui", []
    comparing.compare([many], here / "confronto.xlsx", "it", workers=Workers(count=1))
    monkeypatch.chdir(many.parent)  # the workers have another current folder
    mine = Path("/proc/self/cwd")
    if not mine.is_dir():
        pytest.skip("a path that other processes see otherwise is needed")
    from perfxl.workflow import campaign_facts

    real = campaign_facts.packed
    monkeypatch.setattr(campaign_facts, "packed", lambda folder: sent.append(folder) or real(folder))
    output = mine / "qui, non là" / "confronto.xlsx"
    comparing.compare([mine / many.name], output, "it", workers=Workers(cluster))
    assert len(sent) == COUNT
    away = files(many.parent / "qui, non là")
    assert {n: _unlinked(c) for n, c in away.items() if n.endswith(".csv")} == {n: _unlinked(c) for n, c in files(here).items() if n.endswith(".csv")}


def test_nothing_is_written_in_the_campaigns(many, tmp_path):
    def state():
        return {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in many.rglob("*")}

    before = state()
    comparing.compare([many], tmp_path / "confronto.xlsx", "it", workers=Workers(count=1))
    assert state() == before and not list(tmp_path.glob(".confronto-*"))


def test_what_cannot_be_trusted_or_is_not_there_is_left_out_with_the_reason(many, tmp_path, capsys):
    for number in (6, 7, 8):
        bodies.write(tmp_path / "enti" / f"ente {number}", number, OBJECTIVES)
    changed = tmp_path / "enti" / "ente 6" / "risultati" / "final" / "consolidato.json"
    changed.write_bytes(changed.read_bytes().replace(b'"outcome"', b'"0utcome"', 1))
    (tmp_path / "enti" / "ente 7" / "registro.sqlite").write_bytes(b"not a register")
    (tmp_path / "enti" / "vuoto").mkdir()
    (tmp_path / "enti" / "vuoto" / "piano.xlsx").write_bytes(b"")
    code = main(["compare", str(tmp_path / "enti"), "-o", str(tmp_path / "c" / "confronto.xlsx"), "--lang", "it"])
    said = capsys.readouterr().out
    assert code == 1 and "Confrontate 1 campagne" in said and "Non confrontate: 3" in said
    left = {r["campaign"].rpartition("/")[2]: r["reason"] for r in rows(tmp_path / "c", "left_out")}
    assert left.keys() == {"ente 6", "ente 7", "vuoto"} and all(left.values())
    book = sheets.open_book((tmp_path / "c" / "confronto.xlsx").read_bytes(), "x")
    assert len(book.sheet("Non confrontati").cells) > 6


def test_a_round_that_a_body_has_not_leaves_it_out(many, tmp_path, capsys):
    code = main(["compare", str(many), "-o", str(tmp_path / "confronto.xlsx"), "--round", "interim", "--lang", "en"])
    assert code == 1 and f"Not compared: {COUNT}" in capsys.readouterr().out
    assert all("“interim”" in r["reason"] for r in rows(tmp_path, "left_out"))


def test_texts_of_others_stay_texts(tmp_path, monkeypatch):
    real = bodies.content

    def hostile(number, objectives=0):
        made = real(number, objectives)
        made["body"]["name"] = '=HYPERLINK("http://x.example")<script>alert(1)</script>'
        return made

    monkeypatch.setattr(bodies, "content", hostile)
    for number in (1, 2):
        bodies.write(tmp_path / "e" / f"a&b '{number}'#", number, 3)
    made = comparing.compare([tmp_path / "e"], tmp_path / "confronto.xlsx", "it", workers=Workers(count=1))
    assert all(r["name"].startswith("'=HYPERLINK") for r in rows(tmp_path, "bodies"))
    assert "<script>" not in made.page.read_text() and "&lt;script&gt;" in made.page.read_text()
    enti = sheets.open_book(made.workbook.read_bytes(), "x").sheet("Enti")
    assert enti.cell(5, 1).kind == "text" and enti.cell(5, 1).formula is None


@pytest.mark.parametrize("name, word", [("vuota/c.xlsx", "Nessuna campagna"), ("c.csv", "non finisce in .xlsx")])
def test_what_it_cannot_do_it_says(tmp_path, name, word):
    (tmp_path / "vuota").mkdir()
    with pytest.raises(CannotRun, match=word):
        comparing.compare([tmp_path / "vuota"], tmp_path / name, "it")
    assert not list(tmp_path.rglob("c.*"))


def test_without_the_packages_of_the_extra_it_says_which_to_install(many, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert main(["compare", str(many), "-o", str(tmp_path / "c.xlsx")]) == 2
    assert 'pip install "perfxl[dask]"' in capsys.readouterr().err


def test_a_campaign_named_twice_is_one_and_links_are_not_followed(many, tmp_path):
    (tmp_path / "giro").symlink_to(many)
    assert len(comparing.campaigns([many, many / "nord", tmp_path], "it")) == COUNT


def test_lines_are_compared_where_their_body_places_them():
    """By the titles above them, as the body says (``above``), whatever their codes begin with."""
    cascade = [{"code": "AREA-A", "title": "Ambiente"}, {"code": "P7", "title": "Rifiuti", "above": "AREA-A"}, {"code": "AREA-A.1", "title": "Carta", "above": "P7"}]
    told = [{"code": line["code"], "outcome": "50.00", "counted": 1, "coverage": "100.00"} for line in cascade]
    found = facts.lines_of({"content": {"cascade": cascade}, "outcomes": {"final": {"lines": told}}}, "final")
    assert [row["title"].split(facts.ABOVE) for row in found] == [["Ambiente"], ["Ambiente", "Rifiuti"], ["Ambiente", "Rifiuti", "Carta"]]
