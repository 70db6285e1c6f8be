"""The consolidated tables for analysts, as pandas DataFrames."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfxl.campaign import Campaign
from perfxl.campaign.register import Refusal, Register, result
from perfxl.model import documents
from perfxl.model.rounds import Rounds
from perfxl.model.terms import worded
from perfxl.stages.consolidate import changes_sheet as changes
from perfxl.stages.consolidate import indicators, records, rows
from perfxl.stages.consolidate.columns import Table
from perfxl.stages.consolidate.view import View

if TYPE_CHECKING:
    from pandas import DataFrame

def _consolidated(path: Path) -> Path:
    """The ``consolidato.json`` that ``path`` means; ``FileNotFoundError`` when there is none."""
    if path.is_file():
        return path
    if (path / "consolidato.json").is_file():
        return path / "consolidato.json"
    folder = path / "risultati" if (path / "risultati").is_dir() else path
    results = sorted(folder.glob("*/consolidato.json"))
    if results:
        rounds = Rounds.from_plan(documents.load(results[0])["content"])
        return max(results, key=lambda p: rounds.position(p.parent.name) if p.parent.name in rounds else -1)
    raise FileNotFoundError(f"{path}: no consolidato.json here, nor in risultati/<round>")


def _extension(path: Path) -> dict[str, Any] | None:
    """The extension schema of the campaign whose results hold ``path``; None when there is none."""
    if len(path.parents) < 3:
        return None
    own = path.resolve().parents[2] / "estensione.schema.json"
    return documents.load(own) if own.is_file() else None


def _surely_written(path: Path) -> None:
    """Raise ``ValueError`` when ``path`` is a result of a campaign that has a register, and that knows of another."""
    folder = path.resolve().parents[2] if len(path.resolve().parents) > 2 else None
    if folder is None or not (folder / "registro.sqlite").is_file() or path.resolve() != Campaign(folder).result(path.parent.name).resolve():
        return
    try:
        with Register.open(folder, write=False) as register:
            register.require_intact()
            result(register, Campaign(folder), path.parent.name)
    except Refusal as refusal:
        raise ValueError(refusal.say("en")) from None


def _value(value: Any, cell: str) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if cell == "date" and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _frame(table: Table) -> "DataFrame":
    import pandas as pd

    kinds = {column.key: column.cell for column in table.columns}
    records_ = [{key: _value(row.values.get(key), cell) for key, cell in kinds.items()} for row in table]
    frame = pd.DataFrame.from_records(records_, columns=list(kinds))
    for key, cell in kinds.items():
        if cell in ("percent", "number", "money"):
            frame[key] = pd.to_numeric(frame[key], errors="coerce")
        elif cell == "integer":
            frame[key] = frame[key].astype("Int64")
    return frame


@worded()
def build(document: dict[str, Any], extension: dict[str, Any] | None = None) -> list[Table]:
    """The tables of a consolidated document, in the order of the workbook's sheets."""
    view = View(document)
    shared = [indicators.table(view)] if view.content.get("indicators") else []
    return [rows.sectors(view), rows.objectives(view, extension), rows.phases(view), rows.results(view), *shared,
            changes.table(view), records.narratives(view, extension), rows.measures(view), rows.money(view), records.cascade(view),
            records.findings(view), records.sources(view)]


def tables(path: str | Path) -> "dict[str, DataFrame]":
    """DataFrames by name: sectors, objectives, phases, results, changes, narratives, measures, money,
    cascade, findings, sources.

    ``path``: a ``consolidato.json``, the folder that holds it, or a campaign (the latest round that has results).
    The columns and rows are those of the consolidated workbook. Percentages are points (57.25) as floats, amounts
    are euro as floats, dates ``datetime.date``, choices the codes of the documents (``achieved``), lists one text
    separated by ``; ``; a blank is ``None`` or ``NaN``, never 0. Raises ``FileNotFoundError`` and ``ValueError``, this one too when the
    document is not what the register of its campaign says that was written.
    """
    results = _consolidated(Path(path))
    _surely_written(results)
    return {table.name: _frame(table) for table in build(documents.load(results), _extension(results))}
