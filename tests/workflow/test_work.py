"""Files are read apart from one another: same results wherever they are read, and one that kills takes no other."""

import os
import pickle
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import faulty_reader
import pytest

from perfxl import demo
from perfxl.model import interruption
from perfxl.model.texts import Texts
from perfxl.stages import check, issue
from perfxl.workflow import workers as work
from perfxl.workflow.workers import (
    Job,
    Task,
    Unavailable,
    Workers,
    processes,
    read_all,
    tasks,
)
from perfxl.workflow.workers.cluster import Cluster
from perfxl.workflow.workers.packed import Packed


@pytest.fixture(scope="module")
def year():
    """The plan of the demo year and what it issues at the interim."""
    plan = demo.plan()
    return plan, issue.returns(plan, "interim")


@pytest.fixture(scope="module")
def forms(year, tmp_path_factory):
    """Issued forms of four sectors, as tasks in an order that is not theirs."""
    folder, plan = tmp_path_factory.mktemp("forms"), year[0]
    for sector in ("S8", "SG", "S7", "DG"):
        (folder / f"{sector}.xlsx").write_bytes(issue.issue(year[1][sector], plan, master=None, language="it", extension=None))
    return [Task(folder / f"{s}.xlsx", f"ricevute/{s}.xlsx") for s in ("S8", "SG", "S7", "DG")]


@pytest.fixture
def faulty(monkeypatch):
    """The reader that does what files ask, and little time."""
    monkeypatch.setattr(tasks, "read_in_plan_words", faulty_reader.one)
    monkeypatch.setattr(tasks, "opened", faulty_reader.opened)
    monkeypatch.setattr(processes, "TIME_LIMIT", 3.0)


@pytest.fixture(scope="module")
def cluster():
    """The address of a real scheduler with two worker processes."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as made:
        yield made.scheduler_address.replace("tcp://", "dask://")


def written(tmp_path, **contents):
    """Tasks for files with these contents, named by the keywords."""
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [Task(tmp_path / name, name) for name in contents]


def comparable(read):
    """Everything in ``read`` as plain values."""
    r = read.reading
    return (read.file, read.sha256, r.document, r.identity, dict(r.places), r.findings, r.modified, r.modified_by, read.checked)


def codes(reads):
    """The codes of the findings by file."""
    return {r.file: [f.code for f in r.reading.findings] for r in reads}


def job(year):
    return Job(None, 2021, "interim", *year)


def test_processes_give_what_this_process_gives_in_the_order_of_the_tasks(forms, year):
    alone = [comparable(tasks.read_in_plan_words(t.path.read_bytes(), t.file, job(year))) for t in forms]
    assert [comparable(r) for r in read_all(forms, job(year), Workers(count=2))] == alone
    assert [comparable(r) for r in read_all(forms, job(year))] == alone
    assert any(checked for *_, checked in alone), "an issued form has outcomes missing, which the check says"


def test_returns_of_another_round_or_body_are_read_and_not_checked(forms, year):
    other = {**year[0], "body": {**year[0]["body"], "code": "ALTRO"}}
    for asked in (Job(None, 2021, "final", *year), Job(None, 2021, round="interim", plan=other, issued=year[1]), Job()):
        read = read_all([forms[0]], asked)[0]
        assert read.reading.document is not None and read.checked == ()


def test_what_stands_beyond_the_fields_comes_back_from_a_process(forms):
    (here,), (there,) = read_all(forms[:1]), read_all(forms[:1], workers=Workers(count=1))
    assert there.reading.outside and [dict(o.cells) for o in there.reading.outside] == [dict(o.cells) for o in here.reading.outside]


def test_progress_passes_on_each_result_and_knows_how_many(forms):
    seen = []

    def progress(items, total):
        for item in items:
            seen.append((item.file, total))
            yield item

    read_all(forms, progress=progress)
    assert seen == [(t.file, 4) for t in forms]


def test_few_files_are_in_flight_at_once():
    class Hands:
        width, patience = 3, None
        in_flight = most = 0

        def submit(self, task):
            self.in_flight += 1
            self.most = max(self.most, self.in_flight)
            return self

        def result(self, _):
            self.in_flight -= 1
            return "read"

    hands = Hands()
    assert list(work._stream(list(range(50)), hands, Job())) == ["read"] * 50
    assert hands.most == 3


def test_no_files_need_no_workers():
    assert read_all([], workers=Workers(count=2)) == read_all([], workers=Workers("dask://127.0.0.1:9")) == []


def test_one_or_two_small_files_are_read_in_this_process(forms, monkeypatch):
    monkeypatch.setattr(processes, "Processes", None)
    assert [r.file for r in read_all(forms[:2])] == [t.file for t in forms[:2]]
    with pytest.raises(TypeError):
        read_all(forms[:3])


def test_a_small_file_that_unpacks_to_a_big_one_is_not_read_here(tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "gonfio.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (work.SMALL_UNPACKED + 1))
    assert not work._is_small(Task(tmp_path / "gonfio.xlsx", ""))
    (tmp_path / "testo.xlsx").write_text("no")
    assert work._is_small(Task(tmp_path / "testo.xlsx", ""))


@pytest.mark.parametrize("content, code", [(b"DIE", "WORK03"), (b"HANG", "WORK02"), (b"EAT", "WORK01"), (b"RAISE", "WORK03")])
def test_a_file_that_kills_its_reader_takes_nothing_with_it(forms, faulty, tmp_path, content, code):
    bad = written(tmp_path, a=content, b=b"niente", c=content)
    reads = read_all([forms[0], bad[0], forms[1], bad[1], bad[2], forms[2]], workers=Workers(count=2))
    assert codes(reads) == {forms[0].file: [], "a": [code], forms[1].file: [], "b": ["FILE02"], "c": [code], forms[2].file: []}
    assert [f.place.file for r in reads for f in r.reading.findings] == ["a", "b", "c"]
    assert all(r.reading.document for r in reads if r.file.startswith("ricevute/"))


def test_what_fails_in_this_process_is_tried_in_another(forms, faulty, tmp_path):
    reads = read_all([*written(tmp_path, a=b"RAISE"), forms[0]])
    assert codes(reads) == {"a": ["WORK03"], forms[0].file: []}
    spoilt, _ = reads
    finding, = spoilt.reading.findings
    assert "KeyError" in finding.message("it")


@pytest.mark.parametrize("count", [0, 1])
def test_a_file_that_cannot_be_opened_is_a_finding(forms, tmp_path, count):
    gone = Task(tmp_path / "sparita.xlsx", "sparita.xlsx")
    assert codes(read_all([gone, forms[0]], workers=Workers(count=count))) == {"sparita.xlsx": ["WORK04"], forms[0].file: []}


def test_a_huge_file_is_read_no_further_than_shows_it_is(tmp_path):
    path = tmp_path / "enorme.xlsx"
    with open(path, "wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(40 << 30)
    read = read_all([Task(path, "enorme.xlsx")])[0]
    assert codes([read]) == {"enorme.xlsx": ["FILE07"]} and read.sha256 == ""


def test_processes_that_cannot_start_are_no_fault_of_the_file(forms, monkeypatch):
    monkeypatch.setattr(processes, "_begin", faulty_reader.ends)
    with pytest.raises(Unavailable) as reason:
        read_all(forms)
    assert reason.value.key == "no_processes"
    say = Texts("work", "it")(reason.value.key, **reason.value.values)
    assert str(resource.getrlimit(resource.RLIMIT_NOFILE)[0]) in say and "il sistema dice" in say


@pytest.mark.parametrize("given", ["file", "stdin"])
def test_a_program_without_a_guard_runs_once(given, forms, tmp_path):
    text = ("from pathlib import Path\nfrom perfxl.workflow.workers import Job, Task, read_all\nprint('begun')\n"
            f"tasks = [Task(Path(p), p) for p in {[str(t.path) for t in forms]!r}]\n"
            "print([r.reading.identity.sector for r in read_all(tasks, Job(issued={'x': {'y': 'z' * 300_000}}))])\n")
    (tmp_path / "senza_guardia.py").write_text(text)
    run = subprocess.run([sys.executable, "senza_guardia.py" if given == "file" else "-"], cwd=tmp_path, text=True, timeout=120,
                         env={**os.environ, "PYTHONPATH": str(Path(work.__file__).parents[3])}, capture_output=True,
                         input=text if given == "stdin" else None)
    assert (run.stdout.splitlines(), run.stderr) == (["begun", "['S8', 'SG', 'S7', 'DG']"], "")


def test_a_cluster_gives_what_this_process_gives(forms, year, cluster, tmp_path):
    given = [*forms, *written(tmp_path, a=b"niente"), Task(tmp_path / "sparita", "sparita")]
    reads = read_all(given, job(year), Workers(cluster))
    assert [comparable(r) for r in reads[:5]] == [comparable(tasks.read_in_plan_words(t.path.read_bytes(), t.file, job(year))) for t in given[:5]]
    assert codes(reads[4:]) == {"a": ["FILE02"], "sparita": ["WORK04"]}


@pytest.fixture
def alone(monkeypatch):
    """The names of the files that had to be read alone."""
    names, real = [], processes.alone
    monkeypatch.setattr(processes, "alone", lambda task, job: names.append(task.file) or real(task, job))
    return names


@pytest.mark.parametrize("where", ["here", "processes", "cluster"])
def test_what_stands_outside_the_fields_is_compared_where_the_file_is_read(where, forms, year, cluster, tmp_path):
    from openpyxl import load_workbook

    home, task = tmp_path / "campagna", forms[1]
    (home / "emesse" / "interim").mkdir(parents=True)
    (home / "emesse" / "interim" / "SG.xlsx").write_bytes(task.path.read_bytes())
    book = load_workbook(task.path)
    book["Leggimi"]["H40"] = "una nota a lato"
    book.save(tmp_path / "SG.xlsx")
    workers = {"here": Workers(), "processes": Workers(count=1), "cluster": Workers(cluster)}[where]
    noted, clean = read_all([Task(tmp_path / "SG.xlsx", "nota"), task], Job(None, 2021, "interim", *year, home), workers)
    assert [(f.code, f.place.file, f.place.sheet, f.place.cell) for f in noted.extra] == [("FORM15", "nota", "Leggimi", "H40")]
    assert clean.extra == () and noted.reading.outside == clean.reading.outside == ()


def test_a_file_that_kills_the_workers_of_a_cluster_takes_nothing_with_it(forms, faulty, alone, cluster, tmp_path):
    reads = read_all([forms[0], *written(tmp_path, a=b"DIE", b=b"RAISE"), *forms[1:]], workers=Workers(cluster))
    assert codes(reads) == {"a": ["WORK03"], "b": ["WORK03"]} | {t.file: [] for t in forms}
    assert alone == ["a", "b"], "the cluster reads the others, though their workers were lost"


def test_a_file_that_a_cluster_never_finishes_takes_nothing_with_it(forms, faulty, monkeypatch, tmp_path):
    from distributed import LocalCluster

    monkeypatch.setattr(Cluster, "patience", 3)
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as own:
        reads = read_all([*written(tmp_path, a=b"HANG"), *forms], workers=Workers(own.scheduler_address.replace("tcp:", "dask:")))
    assert codes(reads) == {"a": ["WORK02"]} | {t.file: [] for t in forms}


def test_a_cluster_that_is_lost_is_said(forms):
    from distributed import LocalCluster

    made = LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0")
    hands = Cluster(made.scheduler_address.replace("tcp://", "dask://"), Job())
    made.close()
    with pytest.raises(Unavailable) as reason:
        list(work._stream(forms, hands, Job()))
    hands.close()
    assert reason.value.key == "cluster_lost"


def test_workers_with_another_perfxl_are_not_given_work(forms, cluster, monkeypatch):
    monkeypatch.setattr("perfxl.workflow.workers.cluster.__version__", "99")
    with pytest.raises(Unavailable) as reason:
        read_all(forms, workers=Workers(cluster))
    assert reason.value.key == "not_on_workers" and reason.value.values["version"] == "99"


def test_a_cluster_without_workers_and_no_cluster_are_said(forms, monkeypatch):
    from distributed import LocalCluster

    with LocalCluster(n_workers=0, processes=True, dashboard_address=":0") as empty:
        with pytest.raises(Unavailable) as reason:
            read_all(forms, workers=Workers(empty.scheduler_address.replace("tcp://", "dask://")))
    assert reason.value.key == "no_workers"
    with pytest.raises(Unavailable) as reason:
        read_all(forms, workers=Workers("dask://127.0.0.1:9"))
    assert (reason.value.key, reason.value.values) == ("no_cluster", {"address": "127.0.0.1:9"})


@pytest.mark.parametrize("language", ["it", "en"])
def test_without_the_extra_the_command_says_how_to_install_it(language, monkeypatch, tmp_path, capsys):
    from perfxl.ui.cli import main

    (tmp_path / "a.xlsx").write_text("x")
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["check", str(tmp_path), "--executor", "dask://localhost:8786", "--lang", language]) == 2
    assert 'pip install "perfxl[dask]"' in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--workers", "0"], ["--workers", "x"], ["--workers", "62"], ["--executor", "dask://a"],
                                   ["--executor", "tcp://a:1"], ["--executor", "dask://a:1", "--workers", "2"]])
def test_workers_that_make_no_sense_are_refused(wrong, capsys):
    from perfxl.ui.cli import main

    with pytest.raises(SystemExit) as stopped:
        main(["check", "x", *wrong])
    assert stopped.value.code == 2 and "errore" in capsys.readouterr().err


def test_readers_end_with_whoever_asked_them(forms, tmp_path):
    """A program that is killed while it reads leaves no process behind."""
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\nfrom pathlib import Path\nfrom perfxl.workflow.workers import Job, Task\nfrom perfxl.workflow.workers.processes import Processes\n"
        "hands = Processes(2, Job())\n"
        "for path in sys.argv[1:]:\n    hands.submit(Task(Path(path), path)).result()\n"
        "print('reading', flush=True)\nsys.stdin.read()\n")
    with subprocess.Popen([sys.executable, program, *(f.path for f in forms)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          start_new_session=True) as running:
        assert running.stdout.readline() == b"reading\n"
        assert len(_session(running.pid)) > 1
        running.kill()
        running.wait()
    deadline = time.monotonic() + 20
    while left := _session(running.pid):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def _session(number: int) -> list[int]:
    """The processes of a session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == number and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def test_what_is_held_is_interrupted_at_its_end_and_what_it_starts_never_hears_of_it():
    """Ctrl-C goes to the whole group: readers leave it to their parent, which hears it when they are started or ended."""
    heard, done = signal.getsignal(signal.SIGINT), []
    with pytest.raises(KeyboardInterrupt), interruption.uninterrupted():
        os.kill(os.getpid(), signal.SIGINT)
        child = "import os, signal; os.kill(os.getpid(), signal.SIGINT); print('deaf')"
        done.append(subprocess.run([sys.executable, "-c", child], capture_output=True, text=True).stdout.strip())
    assert done == ["deaf"] and signal.getsignal(signal.SIGINT) is heard
    with interruption.uninterrupted():
        pass
    assert subprocess.run([sys.executable, "-c", child], capture_output=True).returncode == -signal.SIGINT, "nobody stays deaf"


def test_documents_for_many_readers_are_unpacked_as_they_are_asked_for():
    documents = {f"S{n}": {"identity": {"sector": f"S{n}"}} for n in range(3)}
    packed = Packed(documents)
    assert dict(packed) == documents and len(packed) == 3
    assert packed["S1"] is packed["S1"]  # what is asked about one file is asked twice
    assert packed.get("S9") is None
    assert pickle.loads(pickle.dumps(packed))["S2"] == documents["S2"]


def test_a_plan_packed_for_many_readers_says_what_it_says(forms, year):
    plan, issued = year
    whole, coded = check.Shared(plan), {**plan, "objectives": [{**plan["objectives"][0], "code": "Ob-1/A"}, *plan["objectives"][1:]]}
    packed = pickle.loads(pickle.dumps(whole.packed()))
    assert list(packed["objectives"]) == plan["objectives"] and packed["objectives"][-1] == plan["objectives"][-1]
    assert {code: o.data for code, o in packed.by_code.items()} == {code: o.data for code, o in whole.by_code.items()}
    for asked in (plan, coded):
        given = [Job(None, 2021, round="interim", plan=p, issued=issued) for p in (asked, check.Shared(asked).packed())]
        one, other = ([comparable(tasks.opened(t, job)) for t in forms] for job in given)
        assert one == other
