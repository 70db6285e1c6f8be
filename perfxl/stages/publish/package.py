"""Open data: one CSV a table, the same as JSON, a dictionary in both languages and a Frictionless Data Package descriptor.

A text that a spreadsheet would take for a formula has an apostrophe before it in the CSV; the JSON has it as it is.
"""

import csv
import io
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from perfxl.model import documents
from perfxl.model.terms import worded
from perfxl.model.texts import LANGUAGES, Texts
from perfxl.stages.consolidate.view import View
from perfxl.stages.publish.tables import KEYS, REFERENCES, OpenColumn, OpenTable

TYPES = {"percent": "number", "number": "number", "money": "number", "integer": "integer", "yesno": "boolean", "date": "date"}
LICENCES = {
    "CC-BY-4.0": ("https://creativecommons.org/licenses/by/4.0/", "Creative Commons Attribution 4.0"),
    "CC0-1.0": ("https://creativecommons.org/publicdomain/zero/1.0/", "Creative Commons Zero 1.0"),
    "IODL-2.0": ("https://www.dati.gov.it/content/italian-open-data-license-v20", "Italian Open Data License 2.0"),
}
#: What a spreadsheet may take for the beginning of a formula; the wide ones count for those of East Asia.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@worded()
def package(view: View, tables: list[OpenTable], licence: str, language: str, *, draft: bool = False) -> dict[str, bytes]:
    """The files of the data package by name; the same document gives the same bytes. ``licence``: one of ``LICENCES``;
    ``draft``: it is not to be published, and every file with figures says so, on every row."""
    mark = Texts("report", language)("draft_mark") if draft else ""
    tables = [t.marked(mark) for t in tables] if draft else tables
    contents = {t.name: [values for _, values in t.rows()] for t in tables}
    files = {f"{t.name}.csv": _csv(t, contents[t.name]) for t in tables}
    files["data.json"] = _json(view, tables, contents, mark)
    files["dictionary.csv"] = _dictionary(tables)
    say = Texts("publish", language)
    resources = [_resource(t, contents[t.name], content=files[f"{t.name}.csv"], language=language, say=say) for t in tables]
    resources += [_file("data", "data.json", format="json", content=files["data.json"],
                        say=say), _dictionary_resource(files["dictionary.csv"], say)]
    title = f"{mark}. {_title(view, say)}" if mark else _title(view, say)
    files["datapackage.json"] = documents.dumps(_descriptor(view, resources, licence=licence, title=title, say=say)).encode()
    files["README.md"] = say("readme", title=title, tables="\n".join(f"- `{t.name}.csv`: {say('about_' + t.name)}" for t in tables),
                             licence=LICENCES[licence][1], path=LICENCES[licence][0]).encode()
    return files | ({"BOZZA.txt": f"{mark}.\r\n".encode()} if mark else {})


def _title(view: View, say: Texts) -> str:
    return say.at("title", view.round, body=view.content["body"]["name"], year=view.content["year"])


def csv_text(value: object) -> str:
    """A value as the CSV has it: full stop for decimals, ``true`` and ``false``, blank for none."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value.normalize(), "f")
        case str():
            clean = "".join(c for c in value.replace("\r\n", "\n").replace("\r", "\n") if c.isprintable() or c in "\n\t")
            return "'" + clean if clean.startswith(_FORMULA) else clean
        case _:
            return str(value)


def _csv(table: OpenTable, contents: list[list[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([c.key for c in table.columns])
    writer.writerows([csv_text(v) for v in values] for values in contents)
    return out.getvalue().encode()


def _json(view: View, tables: list[OpenTable], contents: dict[str, list[list[Any]]], mark: str) -> bytes:
    return documents.dumps({**({"draft": mark} if mark else {}), "body": view.content["body"]["name"], "year": view.content["year"], "round": str(view.round),
                            "tables": {t.name: [{c.key: v for c, v in zip(t.columns, values, strict=True) if v is not None}
                                                for values in contents[t.name]] for t in tables}}).encode()


DICTIONARY = ("table", "field", "type", "title_it", "title_en", "description_it", "description_en", "choices_it", "choices_en")


def _dictionary(tables: list[OpenTable]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(DICTIONARY)
    for table in tables:
        for c in table.columns:
            words = [given[x] for given in (c.titles, c.descriptions) for x in LANGUAGES]
            choices = ["; ".join(f"{code} = {label}" for code, label in c.labels.get(x, {}).items() if code not in (True, False)) for x in LANGUAGES]
            writer.writerow([table.name, c.key, TYPES.get(c.cell, "string"), *map(csv_text, words), *map(csv_text, choices)])
    return out.getvalue().encode()


def _descriptor(view: View, resources: list[dict[str, Any]], licence: str, title: str, say: Texts) -> dict[str, Any]:
    path, called = LICENCES[licence]
    body = view.content["body"]
    return {"profile": "data-package", "name": f"performance-{body['code'].lower()}-{view.content['year']}-{view.round}",
            "title": title, "description": say("description"), "licenses": [{"name": licence, "path": path, "title": called}],
            "contributors": [{"title": body["name"], "role": "publisher"}], "keywords": ["performance", "piano della performance", "PA"],
            "resources": resources}


def _file(name: str, path: str, format: str, content: bytes, say: Texts) -> dict[str, Any]:
    return {"name": name, "path": path, "title": say(f"about_{name}"), "format": format, "mediatype": {"csv": "text/csv", "json": "application/json"}[format],
            "encoding": "utf-8", "bytes": len(content), "hash": f"sha256:{sha256(content).hexdigest()}"}


def _dictionary_resource(content: bytes, say: Texts) -> dict[str, Any]:
    schema = {"fields": [{"name": k, "type": "string"} for k in DICTIONARY], "primaryKey": ["table", "field"]}
    return {**_file("dictionary", "dictionary.csv", format="csv", content=content,
                    say=say), "profile": "tabular-data-resource", "schema": schema}


def _resource(table: OpenTable, contents: list[list[Any]], content: bytes, language: str, say: Texts) -> dict[str, Any]:
    fields = [_field(c, [values[k] for values in contents], language) for k, c in enumerate(table.columns)]
    schema = {"fields": fields, "missingValues": [""]}
    if table.name in KEYS:
        schema["primaryKey"] = list(KEYS[table.name])
    if table.name in REFERENCES:
        schema["foreignKeys"] = [{"fields": [here], "reference": {"resource": there, "fields": [field]}} for here, there, field in REFERENCES[table.name]]
    return {**_file(table.name, f"{table.name}.csv", format="csv", content=content, say=say), "profile": "tabular-data-resource",
            "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}, "schema": schema}


def _field(column: OpenColumn, values: list[Any], language: str) -> dict[str, Any]:
    other = "en" if language == "it" else "it"
    kind = TYPES.get(column.cell, "string")
    if kind == "date" and not all(v is None or _is_date(v) for v in values):
        kind = "string"
    if kind == "number" and any(isinstance(v, str) for v in values):  # an indicator may be measured by a day
        kind = "string"
    made = {"name": column.key, "type": kind, "title": column.titles[language], "description": column.descriptions[language],
            f"title_{other}": column.titles[other], f"description_{other}": column.descriptions[other]}
    if column.cell == "percent":
        made["unit"] = "%"
    if column.cell == "money":
        made["unit"] = "EUR"
    codes = [code for code in column.labels.get(language, {}) if isinstance(code, str)]
    if codes and all(v is None or v in codes for v in values):
        made |= {"constraints": {"enum": codes}, "labels": {x: column.labels[x] for x in LANGUAGES}}
    return made


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
