"""What the command line takes: the arguments that several commands share, and what they have to look like."""

import argparse
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from perfxl.model.points import MOST
from perfxl.model.texts import Texts

LICENCES = ("CC-BY-4.0", "CC0-1.0", "IODL-2.0")
#: What Windows can wait for at once, less its own.
MOST_WORKERS = 61


class Arguments:
    """The arguments of one command, put into ``parser``; their help is in ``language``.

    ``attached``: the command works on the workbook open in Excel, so that the folder is known, and the round too when it is
    not named; what else the command takes has no place then.
    """

    def __init__(self, parser: argparse.ArgumentParser, language: str, attached: bool = False):
        self._parser, self._attached = parser, attached
        self._say, self._work = Texts("cli", language), Texts("work", language)

    def add(self, *flags: str, text: str, **more: Any) -> None:
        """An argument; ``text`` names its help among the texts, the rest is as ``argparse`` has it."""
        if not self._attached or flags[0] in ("--active", "--round"):
            self._parser.add_argument(*flags, help=self._say(f"arg_{text}"), **more)

    def campaign(self) -> None:
        """The campaign folder."""
        self.add("folder", metavar="DIR", type=Path, text="folder")

    def active(self) -> None:
        """Whether to work on the workbook open in Excel."""
        self.add("--active", action="store_true", text="active")

    def round(self, usual: str = "", announced: bool = False) -> None:
        """The round, by its number, its name or its kind. ``usual``: the one that is meant where none is named: ``open``, the
        one that is being worked on; ``issue``, the one whose forms go out now; "" for the command to say. ``announced``: the user is
        told which that was, before anything is done."""
        self.add("--round", metavar="ROUND", text="round")
        self._parser.set_defaults(usual_round=usual, usual_round_told=announced)

    def readers(self) -> None:
        """Where files are read: a cluster, or so many processes here."""
        if self._attached:
            return
        group = self._parser.add_mutually_exclusive_group()
        group.add_argument("--executor", metavar="dask://HOST:PORT", help=self._say("arg_executor"), type=self._address)
        group.add_argument("--workers", metavar="N", default=0, help=self._say("arg_workers"), type=self._count)

    def total(self, given: str) -> Decimal:
        """``given`` as the total of a scale of points: 1000, or 0 for none."""
        try:
            total = Decimal(given)
        except ArithmeticError:
            total = Decimal(-1)
        if not 0 <= total <= MOST:
            raise argparse.ArgumentTypeError(self._say("total_wrong", given=given, most=MOST))
        return total

    def day(self, given: str) -> date:
        """``given`` as a day, written 2021-06-30 or 30/06/2021."""
        for form in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(given, form).date()
            except ValueError:
                continue
        raise argparse.ArgumentTypeError(self._say("act_date_wrong", given=given))

    def _address(self, given: str) -> str:
        """``given`` when it is the address of a Dask scheduler."""
        host, _, port = given.removeprefix("dask://").rpartition(":")
        if not given.startswith("dask://") or not host or not port.isdecimal():
            raise argparse.ArgumentTypeError(self._work("executor_wrong", given=given))
        return given

    def _count(self, given: str) -> int:
        """``given`` as a number of processes."""
        if not given.isdecimal() or not 1 <= int(given) <= MOST_WORKERS:
            raise argparse.ArgumentTypeError(self._work("workers_wrong", given=given, limit=MOST_WORKERS))
        return int(given)
