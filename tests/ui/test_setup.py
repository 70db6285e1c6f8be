"""The file to double-click, with a small wheel in the place of perfxl's own: installed in an empty home, updated, taken away."""

import ast
import builtins
import json
import os
import re
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from perfxl.model.texts import Texts, area
from perfxl.model.version import __version__
from perfxl.ui.setup import building, program

WORDS = Texts("setup", "it")
#: Writes what it was called with into the user's folder; a window stays until it is told.
_MAIN = """
import pathlib, sys
with (pathlib.Path.home() / "called").open("a") as told:
    told.write(" ".join(sys.argv[1:]) + "\\n")
"""


def wheel(needs: str = "") -> dict[str, bytes]:
    """A wheel called perfxl, by its file name."""
    meta = f"Metadata-Version: 2.1\nName: perfxl\nVersion: {__version__}\n" + (f"Requires-Dist: {needs}\n" if needs else "")
    parts = {"perfxl/__init__.py": "", "perfxl/__main__.py": _MAIN, f"perfxl-{__version__}.dist-info/METADATA": meta,
             f"perfxl-{__version__}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    parts[f"perfxl-{__version__}.dist-info/RECORD"] = "".join(f"{name},,\n" for name in parts)
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return {f"perfxl-{__version__}-py3-none-any.whl": made.getvalue()}


def unpacked(folder: Path, made: bytes) -> Path:
    """The folder that a user has after extracting it."""
    with zipfile.ZipFile(BytesIO(building.folder(made))) as archive:
        archive.extractall(folder)
        for info in archive.infolist():
            (folder / info.filename).chmod(info.external_attr >> 16)
    return folder / "perfxl"


def double_click(folder: Path, home: Path, *words: str, path: str | None = None) -> subprocess.CompletedProcess:
    """Run the starter of this system in ``home``, where the network leads nowhere."""
    env = {"PATH": path or f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(home), "LANG": "it_IT.UTF-8", "PIP_RETRIES": "0",
           "https_proxy": "http://127.0.0.1:9", "PIP_CONFIG_FILE": os.devnull, "TMPDIR": str(home.parent)}
    return subprocess.run([str(folder / "installa-perfxl.sh"), *words], env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def test_installed_in_an_empty_home_kept_when_an_update_fails_and_taken_away(tmp_path):
    home = tmp_path / "home di è (1)"
    home.mkdir()
    whole = unpacked(tmp_path / "whole", building.archive(wheel(), complete=True))
    done = double_click(whole, home)
    assert done.returncode == 0 and WORDS("packages_own") in done.stdout, done.stdout + done.stderr
    called = (home / "called").read_text().splitlines()
    assert called[0] == "addin install --shortcut --lang it"
    python = program.place(home) / "bin" / "python"
    assert python.exists() and not program.place(home).with_name("programma.prima").exists()

    lacking = unpacked(tmp_path / "lacking", building.archive(wheel("nowhere-to-be-found"), complete=False))
    failed = double_click(lacking, home)
    assert failed.returncode == 1 and WORDS("no_network", platform=program.platform_of(), found=f"{sys.version_info[0]}.{sys.version_info[1]}") in failed.stdout
    assert subprocess.run([python, "-c", "import perfxl"], env={}).returncode == 0

    archive = next(whole.glob("*.pyz"))
    gone = subprocess.run([sys.executable, "-I", archive, "--uninstall"], env={"HOME": str(home), "LANG": "it_IT.UTF-8", "TMPDIR": str(tmp_path)},
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert WORDS("uninstalled") in gone.stdout, gone.stdout + gone.stderr
    assert "addin uninstall --lang it" in (home / "called").read_text()
    assert [p for p in home.rglob("*") if p.is_file()] == [home / "called"]


def test_who_has_no_python_is_told_where_it_comes_from(tmp_path):
    folder, tools = unpacked(tmp_path, building.archive(wheel(), complete=True)), tmp_path / "tools"
    starter = folder / "installa-perfxl.sh"
    starter.write_text(re.sub(r"(?<= )/(opt|usr/local|Library)/[^\s;]+", str(tools / "python"), starter.read_text()))  # it looks there whatever PATH says
    tools.mkdir()
    (tools / "dirname").symlink_to("/usr/bin/dirname")
    done = subprocess.run(["/bin/sh", str(starter)], env={"PATH": str(tools)}, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 1 and "https://www.python.org/downloads/" in done.stdout
    assert all(line in done.stdout for said in area("setup")["missing_python"].values() for line in said.split("|"))


def test_a_starter_that_was_not_extracted_with_the_rest_says_so(tmp_path):
    folder = unpacked(tmp_path, building.archive(wheel(), complete=True))
    next(folder.glob("*.pyz")).unlink()
    done = subprocess.run(["/bin/sh", str(folder / "Installa perfxl.command")], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    said = [line for language in ("it", "en") for line in area("setup")["not_extracted"][language].split("|")]
    assert done.returncode == 1 and done.stdout.splitlines() == said and not done.stderr
    assert all(f"echo {line}\r\n".encode() in (folder / "Installa perfxl.cmd").read_bytes() for line in said)


def test_an_old_python_is_told_which_one_is_needed(tmp_path, monkeypatch, capsys):
    made = tmp_path / "perfxl.pyz"
    made.write_bytes(building.archive(wheel(), complete=True))
    monkeypatch.setattr(program, "NEEDED", (9, 9))
    monkeypatch.setenv("PERFXL_LANG", "en")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert program.run(made, []) == 1
    assert "https://www.python.org/downloads/" in capsys.readouterr().out and not program.place(tmp_path).exists()


@pytest.mark.parametrize(("told", "key"), [
    ("... NewConnectionError: [Errno 111] Connection refused", "no_network"), ("ERROR: No matching distribution found for lxml>=5", "no_network"),
    ("OSError('Tunnel connection failed: 407 Proxy Authentication Required')", "proxy_refuses"), ("ERROR: 403 Client Error: Forbidden", "proxy_refuses"),
    ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"), ("ERROR: [Errno 28] No space left on device", "failed")])
def test_what_the_network_does_is_said_in_words(tmp_path, monkeypatch, told, key):
    made = tmp_path / "perfxl.pyz"
    made.write_bytes(building.archive(wheel(), complete=False))
    setup = program.Setup(made, tmp_path, "it")
    with pytest.raises(program.Trouble) as stopped:
        setup._proxy(told)
    assert str(stopped.value).startswith(area("setup")[key]["it"].partition("{")[0])
    monkeypatch.setattr(sys, "stdin", type("Typed", (), {"isatty": lambda self: True})())
    monkeypatch.setattr(builtins, "input", lambda _: "proxy.ente.it:8080")
    if key in ("no_network", "proxy_refuses"):
        assert setup._proxy(told) == ["--proxy", "http://proxy.ente.it:8080"]


def test_two_files_are_the_same_bytes_and_hold_a_starter_for_each_system(tmp_path):
    one, other = (building.folder(building.archive(wheel(), complete=False)) for _ in range(2))
    assert one == other
    folder = unpacked(tmp_path, building.archive(wheel(), complete=False))
    archive = next(folder.glob("*.pyz")).name
    starters = {name: (folder / name).read_bytes() for name in building.STARTERS}
    assert all(archive.encode() in starter and b"{" + b"missing}" not in starter for starter in starters.values())
    assert starters["Installa perfxl.cmd"].count(b"\n") == starters["Installa perfxl.cmd"].count(b"\r\n") and b"\r" not in starters["installa-perfxl.sh"]
    with zipfile.ZipFile(folder / archive) as opened:
        assert json.loads(opened.read("words.json")).keys() == area("setup").keys()


def test_the_program_can_be_read_by_a_python_that_is_too_old_for_it():
    tree = ast.parse(Path(program.__file__).read_text(encoding="utf-8"), feature_version=(3, 6))
    needed = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    assert needed <= sys.stdlib_module_names
