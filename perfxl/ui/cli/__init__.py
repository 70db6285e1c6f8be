"""The command line: one module a command, with its arguments and what it says. Exit codes: 0 clean, 1 findings, 2 could not run."""

import argparse
import os
import pkgutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from contextvars import copy_context
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from perfxl.model import interruption, safe_path
from perfxl.model.texts import LANGUAGES, Texts, area, plain
from perfxl.model.version import __version__
from perfxl.ui import system
from perfxl.ui.cli.arguments import Arguments


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

    vars(argparse).update(_=translate, ngettext=lambda one, several, count: translate(one if count == 1 else several))


class _Parser(argparse.ArgumentParser):
    """A parser that says nothing raw of what it was given."""

    def error(self, message: str) -> NoReturn:
        """Tell the user and end."""
        super().error(plain(message))


def command_names() -> list[str]:
    """The commands there are, in the order of their help: modules of this room that have one among the texts."""
    there = {module.name for module in pkgutil.iter_modules(__path__)}
    return [name for key in area("cli") if key.startswith("help_") and (name := key.removeprefix("help_")) in there]


def module(command: str) -> ModuleType:
    """The module of ``command``: its arguments and what it does; imported when it is asked for."""
    return import_module(f"{__name__}.{command}")


def parser(language: str, attached: bool = False, given: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The parser of the whole command line, its help in ``language``.

    ``attached``: ``--active`` was given, so that the folder comes from the workbook open in Excel, and the round too when it
    is not named. ``given``: the words that were typed; the command among them gets its arguments, the others their names
    alone. None: all of them.
    """
    speak(language)
    say = Texts("cli", language)
    common = _Parser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, default=language, help=say("help_lang"))
    common.add_argument("-h", "--help", action="help", help=say("help_help"))
    top = _Parser(prog="perfxl", description=say("help_perfxl"), add_help=False, allow_abbrev=False,
                                  parents=[common], epilog=f"{say('help_exit')} {say('help_words')}")
    top.add_argument("--version", action="version", version=f"perfxl {__version__}", help=say("help_version"))
    commands = top.add_subparsers(dest="command", metavar=say("help_command"), required=True)
    names = command_names()
    chosen = next((word for word in given or () if word in names), None)
    for name in names:
        made = commands.add_parser(name, parents=[common], add_help=False, allow_abbrev=False,
                                   help=say(f"help_{name}"), description=say(f"help_{name}"))
        if given is None or name == chosen:
            command = module(name)
            command.arguments(Arguments(made, language, attached and getattr(command, "ON_OPEN_WORKBOOK", False)))
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        interruption.handle_interrupts()
        system.open_streams()
        return copy_context().run(_run_command, given)  # the words of a plan end with its command
    except KeyboardInterrupt:
        interruption.ignore_interrupts()
        system.say(Texts("cli", language_of(given))("interrupted"))
        return 2
    except BrokenPipeError:  # whoever reads has gone: nothing more is written, at the end of the process either
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0


def _run_command(given: list[str]) -> int:
    """Run one command and say what stops it; the exit code."""
    safe_path.secure()
    if {"-h", "--help"} & {*given}:
        _adopt_words(given)
    args = parser(language_of(given), "--active" in given, given).parse_args(given)
    from perfxl.campaign import BadExtension
    from perfxl.ui import screen
    from perfxl.workflow.running import CannotRun

    say = Texts("cli", args.lang)
    try:
        endless = system.endless(vars(args).values())
        if endless:
            raise CannotRun(say("not_a_file", path=endless))
        code = _run(args)
        sys.stdout.flush()
        return code
    except CannotRun as reason:
        screen.show_findings(reason.findings, args.lang, sys.stderr)
        system.say(reason)
    except BadExtension as bad:
        screen.show_findings(bad.findings, args.lang, sys.stderr)
        system.say(say("bad_extension", path=bad.path, reason=bad.reason))
    except BrokenPipeError:
        raise
    except MemoryError:
        system.say(say("no_memory"))
    except OSError as problem:
        system.say(system.words(problem, args.lang, _about(args)))
    except Exception as problem:
        if os.environ.get("PERFXL_DEBUG"):
            raise
        cause = system.system_cause(problem)
        system.say(system.words(cause, args.lang, _about(args)) if cause else say("fault", path=_keep_fault()))
    return 2


def _adopt_words(given: list[str]) -> None:
    """Let help be in the words of the body whose campaign folder is among ``given``, else around the folder one works in."""
    named = [Path(word) for word in given if not word.startswith("-")]
    homes = (f for path in (*named, Path.cwd()) for f in ((path,) if path in named else (path, *path.parents)) if (f / "piano.xlsx").is_file())
    home = next(homes, None)
    if home is None:
        return
    from perfxl.campaign import BadExtension, Campaign
    from perfxl.workflow.plan_workbook import plan_of
    from perfxl.workflow.running import CannotRun

    with suppress(CannotRun, BadExtension, OSError):  # help does without
        plan_of(Campaign(home), language_of(given))


def _about(args: argparse.Namespace) -> object:
    """What the command works on: its folder, else the first file that was named."""
    named = (path for value in vars(args).values() for path in (value if isinstance(value, list) else [value]) if isinstance(path, Path))
    return getattr(args, "folder", None) or next(named, None)


def _run(args: argparse.Namespace) -> int:
    """Do what was asked for; with ``--active`` the same as its button, on the workbook open in Excel."""
    if getattr(args, "active", False):
        from perfxl.ui.addin import active_excel

        return active_excel.attached(args.command, args.lang, getattr(args, "round", None))
    _find_round(args)
    return module(args.command).run(args)


def _find_round(args: argparse.Namespace) -> None:
    """Put the round of the plan in the place of the word that stands for it, and the usual one where none is named."""
    if not hasattr(args, "round") or getattr(args, "folder", None) is None:
        return
    from perfxl.campaign import Campaign
    from perfxl.workflow import plan_workbook, rounds

    if getattr(module(args.command), "READS_PLAN_APART", False):
        plan_workbook.read_apart(Campaign(args.folder), args.lang)
    campaign, usual = Campaign(args.folder), {"open": rounds.open_round, "issue": rounds.round_to_issue}.get(args.usual_round)
    if args.round is not None:
        args.round = rounds.round_of(campaign, args.round, args.lang)
    elif usual:
        args.round = usual(campaign, args.lang)
        if args.usual_round_told:
            print(Texts("cli", args.lang)("round_taken", round=args.round.name(args.lang)), file=sys.stderr)


def _keep_fault() -> str:
    """Write the technical detail of the present exception to a file for whoever mends it; its path."""
    import tempfile
    import traceback

    try:
        with tempfile.NamedTemporaryFile("w", prefix="perfxl-", suffix=".log", delete=False, encoding="utf-8", errors="replace") as file:
            file.write(f"perfxl {__version__}, Python {sys.version}\n{' '.join(sys.argv)}\n\n{traceback.format_exc()}")
        return file.name
    except OSError:  # not even that can be written
        return "–"


if __name__ == "__main__":
    sys.exit(main())
