"""What ``perfxl addin … --libreoffice`` does and says."""

from pathlib import Path

from perfxl.model import documents
from perfxl.model.texts import Texts
from perfxl.ui.addin import install
from perfxl.ui.addin.libreoffice import extension, installing
from perfxl.ui.system import reason
from perfxl.workflow.running import CannotRun

CLEAN, FINDINGS = 0, 1


def run(what: str, out: Path | None, shortcut: bool, language: str) -> int:
    """Build, install, look at or take away the extension; the exit code. ``out``: the file that ``build`` writes; ``shortcut``:
    put the icon of perfxl's window on the desktop as well."""
    say = Texts("addin", language)
    try:
        return {"build": lambda: _build(out, say), "install": lambda: _install(say, shortcut), "status": lambda: _status(say),
                "uninstall": lambda: _uninstall(say)}[what]()
    except installing.OfficeMissing:
        raise CannotRun(say("office_missing")) from None
    except installing.OfficeFailed as problem:
        raise CannotRun(say("office_failed", reason=problem)) from None
    except OSError as problem:
        raise CannotRun(say("office_failed", reason=reason(problem, language))) from None


def _build(out: Path | None, say: Texts) -> int:
    path = out or Path(extension.NAME)
    documents.write_bytes(path, extension.build())
    print(say("office_built", path=path))
    return CLEAN


def _install(say: Texts, shortcut: bool) -> int:
    print(say("office_installed", path=installing.install(extension.build())))
    if shortcut:
        print(say("shortcut_placed", paths="\n".join(f"  {p}" for p in install.place_shortcuts(install.this_machine()))))
    return CLEAN


def _status(say: Texts) -> int:
    there, settings = installing.installed(), installing.settings_path().is_file()
    for key, well in (("office_there", there), ("office_settings", settings)):
        print(f"{say('state_well' if well else 'state_wrong'):<14} {say(key, path=installing.settings_path())}")
        if not well:
            print(f"{'':<14} → {say('office_mend')}")
    return CLEAN if there and settings else FINDINGS


def _uninstall(say: Texts) -> int:
    print(say("office_gone" if installing.uninstall() else "nothing_to_uninstall"))
    return CLEAN
