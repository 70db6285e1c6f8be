"""What a clerk wrote in a form, cell by cell: ``Fasi 2: Peso | 50%``.

A cell is called as it is read on the sheet: its caption (``Esito %``); in a table the name of the table, the row by its identifier and
the caption (``Fasi 2: Peso``; ``Fasi #4: Fase`` is the fourth row, whatever stands in it; ``Fasi #4`` the whole row, ``Fasi`` the whole
table). Those of the first objective need no sheet; of another they begin with it (``S1.00002!Titolo``; ``#4!Codice`` on the fourth
sheet); the tables beside the objectives are known by their name (``Misure 1: Realizzata %``). A row that is not there is added.
"""

from collections.abc import Iterable
from typing import Any

from text_tables import cells, typed

from perfxl.model import documents
from perfxl.model.fields import Field, objective_fields, return_fields

#: What a row, or the sheet of an objective, is called by.
NAMES = ("code", "id", "name", "entity")
IDENTIFYING = ("N.", "Fase", "Responsabile", "Ente")


def write(document: dict, text: str) -> dict:
    """``document``, a return, after each line ``cell | what was typed`` of ``text`` was written in it; (vuoto) empties a cell, a row
    or a table, and takes with it a group in which nothing is left. Under a line with the code of an objective stands what is of its
    sheet; under one with the name of a table its captions and rows, up to a blank line."""
    sheet = table = ""
    captions: list[str] = []
    for line in text.strip().splitlines():
        if not line.strip():
            table = ""
        elif "|" not in line and not table:
            name = line.strip()
            known = any(name == f.title("it") for f in (*objective_fields(), *return_fields()) if f.items)
            table, captions, number = (name if known else ""), [], 0
            if not known:
                sheet = f"{name}!"
                if name not in [o.get("code") for o in document["objectives"]]:
                    document["objectives"].append({"code": name})
        elif table and not captions:
            captions = cells(line)
        elif table:
            number += 1
            given = cells(line)
            row = given[0] if captions[0] in IDENTIFYING else f"#{number}"
            for caption, value in zip(captions, given, strict=False):
                if value:
                    put(document, f"{sheet}{table} {row}: {caption}", value)
        else:
            where, value = cells(line)
            put(document, where if "!" in where else sheet + where, value)
    return document


def put(document: dict, cell: str, value: str) -> None:
    """Type ``value`` in ``cell`` of ``document``."""
    path, field = _find(document, cell, grow=True)
    owners: list[Any] = [document]
    for key, below in zip(path, (*path[1:], None), strict=True):
        if below is not None and isinstance(owners[-1], dict):
            owners[-1].setdefault(key, [] if isinstance(below, int) else {})
        if below is not None:
            owners.append(owners[-1][key])
    content = typed(field, value) if field else None
    if content is not None:
        owners[-1][path[-1]] = content
        return
    for owner, key in zip(reversed(owners), reversed(path), strict=True):
        if isinstance(owner, list) or key in owner:
            del owner[key]
        if owner or isinstance(owner, list) or key in ("holding", "sheet"):
            return


def pointer(document: dict, cell: str) -> str:
    """The JSON Pointer of ``cell``."""
    return documents.pointer(_find(document, cell)[0])


def values(document: dict, text: str) -> list[Any]:
    """What stands in the cells of ``text``, one a line."""
    return [_at(document, _find(document, line.strip())[0]) for line in text.splitlines() if line.strip()]


def named(document: dict, pointers: Iterable[str]) -> list[str]:
    """The cells of ``document`` at ``pointers``, as tests call them."""
    return [cell_at(document, p) for p in pointers]


def cell_at(document: dict, pointer_: str) -> str:
    """How the cell at a JSON Pointer is called; the pointer itself where no cell is there."""
    path = [int(p) if p.isdecimal() else p for p in pointer_.strip("/").split("/")]
    sheet, fields, above = "", return_fields(), 0
    if path[0] == "objectives":
        sheet = f"{_row(document['objectives'], int(path[1]))}!" if path[1] else ""
        fields, above = objective_fields(), 2
    keys = tuple(p for p in path[above:] if isinstance(p, str))
    for field in fields:
        end = above + len(field.path)
        row = f" {_row(_at(document, path[:end]), int(path[end]))}" if len(path) > end and isinstance(path[end], int) else ""
        if field.path == keys:
            return f"{sheet}{field.title('it')}{row}"
        caption = next((i.title("it") for i in field.items if (*field.path, *i.path) == keys), None)
        if caption is not None:
            return f"{sheet}{field.title('it')}{row}: {caption}"
    return pointer_


def _at(place: Any, path: Iterable) -> Any:
    """What stands at ``path``, None where nothing does."""
    for key in path:
        fits = isinstance(place, list) and isinstance(key, int) and key < len(place) or isinstance(place, dict) and key in place
        place = place[key] if fits else None
    return place


def _row(items: list[dict], number: int) -> str:
    """The identifier of a row, or which one it is where it has none of its own."""
    names = [next((i[k] for k in NAMES if i.get(k)), None) for i in items]
    key = names[number] if number < len(names) else None
    return key if key is not None and names.count(key) == 1 else f"#{number + 1}"


def _find(document: dict, cell: str, grow: bool = False) -> tuple[tuple, Field | None]:
    """The path of ``cell`` in ``document``, and its field (None: a whole row or table); ``grow``: make a row that is not there."""
    sheet, _, place = cell.rpartition("!")
    above: tuple = ()
    fields = return_fields()
    if not _known(fields, place):
        above, fields = ("objectives", _sheet(document["objectives"], sheet, grow)), objective_fields()
    field = _known(fields, place)
    assert field is not None, f"no cell is called {cell}"
    path = (*above, *field.path)
    title = field.title("it")
    if place == title:
        return path, None if field.items else field
    row, _, caption = place.removeprefix(title).strip().partition(": ")
    items = _at(document, path)
    at = _number(items or [], row)
    if grow and at == len(items or ()):
        _grown(document, path).append({} if row.startswith("#") else {field.items[0].key: row})
    column = next((i for i in field.items if i.title("it") == caption), None)
    assert column is not None or not caption, f"{title} has no column {caption}"
    return (*path, at, *(column.path if column else ())), column


def _sheet(objectives: list[dict], sheet: str, grow: bool) -> int:
    """Which objective has its sheet called so; the first one without a name."""
    if grow and sheet == f"#{len(objectives) + 1}":
        objectives.append({})
    return _number(objectives, sheet) if sheet else 0


def _known(fields: Iterable[Field], place: str) -> Field | None:
    """The field, or the table, that ``place`` begins with."""
    return next((f for f in fields if place == f.title("it") or f.items and place.startswith(f"{f.title('it')} ")
                 and (": " in place or place.split(" ")[-1].startswith("#") or place.removeprefix(f.title("it")).strip().isalnum())), None)


def _number(items: list[dict], row: str) -> int:
    """Which row ``row`` is; one more than there are where none is."""
    if row.startswith("#"):
        return int(row[1:]) - 1
    return next((n for n, i in enumerate(items) if row in [i[k] for k in NAMES if k in i]), len(items))


def _grown(document: dict, path: tuple) -> list:
    """The table at ``path``, made where it is not there."""
    owner = document
    for key in path[:-1]:
        owner = owner[key] if isinstance(key, int) else owner.setdefault(key, {})
    return owner.setdefault(path[-1], [])
