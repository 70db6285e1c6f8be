"""What the command line shows: progress, findings, outcomes, tables. Rich in a terminal, plain lines in a pipe."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

from perfxl.model.arithmetic import percent_text
from perfxl.model.findings import Finding, counts, ranked
from perfxl.model.texts import Texts, plain
from perfxl.workflow.running import Progress, quiet

#: How wide the places of findings are at least, and how wide a part of a path makes them at most.
PLACE, LONG_PART = 20, 36


def progress(_language: str) -> Progress:
    """A progress bar on standard error when that is a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        return quiet

    def bar(items: Iterable[Any], label: str, total: int) -> Iterable[Any]:
        from rich.console import Console
        from rich.progress import track

        return track(items, description=label, total=total, console=Console(stderr=True), transient=True)

    return bar


def show_findings(findings: Iterable[Finding], language: str, stream: TextIO, notes: bool = True) -> None:
    """Findings as a table in a terminal, as one line each in a pipe: the controller's, then the sectors', the worst first.

    Without ``notes`` those are only counted.
    """
    ordered = ranked(findings)
    say, shown = Texts("cli", language), [f for f in ordered if notes or f.severity != "note"]
    for to in ("controller", "sector"):
        addressed = [f for f in shown if f.to == to]
        if addressed:
            both = len({f.to for f in shown}) > 1
            _show(addressed, say(f"findings_{to}", **counts(addressed)) if both else say("findings_title", **counts(addressed)), language, stream)
    if len(shown) < len(ordered):
        print(say("findings_notes", count=len(ordered) - len(shown)), file=stream)


def _show(findings: list[Finding], title: str, language: str, stream: TextIO) -> None:
    say = Texts("cli", language)
    if not stream.isatty():
        for finding in findings:
            print(f"{finding.code} {say('severity_' + finding.severity)}: {finding.message(language)}", file=stream)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, show_lines=True)
    places = ["\n".join(p for p in (_in_parts(plain(f.place.file)), f.place.sheet, f.place.cell, f.field.get(language, "")) if p) or f.sector
              for f in findings]
    words = max((len(word) for place in places for word in place.split()), default=0)
    for column, width in (("code", 8), ("where", min(max(PLACE, words), LONG_PART)), ("what", None)):
        table.add_column(say(f"column_{column}"), overflow="fold", max_width=width)
    styles = {"error": "bold red", "warning": "yellow", "note": "cyan"}
    for f, where in zip(findings, places, strict=True):
        said = f.say(language)
        table.add_row(Text(f"{f.code}\n{say('severity_' + f.severity)}", styles[f.severity]), Text(where),
                      Text(f"{said['found']} {said['expected']}\n→ {said['remedy']}"))
    Console(file=stream).print(table)


def _in_parts(path: str) -> str:
    """A path, on several lines where it is longer than a place is wide: each begins with a part of it."""
    lines = [""]
    for part in path.split("/"):
        part = f"/{part}" if lines != [""] else part
        if lines[-1] and len(lines[-1]) + len(part) > PLACE:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def show_path(path: Path) -> None:
    """A path on standard output: to the byte in a pipe, as it may be shown in a terminal."""
    print(plain(str(path)) if sys.stdout.isatty() else path)


def show_outcomes(summary: dict[str, Any], language: str) -> None:
    """Outcomes by sector and of the body, and who has not answered."""
    say = Texts("cli", language)

    def shown(value: Any) -> str:
        return say("no_outcome") if value is None else percent_text(value, summary["decimals"], language)

    for sector, outcome in summary["outcomes"].items():
        print(f"  {sector:<8} {shown(outcome):>16}")
    if summary["outcomes"]:
        print(f"  {say('body'):<8} {shown(summary['body']):>16}")
    print(say("returned", returned=len(summary["returned"]), issued=len(summary["issued"]),
              missing=", ".join(summary["missing"]) or say("nobody")))


def show_table(headings: Sequence[str], rows: Iterable[Sequence[str]], stream: TextIO) -> None:
    """A table: drawn in a terminal, columns separated by tabs in a pipe."""
    if not stream.isatty():
        for row in (headings, *rows):
            print("\t".join(map(plain, row)), file=stream)
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    kept, lines = [n for n in range(len(headings))], [[plain(cell) for cell in row] for row in rows]
    if lines:  # what no row says takes no room
        kept = [n for n in kept if any(row[n] for row in lines)]
    console, columns = Console(file=stream), [[headings[n], *(row[n] for row in lines)] for n in kept]
    widths = column_widths(columns, console.width - 2 * len(columns) - 1)
    if widths is None:  # one under the other: there is no room beside each other
        for row in lines:
            console.print(Text(row[0], "bold"))
            pairs = " · ".join(f"{headings[n]}: {row[n]}" for n in kept[1:] if row[n])
            console.print(Padding(Text(pairs), (0, 0, 0, 2)) if pairs else "", end="" if not pairs else "\n")
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for (heading, *_), width in zip(columns, widths, strict=True):
        table.add_column(heading, overflow="fold", width=width)
    for row in lines:
        table.add_row(*(Text(row[n]) for n in kept))
    console.print(table)


def column_widths(columns: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """How many characters wide each of ``columns`` (their texts) is to be so that all stand within ``room`` and no word is broken;
    None when that cannot be. What is left goes to the columns that would take most lines.
    """
    whole = [max(map(len, column), default=1) or 1 for column in columns]
    widths = [max((len(word) for text in column for word in text.split()), default=1) for column in columns]
    if sum(widths) > room:
        return None
    for _ in range(room - sum(widths)):
        short = max(range(len(widths)), key=lambda n: whole[n] / widths[n], default=0)
        if not widths or widths[short] >= whole[short]:
            break
        widths[short] += 1
    return widths
