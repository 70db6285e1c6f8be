"""What ``perfxl addin`` does and says."""

from pathlib import Path

from perfxl.model import documents
from perfxl.model.texts import Texts
from perfxl.ui.addin import diagnosis, install
from perfxl.ui.addin.building import NAME, build
from perfxl.ui.addin.macros import TemplateChanged
from perfxl.ui.system import reason
from perfxl.workflow.running import CannotRun

CLEAN, FINDINGS = 0, 1


def run(what: str, out: Path | None, shortcut: bool, language: str, machine: install.Machine | None = None) -> int:
    """Build, install, look at or take away the add-in for Excel; the exit code. ``out``: the file that ``build`` writes;
    ``machine``: the computer, this one when None."""
    say = Texts("addin", language)
    if what == "build":
        return _build(out, say)
    machine = machine or install.this_machine()
    if machine.system not in (install.WINDOWS, install.MAC) and (what == "status" or what == "install" and not shortcut):
        raise CannotRun(say("no_excel_here"))
    return {"install": _install, "status": _status, "uninstall": _uninstall}[what](machine, shortcut, say)


def _made(say: Texts) -> bytes:
    """The add-in; ``CannotRun`` when the installed xlwings is not one that is known."""
    try:
        return build()
    except TemplateChanged as missing:
        raise CannotRun(say("template_changed", words=missing)) from None


def _build(out: Path | None, say: Texts) -> int:
    path = out or Path(NAME)
    documents.write_bytes(path, _made(say))
    print(say("built", path=path))
    return CLEAN


def _install(machine: install.Machine, shortcut: bool, say: Texts) -> int:
    if machine.system not in (install.WINDOWS, install.MAC):
        return _shortcut(machine, say)
    try:
        written = install.install(machine, _made(say), shortcut)
    except UnicodeEncodeError:
        raise CannotRun(say("odd_path", path=machine.python)) from None
    except OSError as problem:
        raise CannotRun(say("install_failed", path=problem.filename2 or problem.filename or machine.addin,
                            reason=reason(problem, say.language))) from None
    print(say("installed", paths=_listed(written)))
    return CLEAN


def _shortcut(machine: install.Machine, say: Texts) -> int:
    """Where there is no Excel: the icon of perfxl's own window."""
    try:
        print(say("shortcut_placed", paths=_listed(install.place_shortcuts(machine))))
    except OSError as problem:
        raise CannotRun(say("shortcut_failed", path=problem.filename2 or problem.filename, reason=reason(problem, say.language))) from None
    return CLEAN


def _status(machine: install.Machine, _shortcut: bool, say: Texts) -> int:
    states = diagnosis.status(machine, _made(say))
    for state in states:
        print(f"{say('state_well' if state.well else 'state_wrong'):<14} {say('state_' + state.key, **state.values)}")
        if not state.well:
            print(f"{'':<14} → {say('mend_' + state.key)}")
    return CLEAN if all(state.well for state in states) else FINDINGS


def _uninstall(machine: install.Machine, _shortcut: bool, say: Texts) -> int:
    try:
        gone = install.uninstall(machine)
    except OSError as problem:
        raise CannotRun(say("install_failed", path=problem.filename, reason=reason(problem, say.language))) from None
    key = "uninstalled" if machine.system in (install.WINDOWS, install.MAC) else "shortcut_gone"
    print(say(key, paths=_listed(gone)) if gone else say("nothing_to_uninstall"))
    return CLEAN


def _listed(paths: list[Path]) -> str:
    return "\n".join(f"  {path}" for path in paths)
