"""The command line: one command a stage. Exit codes: 0 clean, 1 findings, 2 could not run."""

import argparse
import gc
import os
import sys
from datetime import date, datetime
from pathlib import Path

from perfxl.model import safe_path
from perfxl.model.texts import LANGUAGES, Texts, area
from perfxl.model.version import __version__

ROUNDS = ("plan", "interim", "final")
#: Stages that can be done on the workbook open in Excel.
ATTACHED = ("issue", "collect", "check", "consolidate", "report", "status")
LICENCES = ("CC-BY-4.0", "CC0-1.0", "IODL-2.0")
#: What Windows can wait for at once, less its own.
MOST_WORKERS = 61


def language_of(arguments: list[str]) -> str:
    """The language asked for with ``--lang``, else ``PERFXL_LANG``, else Italian: needed before help is built."""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments) and arguments[position + 1] in LANGUAGES:
            return arguments[position + 1]
        if argument.startswith("--lang=") and argument[7:] in LANGUAGES:
            return argument[7:]
    chosen = os.environ.get("PERFXL_LANG", "it")
    return chosen if chosen in LANGUAGES else "it"


def speak(language: str) -> None:
    """Let argparse say its own words in ``language``: it knows English, and takes others from ``gettext``."""
    words = area("argparse")

    def translate(text: str) -> str:
        return words.get(text, {}).get(language, text)

    argparse._ = translate
    argparse.ngettext = lambda one, several, count: translate(one if count == 1 else several)


def parser(language: str, attached: bool = False) -> argparse.ArgumentParser:
    """The parser of the whole command line, its help in ``language``.

    ``attached``: ``--active`` was given, so that the folder comes from the workbook open in Excel, and the round too when it
    is not named; what else a stage takes on the command line has no place there.
    """
    speak(language)
    say = Texts("cli", language)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, default=language, help=say("help_lang"))
    common.add_argument("-h", "--help", action="help", help=say("help_help"))
    top = argparse.ArgumentParser(prog="perfxl", description=say("help_perfxl"), add_help=False, allow_abbrev=False,
                                  parents=[common], epilog=say("help_exit"))
    top.add_argument("--version", action="version", version=f"perfxl {__version__}", help=say("help_version"))
    commands = top.add_subparsers(dest="command", metavar=say("help_command"), required=True)

    def command(name: str):
        made = commands.add_parser(name, parents=[common], add_help=False, allow_abbrev=False,
                                   help=say(f"help_{name}"), description=say(f"help_{name}"))

        def argument(*flags, **kwargs):
            if not (attached and name in ATTACHED) or flags[0] in ("--active", "--round"):
                made.add_argument(*flags, help=say(f"arg_{kwargs.pop('text')}"), **kwargs)
        return made, argument

    def campaign(argument):
        argument("folder", metavar="DIR", type=Path, text="folder")

    def active(argument):
        argument("--active", action="store_true", text="active")

    def round_(argument, **more):
        if attached:
            more.pop("required", None)
        argument("--round", choices=ROUNDS, text="round", **more)

    def readers(made):
        if attached:
            return
        asked = made.add_mutually_exclusive_group()
        words = Texts("work", language)
        asked.add_argument("--executor", metavar="dask://HOST:PORT", help=say("arg_executor"),
                           type=lambda given: _address(given, words))
        asked.add_argument("--workers", metavar="N", default=0, help=say("arg_workers"), type=lambda given: _count(given, words))

    _, argument = command("new")
    campaign(argument)
    argument("--year", type=int, text="year")
    argument("--from", dest="given", metavar="LIST|PLAN.json", type=Path, text="from")
    argument("--after", metavar="DIR1", type=Path, text="after")
    _, argument = command("template")
    campaign(argument)
    argument("--force", action="store_true", text="force")
    _, argument = command("issue")
    campaign(argument)
    round_(argument, required=True)
    active(argument)
    argument("--sector", nargs="+", default=[], metavar="S1", text="sector")
    argument("--anyway", action="store_true", text="anyway")
    _, argument = command("extend")
    campaign(argument)
    round_(argument, required=True)
    argument("--to", required=True, metavar="DATE", type=lambda given: _day(given, Texts("cli", language)), text="extend_to")
    argument("--sector", nargs="+", default=[], metavar="S1", text="sector")
    argument("--anyway", action="store_true", text="anyway")
    _, argument = command("load")
    campaign(argument)
    round_(argument, required=True)
    argument("file", metavar="VALUES", type=Path, text="values")
    made, argument = command("ask")
    campaign(argument)
    round_(argument, required=True)
    argument("--sector", nargs="+", default=[], metavar="S1", text="sector")
    readers(made)
    for name in ("send", "remind"):
        _, argument = command(name)
        campaign(argument)
        round_(argument, required=True)
        argument("--sector", nargs="+", default=[], metavar="S1", text="sector")
        if name == "send":
            argument("--what", choices=("forms", "receipts", "questions"), default=None, text="what_to_send")
            argument("--done", action="store_true", text="send_done")
        argument("--dry-run", action="store_true", text="dry_run")
        argument("--again", action="store_true", text="again")
    made, argument = command("collect")
    campaign(argument)
    argument("paths", metavar="SOURCE", type=Path, nargs="*", text="sources")
    active(argument)
    argument("--json", action="store_true", text="json_collect")
    readers(made)
    _, argument = command("read")
    argument("file", metavar="FILE", type=Path, text="file")
    argument("--extension", metavar="SCHEMA.json", type=Path, text="extension")
    _, argument = command("fill")
    argument("file", metavar="FILE", type=Path, text="form")
    argument("document", metavar="RETURN.json", type=Path, text="return")
    argument("-o", "--output", metavar="OUT.xlsx", type=Path, required=True, text="output")
    argument("--extension", metavar="SCHEMA.json", type=Path, text="extension")
    made, argument = command("check")
    argument("paths", metavar="PATH", type=Path, nargs="+", text="paths")
    active(argument)
    argument("--json", action="store_true", text="json_findings")
    argument("--marked", metavar="DIR", type=Path, text="marked")
    readers(made)
    made, argument = command("consolidate")
    campaign(argument)
    round_(argument, required=True)
    active(argument)
    argument("--json", action="store_true", text="json")
    readers(made)
    _, argument = command("report")
    campaign(argument)
    round_(argument, required=True)
    active(argument)
    argument("--pdf", action="store_true", text="pdf")
    argument("--citizens", action="store_true", text="citizens")
    argument("--piao", action="store_true", text="piao")
    argument("--draft", action="store_true", text="draft")
    _, argument = command("publish")
    campaign(argument)
    round_(argument, required=True)
    argument("--licence", choices=LICENCES, default=LICENCES[0], text="licence")
    argument("--cleared", action="store_true", text="cleared")
    argument("--draft", action="store_true", text="draft")
    _, argument = command("bundle")
    argument("folder", metavar="DIR", type=Path, nargs="?", text="folder")
    round_(argument)
    argument("--licence", choices=LICENCES, text="licence_bundle")
    argument("--draft", action="store_true", text="draft")
    argument("--verify", metavar="FILE", type=Path, text="verify_bundle")
    _, argument = command("explain")
    campaign(argument)
    argument("what", metavar="WHAT", text="what")
    round_(argument)
    argument("--draft", action="store_true", text="draft")
    _, argument = command("approve")
    campaign(argument)
    round_(argument, required=True)
    argument("--act", metavar="ACT", text="act")
    argument("--date", metavar="YYYY-MM-DD", type=lambda given: _day(given, say), text="act_date")
    argument("--anyway", action="store_true", text="approve_anyway")
    argument("--correct", action="store_true", text="correct")
    argument("--withdraw", action="store_true", text="withdraw")
    argument("--reason", metavar="TEXT", text="reason")
    _, argument = command("resolve")
    campaign(argument)
    round_(argument, required=True)
    argument("--key", metavar="KEY", text="key")
    argument("--choice", metavar="N", text="choice")
    argument("--value", metavar="TEXT", text="value")
    argument("--sector", metavar="S1", default="", text="conflict_sector")
    argument("--by", metavar="NAME", default="", text="by")
    argument("--note", metavar="TEXT", default="", text="note")
    _, argument = command("status")
    campaign(argument)
    round_(argument)
    active(argument)
    argument("--by", choices=("sector", "owner"), default="sector", text="status_by")
    argument("--json", action="store_true", text="json_status")
    _, argument = command("log")
    campaign(argument)
    argument("--verify", action="store_true", text="verify")
    _, argument = command("rebuild")
    campaign(argument)
    _, argument = command("addin")
    argument("what", metavar="build|install|status|uninstall", choices=("build", "install", "status", "uninstall"), text="addin_what")
    argument("out", metavar="OUT", type=Path, nargs="?", text="addin_out")
    argument("--shortcut", action="store_true", text="shortcut")
    argument("--libreoffice", action="store_true", text="libreoffice")
    _, argument = command("window")
    argument("folder", metavar="DIR", type=Path, nargs="?", text="folder")
    _, argument = command("watch")
    campaign(argument)
    round_(argument, required=True)
    _, argument = command("demo")
    argument("folder", metavar="DIR", type=Path, nargs="?", default=Path("perfxl-demo"), text="demo_folder")
    argument("--mail", action="store_true", text="demo_mail")
    return top


def _address(given: str, words: Texts) -> str:
    """``given`` when it is the address of a Dask scheduler."""
    host, _, port = given.removeprefix("dask://").rpartition(":")
    if not given.startswith("dask://") or not host or not port.isdecimal():
        raise argparse.ArgumentTypeError(words("executor_wrong", given=given))
    return given


def _day(given: str, words: Texts) -> date:
    """``given`` as a day, written 2021-06-30 or 30/06/2021."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(given, form).date()
        except ValueError:
            continue
    raise argparse.ArgumentTypeError(words("act_date_wrong", given=given))


def _count(given: str, words: Texts) -> int:
    """``given`` as a number of processes."""
    if not given.isdecimal() or not 1 <= int(given) <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(words("workers_wrong", given=given, limit=MOST_WORKERS))
    return int(given)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    safe_path.secure()
    # Documents have no cycles: looking for garbage among them over and over takes a tenth of the time.
    gc.set_threshold(20_000, 20, 50)
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    asked = parser(language_of(given), "--active" in given).parse_args(given)
    from perfxl.campaign import BadExtension
    from perfxl.ui import screen
    from perfxl.ui.cli import commands
    from perfxl.workflow.running import CannotRun

    say = Texts("cli", asked.lang)
    try:
        return (commands.attached if getattr(asked, "active", False) else getattr(commands, asked.command))(asked)
    except CannotRun as reason:
        screen.show_findings(reason.findings, asked.lang, sys.stderr)
        print(reason, file=sys.stderr)
    except BadExtension as bad:
        print(say("bad_extension", path=bad.path, reason=bad.reason), file=sys.stderr)
    except KeyboardInterrupt:
        print(say("interrupted"), file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except MemoryError:
        print(say("no_memory"), file=sys.stderr)
    except OSError as problem:
        from perfxl.ui.addin import telling

        print(say("os_error", path=problem.filename or "", reason=telling.reason(problem, asked.lang)), file=sys.stderr)
    except Exception:
        if os.environ.get("PERFXL_DEBUG"):
            raise
        print(say("fault", path=_keep_fault()), file=sys.stderr)
    return 2


def _keep_fault() -> str:
    """Write the technical detail of the present exception to a file for whoever mends it; its path."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="perfxl-", suffix=".log", delete=False, encoding="utf-8") as file:
        file.write(f"perfxl {__version__}, Python {sys.version}\n{' '.join(sys.argv)}\n\n{traceback.format_exc()}")
    return file.name


if __name__ == "__main__":
    sys.exit(main())
