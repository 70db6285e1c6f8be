"""A ``return`` document with something in every field, and variations of it, made from the schemas."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from plain_form import IDENTITY

from perfxl.model.fields import Field, extension_fields, objective_fields, return_fields
from perfxl.model.rounds import Round

EXTENSION = {"properties": {
    "pnrr": {"type": "string", "title": "Missione PNRR", "enum": ["M1", "M2"]},
    "inhabitants": {"type": "integer", "title": "Abitanti", "minimum": 0},
    "cost_share": {"type": "number", "title": "Quota", "x-cell": "percent", "minimum": 0, "maximum": 100},
    "note_sindaco": {"type": "string", "title": "Nota del sindaco", "maxLength": 300},
    "scadenza": {"type": "string", "format": "date", "title": "Scadenza PNRR"},
    "digitale": {"type": "boolean", "title": "Digitale"},
}}

_CODES = {"code": "S1.00001", "other_codes": ["S1.00002"], "replaced_by": "S1.00009", "objective": "DG.00001",
          "strategic_lines": ["01.02.03", "03.03.01"], "result": "1", "scale": "GRADI-A", "indicator": "IND.01"}


def value(about: Field, seed: int):
    """A value that ``about`` accepts, different for different seeds."""
    if about.key in _CODES:
        return _CODES[about.key]
    if about.key == "id":
        return f"{seed % 90}-bis" if seed % 2 else str(seed % 90)
    if about.cell == "choice":
        allowed = about.schema["enum"]
        return allowed[seed % len(allowed)]
    if about.cell == "lines":
        return [f"{about.title('it')} {seed}", "Perù, «Ü» & <b>"]
    return {
        "yesno": seed % 2 == 0, "integer": max(about.schema.get("minimum", 0), 1 + seed % 9),
        "number": Decimal("-1234.5") + seed, "percent": about.schema.get("minimum", 0) + Decimal("12.34") + seed % 20, "money": Decimal("1500.05") + seed,
        "date": f"2021-{1 + seed % 12:02d}-{1 + seed % 28:02d}",
        "long": f"={seed} riga\n- seconda «riga»\n\n\tquarta  riga", "text": f"+{seed} testo è 100%",
    }[about.cell]


def _object(fields: tuple[Field, ...], seed: int, at: int = 0) -> dict:
    document: dict = {}
    for n, about in enumerate(fields):
        inner = document
        for key in about.path[at:-1]:
            inner = inner.setdefault(key, {})
        inner[about.key] = ([_object(about.items, seed + n + i) | _identify(about, i) for i in range(3)]
                            if about.cell == "table" else value(about, seed + n))
    return document


def _identify(about: Field, index: int) -> dict:
    return {"id": ("0", "3-bis", "7")[index]} if any(f.key == "id" for f in about.items) else {}


def shown(fields: Iterable[Field], round: Round | None) -> tuple[Field, ...]:
    """``fields``, and in tables the columns, that the form of ``round`` has; all of them without one."""
    return tuple(replace(f, items=shown(f.items, round)) for f in fields if round is None or f.shows(round))


def document(objectives: int = 2, extension: dict | None = EXTENSION, round: Round | None = None) -> dict:
    """Every field filled in, or every one that the form of ``round`` has, in ``objectives`` objectives."""
    fields = shown(objective_fields() + extension_fields(extension), round)
    general = _object(shown((f for f in return_fields() if f.path[0] != "identity"), round), 0)
    made = [_object(fields, 7 * n) | {"code": f"S1.{n:05d}"} for n in range(1, objectives + 1)]
    return {"schema": "perfxl/return/2", "identity": IDENTITY.document() | ({"round": str(round)} if round else {}),
            "compilation": general["compilation"], "objectives": made, "measures": general["measures"]}


def answers(round: Round | None = None) -> dict:
    """Every field of a workbook with questions filled in, one sheet reopened."""
    general = _object(tuple(f for f in return_fields() if f.key == "requests"), 0)
    whole = document(1, None, round)
    return {k: whole[k] for k in ("schema", "identity", "objectives", "measures")} | general
