"""Nothing that lies in the folder where perfxl is started runs: attachments are saved in such folders."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from perfxl.model import safe_path
from perfxl.ui.addin import macros, shortcuts

#: Modules that perfxl, its libraries or the processes it starts import, or would if they were there.
PLANTED = ("json", "pickle", "multiprocessing", "runpy", "types", "socket", "threading", "openpyxl", "jsonschema", "docx", "xlwings", "numpy",
           "sitecustomize", "usercustomize", "perfxl", "zipfile", "email", "sqlite3", "tkinter", "distributed", "evil")
RUN = "import os\nwith open(os.environ['PLANTED_RAN'], 'a') as ran:\n    ran.write(__file__)\n"
COMMANDS = {
    ".": [["check", ".", "--workers", "1"], ["consolidate", ".", "--round", "interim", "--workers", "1"],
          ["status", "."], ["template", "."], ["publish", ".", "--round", "interim"]],
    "ricevute/interim": [["check", "S1.xlsx", "S8.xlsx", "--workers", "2"], ["read", "S1.xlsx"],
                         ["report", "../..", "--round", "interim", "--citizens"]],
    "in arrivo": [["collect", "..", "--workers", "1"], ["send", "..", "--round", "interim"], ["remind", "..", "--round", "interim"]],
    "emesse/interim": [["issue", "../..", "--round", "interim"], ["ask", "../..", "--round", "interim", "--workers", "1"],
                       ["log", "../..", "--verify"], ["resolve", "../..", "--round", "interim"]],
    "risultati/interim": [["explain", "../..", "S1"], ["bundle", "../..", "--round", "interim"], ["new", "fuori"],
                          ["approve", "../..", "--round", "interim", "--act", "Det. 1", "--date", "2021-07-31"],
                          ["addin", "status"], ["window", "../.."]],
}
#: How perfxl is started: its command; Python with the safe path; Python deaf to variables of the environment.
WAYS = {"command": [sys.executable, "perfxl"], "module": [sys.executable, "-P", "-m", "perfxl"], "deaf": [sys.executable, "-E", "perfxl"]}


def plant(folder: Path) -> None:
    """Put into ``folder`` everything that Python or a library might take from there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PLANTED:
        (folder / f"{name}.py").write_text(RUN)
    for package in ("perfxl", "lxml"):
        (folder / package).mkdir()
        (folder / package / "__init__.py").write_text(RUN)
    for name in (".Tk.py", ".perfxl.py", ".__main__.py"):
        (folder / name).write_text("import os; open(os.environ['PLANTED_RAN'], 'a').write('tk')")
    (folder / "matplotlibrc").write_bytes(b"backend: module://evil\nfont.size: 99\n\xff\xfe")


@pytest.fixture(scope="module")
def planted(issued, tmp_path_factory):
    """A campaign with returned forms and something planted in each of its folders, and where what runs leaves a trace."""
    folder = shutil.copytree(issued.folder, tmp_path_factory.mktemp("planted") / "c")
    for where in COMMANDS:
        plant(folder / where)
    for sector in ("S1", "S8"):
        shutil.copyfile(folder / f"emesse/interim/{sector}.xlsx", folder / f"ricevute/interim/{sector}.xlsx")
    # what pip writes as the command
    (folder.parent / "perfxl").write_text("import sys\nfrom perfxl.ui.cli import main\nsys.exit(main())\n")
    return folder, folder.parent / "ran"


def ran(planted, where: str, command: list[str], **environment: str) -> str:
    """What ran of what was planted when ``command`` was given in the folder ``where``."""
    folder, trace = planted
    trace.write_text("")
    given = {k: v for k, v in os.environ.items() if k not in ("PYTHONSAFEPATH", "DISPLAY", "PYTHONPATH")}
    command = [str(trace.with_name("perfxl")) if part == "perfxl" and command[command.index(part) - 1] != "-m" else part for part in command]
    done = subprocess.run(command, cwd=folder / where, capture_output=True, timeout=120,
                          env={**given, "PLANTED_RAN": str(trace), "PERFXL_HOME": str(folder.parent / "home"), **environment})
    assert done.returncode in (0, 1, 2) and b"Traceback" not in done.stderr and b"perfxl-" not in done.stderr, done.stderr.decode()
    return trace.read_text()


@pytest.mark.parametrize("where", COMMANDS)
def test_nothing_planted_in_a_folder_of_the_campaign_runs_with_any_command(planted, where):
    for command in COMMANDS[where]:
        assert ran(planted, where, [*WAYS["command"], *command]) == "", command


@pytest.mark.parametrize("way", WAYS)
def test_nothing_planted_runs_however_perfxl_and_its_readers_are_started(planted, way):
    assert ran(planted, "ricevute/interim", [*WAYS[way], "check", "S1.xlsx", "S8.xlsx", "--workers", "2"]) == ""


def test_python_m_perfxl_takes_nothing_from_the_folder_once_it_has_found_perfxl(planted, tmp_path):
    """What Python does before is its own affair, and asks for ``-P``."""
    for name in PLANTED:
        if name not in ("perfxl", "types", "runpy"):  # which Python imports to find out what is meant
            shutil.copy(planted[0] / f"{name}.py", tmp_path)
    shutil.copy(planted[0] / "emesse/interim/S1.xlsx", tmp_path)
    command = [sys.executable, "-m", "perfxl", "check", "S1.xlsx", "--workers", "1"]
    assert ran((tmp_path, planted[1]), ".", command) == ""


def test_what_is_planted_would_run_in_a_python_without_the_safe_path(planted):
    assert "json.py" in ran(planted, ".", [sys.executable, "-c", "import json"])


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_a_program_that_uses_perfxl_starts_readers_that_take_nothing_from_the_folder(planted, method, tmp_path):
    script = tmp_path / "mine.py"
    script.write_text("import sys\nfrom pathlib import Path\nsys.path.insert(0, '')\nfrom perfxl.workflow.workers import processes\n"
                      f"processes.METHOD = {method!r}\n"
                      "from perfxl.workflow.workers import Task, Workers, read_all\n"
                      "if __name__ == '__main__':\n"
                      "    for read in read_all([Task(Path('S1.xlsx'), 'S1.xlsx')], workers=Workers(count=1)):\n"
                      "        assert read.reading.document, read.reading.findings\n"
                      "    assert '' in sys.path, 'the program keeps its own'\n")
    # the safe path is the parent's alone here: its '' comes after every module it needs was imported
    folder, trace = planted
    trace.write_text("")
    done = subprocess.run([sys.executable, "-c", "import json, pickle, multiprocessing, types, socket, threading, openpyxl, jsonschema, zipfile, "
                           "email, sqlite3, perfxl.stages.read, perfxl.stages.check, perfxl.workflow.workers.processes, os, runpy; "
                           f"os.chdir({str(folder / 'ricevute/interim')!r}); runpy.run_path({str(script)!r}, run_name='__main__')"],
                          cwd=tmp_path, capture_output=True, timeout=120, text=True, env={**os.environ, "PLANTED_RAN": str(trace)})
    assert done.returncode == 0, done.stderr
    assert trace.read_text() == ""


def test_nothing_planted_beside_the_workers_of_a_cluster_runs_when_they_are_started_as_the_guide_says(planted, tmp_path):
    from distributed import LocalCluster

    guide = (safe_path.HOME / "docs/guide.md").read_text(encoding="utf-8")
    assert "Start `dask worker` there with `PYTHONSAFEPATH=1`" in guide
    folder, trace = planted
    trace.write_text("")
    worker = [sys.executable, str(tmp_path / "dask"), "worker", "--nthreads", "1", "--no-dashboard", "--nworkers", "1"]
    (tmp_path / "dask").write_text("import sys\nfrom dask.__main__ import main\nif __name__ == '__main__':\n    sys.exit(main())\n")
    environment = {**{k: v for k, v in os.environ.items() if k != "PYTHONPATH"}, "PLANTED_RAN": str(trace), "PYTHONSAFEPATH": "1"}
    with LocalCluster(n_workers=0, dashboard_address=None) as made:
        told = (tmp_path / "said").open("w")
        running = subprocess.Popen([*worker, made.scheduler_address], cwd=folder / "ricevute/interim", env=environment, stdout=told, stderr=told)
        try:
            with made.get_client() as client:
                client.wait_for_workers(1, timeout=60)
            command = ["check", "S1.xlsx", "--executor", made.scheduler_address.replace("tcp://", "dask://")]
            done = subprocess.run([*WAYS["module"], *command], cwd=folder / "ricevute/interim", env=environment, capture_output=True, timeout=120, text=True)
        finally:
            running.terminate()
            running.wait(60)
            told.close()
    assert done.returncode in (0, 1) and "S1" in done.stdout + done.stderr, done.stderr
    assert trace.read_text() == ""


def test_charts_are_drawn_as_they_are_whatever_settings_lie_in_the_folder(planted):
    said = "from perfxl.model import safe_path; print(safe_path.matplotlib().rcParams['font.size'])"
    folder, trace = planted
    done = subprocess.run([sys.executable, "-P", "-c", said], cwd=folder, capture_output=True, text=True, timeout=120,
                          env={**os.environ, "PLANTED_RAN": str(trace)})
    assert done.stdout.strip() == "10.0", done.stderr


def test_the_window_runs_no_file_of_the_toolkit(planted, monkeypatch):
    import tkinter

    from perfxl.ui.addin.root import Root
    from perfxl.ui.window import Window

    assert issubclass(Window, Root) and Root.readprofile is not tkinter.Tk.readprofile
    monkeypatch.chdir(planted[0])
    monkeypatch.delenv("HOME")
    monkeypatch.setenv("PLANTED_RAN", str(planted[1]))
    planted[1].write_text("")
    Root.readprofile(None, "__main__", "Tk")
    assert planted[1].read_text() == ""


def test_programs_are_not_taken_from_the_current_folder(tmp_path, monkeypatch):
    for name in ("qui", "altrove"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "soffice").write_text("#!/bin/sh\n")
        (tmp_path / name / "soffice").chmod(0o755)
    monkeypatch.chdir(tmp_path / "qui")
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", str(tmp_path / "qui"), "relativo", str(tmp_path / "altrove")]))
    assert safe_path.program("soffice") == str(tmp_path / "altrove" / "soffice")
    monkeypatch.setenv("PATH", ".")
    assert safe_path.program("soffice") is None


def test_the_current_folder_goes_by_any_name_but_perfxls_own_stays(tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert safe_path.cleaned(["", ".", str(tmp_path), str(tmp_path / "link"), "/usr/lib"]) == ["/usr/lib"]
    monkeypatch.chdir(safe_path.HOME)
    assert safe_path.cleaned(["", str(safe_path.HOME)]) == ["", str(safe_path.HOME)]


def test_excel_and_the_icons_start_python_with_the_safe_path():
    from pyopenvba import ExcelFile

    from perfxl.ui.addin.building import template

    with ExcelFile(template()) as book:
        made = macros.xlwings_module(book.vba_modules()["xlwings"])
    assert made.count(' -P -B -c ""') == made.count(' -c ""') > 0
    script = (Path(template()).parent.glob("xlwings-*.applescript")).__next__().read_bytes()
    assert macros.mac_script(script).count(b" -P -B ") == 1
    with pytest.raises(macros.TemplateChanged):
        macros.mac_script(b"do shell script")
    for system in ("win32", "darwin", "linux"):
        for content in shortcuts.files(system, Path("/home/a"), Path("/home/a/Desktop"), Path("/usr/bin/python3")).values():
            assert b" -P -m perfxl window" in content
