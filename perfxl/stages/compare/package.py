"""The data of a comparison: one CSV a table, a dictionary in both languages, a Frictionless Data Package descriptor."""

import csv
from hashlib import file_digest
from pathlib import Path
from typing import Any

from perfxl.model import documents
from perfxl.model.texts import LANGUAGES, Texts
from perfxl.stages.compare import store
from perfxl.stages.compare.overview import Overview
from perfxl.stages.compare.tables import TABLES, Column, placed
from perfxl.stages.publish.package import csv_text

TYPES = {"percent": "number", "number": "number", "integer": "integer", "date": "date"}
DICTIONARY = ("table", "field", "type", "title_it", "title_en", "description_it", "description_en")
NAME = "dictionary"


def write(standings: Path, folder: Path, overview: Overview, language: str) -> None:
    """The files of the package, made row by row in ``folder``; the same standings give the same bytes."""
    folder.mkdir(parents=True)
    say = Texts("compare", language)
    for table in TABLES:
        with open(folder / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            columns = placed(table)
            writer.writerow([c.key for c in columns])
            writer.writerows([_text(row[c.key], c) for c in columns] for row in store.rows(standings, table))
    with open(folder / f"{NAME}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(DICTIONARY)
        writer.writerows([table, c.key, TYPES.get(c.cell, "string"), *(words(x) for words in (c.title, c.description) for x in LANGUAGES)]
                         for table in TABLES for c in placed(table))
    resources = [_resource(folder, table, columns=placed(table), say=say, language=language) for table in TABLES]
    resources.append({**_file(folder, NAME, say), "schema": {"fields": [{"name": k, "type": "string"} for k in DICTIONARY], "primaryKey": ["table", "field"]}})
    descriptor = {"profile": "data-package", "name": "performance-confronto", "title": say("data_title"), "description": say("data_description"),
                  **({"created": overview.last[:10] + "T00:00:00Z"} if overview.last else {}), "resources": resources}
    (folder / "datapackage.json").write_bytes(documents.dumps(descriptor).encode())


def _text(value: Any, column: Column) -> str:
    """A value as the CSV has it. A figure is text that says it, and stays one whatever it begins with."""
    return ("" if value is None else value) if column.cell in ("percent", "number") else csv_text(value)


def _file(folder: Path, name: str, say: Texts) -> dict[str, Any]:
    path = folder / f"{name}.csv"
    with open(path, "rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return {"name": name.replace("_", "-"), "path": path.name, "title": say(f"data_{name}"), "profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv",
            "encoding": "utf-8", "bytes": path.stat().st_size, "hash": f"sha256:{digest}",
            "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}}


def _resource(folder: Path, table: str, columns: tuple[Column, ...], say: Texts, language: str) -> dict[str, Any]:
    other = next(x for x in LANGUAGES if x != language)
    fields = [{"name": c.key, "type": TYPES.get(c.cell, "string"), "title": c.title(language), "description": c.description(language),
               f"title_{other}": c.title(other), f"description_{other}": c.description(other)} for c in columns]
    return {**_file(folder, table, say), "schema": {"fields": fields, "missingValues": [""], **({"primaryKey": ["campaign"]} if table == "bodies" else {})}}
