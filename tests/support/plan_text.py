"""A plan in a few lines: the tables of its workbook as text, by their captions, as a controller fills them in.

    plan('''
        Obiettivi
        Codice   | Capofila | Peso | final: Esito %
        S1.00001 | S1       | 60%  | 80%

        Fasi
        Fase | Peso | interim: Realizzata % | final: Realizzata %
        1    | 40%  | 100%                  | 100%
    ''')

    plan(SMALL, "Fasi 1: Peso | 50%")   the same with a cell changed; a row is called by what stands in one of its first two cells, or
                                        by its number (``Fasi #3: Fase``), and a row that is not there is added

What a round found or changed stands in columns that name the round before the caption. What goes without saying may be left out: the
body, the three usual rounds, sectors without names, the sector that an objective's code begins with as its lead, and the objective of
a phase where there is one alone.

    sheet('Fasi\nFase | Peso\n1 | 40%')                              the sheet of one objective
    row("Risultati attesi", "Valore atteso: 10; q1: Valore ottenuto: 5")   one row of its tables, called 1 where nothing else is said
    rules("Grado massimo: 120")                                    what the body chose
    table(made, "Fasi", "Obiettivo | Fase | Peso")                 the lines of a table of a plan, as ``text_tables.lines`` gives them
"""

from functools import cache
from typing import Any

from text_tables import EMPTIED, blocks, cells, seen, typed

from perfxl.model.fields import Field, part_fields
from perfxl.model.terms import using_words
from perfxl.stages.plan.layout import SAID, Sheet, group_titles, scalars
from perfxl.stages.plan.round_tables import PARTS
from perfxl.stages.plan.sheets import sheets

ROUNDS = (("plan", "plan", "01-01", "01-31"), ("interim", "monitoring", "09-30", "10-15"), ("final", "final", "12-31", "12-31"))
OWNER = "Obiettivo"
#: The key of a row under which stands what is of a part of it.
PART_OF = {"holding": "holding", "sheet": "sheet", "measures": "measure"}


def plan(text: str = "", changes: str = "", **more: Any) -> dict:
    """The plan document that the tables of ``text`` say after the cells of ``changes`` were written; ``more``: parts of the document
    as they are (``rules``, ``year``)."""
    with using_words({}):  # captions are the usual ones, whatever body's words are in use
        return _plan(blocks(text), changes, more)


def sheet(text: str, **more: Any) -> dict:
    """The sheet of the only objective of a plan with the tables of ``text``."""
    made, = plan(f"Obiettivi\nCodice\nS1.00001\n\n{text}", **more)["objectives"]
    return made.get("sheet", {})


def row(table: str, text: str = "") -> dict:
    """The row of a table of the plan in which ``text`` was written, ``caption: value; caption: value``; those of the sheets of objectives
    that name nothing else are called 1."""
    values = {caption: "" if value == EMPTIED else value for caption, _, value in (part.strip().rpartition(": ") for part in text.split(";")) if caption}
    with using_words({}):
        layout = _layouts()[table]
        item = _item(values, layout)
    return {"id": "1", **item} if layout.owned and any(c.field.key == "id" for c in layout.columns) else item


def rules(text: str) -> dict:
    """The rules that a body chose: ``Grado massimo: 120; Decimali degli esiti: 1``."""
    chosen = (part.strip().rpartition(": ") for part in text.split(";") if part.strip())
    return plan("Regole\nVoce | Valore\n" + "\n".join(f"{caption} | {value}" for caption, _, value in chosen)).get("rules", {})


def table(document: dict, name: str, captions: str) -> list[str]:
    """The lines of a table of a plan ``document`` under some of its ``captions``; what rounds said under theirs."""
    with using_words({}):
        layout = _layouts()[name]
        owned = [(o["code"], _under(o, layout.path)) for o in document["objectives"]] if layout.owned else [("", document.get(layout.id, ()))]
        return [" | ".join(code if caption == OWNER and layout.owned else _seen(item, layout, caption) for caption in cells(captions)).strip()
                for code, items in owned for item in items]


def _under(objective: dict, path: tuple[str, ...]) -> list[dict]:
    for key in path[:-1]:
        objective = objective.get(key, {})
    return objective.get(path[-1], [])


def _seen(item: dict, layout: Sheet, caption: str) -> str:
    """What stands in a row under a caption of its table, or under that of a round."""
    field = _columns(layout.title("it")).get(caption)
    if field is None:
        round, _, own = caption.rpartition(": ")
        kind, field, part = _of_round(layout.id, own)
        said = (item.get(PART_OF[part], {}) if part in PART_OF else item).get(kind, ())
        item = next((r for r in said if r["round"] == round), {})
        return seen(field, item.get(field.key))
    value: Any = item
    for key in field.path:
        value = (value or {}).get(key)
    return seen(field, value)


def _plan(given: dict[str, list[dict[str, str]]], changes: str, more: dict[str, Any]) -> dict:
    year = more.get("year", 2021)
    for line in filter(str.strip, changes.splitlines()):
        _change(given, *cells(line))
    made: dict = {"schema": "perfxl/plan/2", "year": year, "body": {"code": "UTP", "name": "Unione"},
                  "rounds": [{"id": i, "kind": k, "reference_date": f"{year}-{d}", "deadline": f"{year}-{e}"} for i, k, d, e in ROUNDS],
                  "sectors": [], "objectives": []}
    _single(made, given)
    layouts = _layouts()
    assert given.keys() <= layouts.keys(), f"no tables of a plan: {given.keys() - layouts.keys()}"
    for name in sorted(given, key=[*layouts].index):
        layout = layouts[name]
        items = [_item(row, layout) for row in given[name]]
        if not layout.owned:
            made[layout.id] = items
            continue
        for row, item in zip(given[name], items, strict=True):
            at = _objective(made, row.get(OWNER, ""))
            for key in layout.path[:-1]:
                at = at.setdefault(key, {})
            at.setdefault(layout.path[-1], []).append(item)
    for objective in made["objectives"]:
        _held(objective)
    if not made["sectors"]:
        holders = [h["sector"] for o in made["objectives"] for h in o["holders"]]
        made["sectors"] = [{"code": code, "name": f"Settore {code}"} for code in dict.fromkeys(holders)]
    return made | more


def _change(given: dict[str, list[dict[str, str]]], cell: str, value: str) -> None:
    """Writes ``value`` in ``cell`` of the tables ``given``."""
    table = max((name for name in (*given, *_layouts()) if cell.startswith(f"{name} ")), key=len)
    name, _, caption = cell.removeprefix(table).strip().partition(": ")
    rows = given.setdefault(table, [])
    at = int(name[1:]) - 1 if name.startswith("#") else next((n for n, row in enumerate(rows) if name in [*row.values()][:2]), len(rows))
    if at == len(rows):
        rows.append({})
    rows[at][caption] = "" if value == EMPTIED else value


@cache
def _layouts() -> dict[str, Sheet]:
    return {layout.title("it"): layout for layout in sheets() if layout.id not in SAID}


@cache
def _columns(table: str) -> dict[str, Field]:
    """The fields of a table by the captions of their columns."""
    return {column.title("it"): column.field for column in _layouts()[table].columns}


def _single(made: dict, given: dict[str, list[dict[str, str]]]) -> None:
    """Takes the cells that stand alone: under the name of their group (``Ente``, ``Regole``) the rows of ``Voce | Valore``."""
    for key in ("body", "rules", "words"):
        for row in given.pop(group_titles(key)["it"], ()):
            field = next(f for f in scalars() if f.path[0] == key and f.title("it") == row["Voce"])
            _put(made, field.path, typed(field, row["Valore"]))


def _item(row: dict[str, str], layout: Sheet) -> dict:
    """The item that a row of a table says, with what rounds found and changed of it."""
    item: dict = {}
    columns = _columns(layout.title("it"))
    for caption, text in row.items():
        round, _, own = caption.rpartition(": ")
        if round and caption not in columns:
            _round(item, layout.id, round=round, caption=own, text=text)
        elif caption in columns and not (caption == OWNER and layout.owned):
            value = typed(columns[caption], text)
            assert not columns[caption].labels("it") or text == "" or value != text, f"{caption} cannot be {text}"
            _put(item, columns[caption].path, value)
        else:
            assert caption == OWNER, f"{layout.title('it')} has no column {caption}"
    return item


def _round(item: dict, table: str, round: str, caption: str, text: str) -> None:
    """Puts what ``round`` found, or changed, under ``caption``."""
    kind, field, part = _of_round(table, caption)
    if (value := typed(field, text)) is not None:
        owner = item.setdefault(PART_OF[part], {}) if part in PART_OF else item
        _of(owner.setdefault(kind, []), round)[field.key] = value


@cache
def _of_round(table: str, caption: str) -> tuple[str, Field, str]:
    """Under which key, in which field and of which part of a row stands what a round says under ``caption``."""
    parts = {"objectives": ("holding", "sheet"), "holders": ("holding",)}.get(table, (table,))
    for part in parts:
        for kind, definition in zip(("readings", "revisions", "targets"), PARTS[part], strict=True):
            field = next((f for f in part_fields(definition) if f.title("it") == caption), None) if definition else None
            if field is not None:
                return kind, field, part
    raise AssertionError(f"nothing that a round says is called {caption}")


def _of(said: list[dict], round: str) -> dict:
    entry = next((s for s in said if s["round"] == round), None)
    if entry is None:
        said.append(entry := {"round": round})
    return entry


def _held(objective: dict) -> None:
    """The weight on the row of an objective is that of its lead, which holds it."""
    lead = objective.setdefault("lead", objective["code"].partition(".")[0])
    own = objective.pop("holding", None)
    holders = objective.setdefault("holders", [])
    if all(h["sector"] != lead for h in holders) and (own is not None or not holders):
        holders.insert(0, {"sector": lead})
    if own is not None:
        mine = next(h for h in holders if h["sector"] == lead)
        mine["holding"] = mine.get("holding", {}) | own


def _objective(made: dict, code: str) -> dict:
    """The objective called ``code``, the only one where a row names none."""
    assert code or len(made["objectives"]) == 1, "a row that names no objective, of a plan with several"
    return next(o for o in made["objectives"] if code in ("", o["code"]))


def _put(item: dict, path: tuple[str, ...], value: Any) -> None:
    if value is not None:
        for key in path[:-1]:
            item = item.setdefault(key, {})
        item[path[-1]] = value
