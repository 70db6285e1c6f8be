"""Writes what the documentation takes from the code: the README's command reference docs/documenti.md, docs/calcolo.md and docs/calculation.md.

    python docs/generate.py          writes them
    python docs/generate.py --check  says which are stale, exit code 1
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

import calculation  # noqa: E402

from perfxl.model import documents, fields  # noqa: E402
from perfxl.ui.cli import parser  # noqa: E402


def commands() -> str:
    """The reference of every command, in English: made here, since argparse lays its help out anew in each Python."""
    subparsers = next(a for a in parser("en")._actions if isinstance(a, argparse._SubParsersAction))
    parts = []
    for name, command in subparsers.choices.items():
        actions = [a for a in command._actions if a.dest not in ("help", "lang")]
        parts += [f"### `perfxl {' '.join([name, *map(_usage, actions)])}`", "", command.description, ""]
        parts += [f"- `{_names(action)}`: {action.help}" for action in actions]
        parts.append("")
    return "\n".join(parts)


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    one = str(action.metavar or "") or ("|".join(action.choices) if action.choices else action.dest.upper())
    return f"{one} ..." if action.nargs in ("+", "*") else one


def _usage(action: argparse.Action) -> str:
    shown = " ".join(filter(None, (action.option_strings[0] if action.option_strings else "", _value(action))))
    return shown if action.required else f"[{shown}]"


def _names(action: argparse.Action) -> str:
    return " ".join(filter(None, (", ".join(action.option_strings), _value(action))))


def readme() -> str:
    """The README with its generated part renewed."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.sub(r"(<!-- commands -->\n).*?(<!-- /commands -->)", lambda m: m[1] + "\n" + commands() + "\n" + m[2], text, flags=re.S)


def dictionary() -> str:
    """Every field of the plan and of the form, from the schemas, in both languages."""
    lines = ["# I documenti / The documents", "",
             "Generato dagli schemi in `schemas/` (`python docs/generate.py`). / Generated from the schemas.", ""]
    groups = [("Scheda restituita: obiettivo / Return: objective", fields.objective_fields()),
              ("Scheda restituita: fuori dagli obiettivi / Return: outside the objectives", fields.return_fields())]
    groups += [(f"Piano: {name} / Plan: {name}", tuple(fields.walk(node, "plan")))
               for name, node in documents.schema("plan")["$defs"].items() if node.get("type") == "object"]
    for title, group in groups:
        lines += [f"## {title}", "", "| campo / field | titolo | title | cella / cell | aperto / open | descrizione | description |",
                  "|---|---|---|---|---|---|---|"]
        for field in group:
            lines += [_row(field, "/".join(field.path))]
            lines += [_row(item, "/".join(field.path) + "[]." + "/".join(item.path)) for item in field.items]
        lines.append("")
    return "\n".join(lines)


def _row(field: fields.Field, path: str) -> str:
    cells = (f"`{path}`", field.title("it"), field.title("en"), field.cell, ", ".join(field.open) or "–",
             field.description("it"), field.description("en"))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


PAGES = {ROOT / "README.md": readme, ROOT / "docs" / "documenti.md": dictionary,
         ROOT / "docs" / "calcolo.md": lambda: calculation.page("it"), ROOT / "docs" / "calculation.md": lambda: calculation.page("en")}


def stale() -> list[Path]:
    """The generated pages that no longer say what the code says."""
    return [path for path, make in PAGES.items()
            if not path.is_file() or path.read_text(encoding="utf-8") != make()]


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        for page in stale():
            print(f"stale: {page.relative_to(ROOT)}")
        sys.exit(1 if stale() else 0)
    for page, make in PAGES.items():
        page.write_text(make(), encoding="utf-8")
