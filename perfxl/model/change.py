"""One difference from the approved plan, and how documents hold it."""

from dataclasses import asdict, dataclass
from typing import Any

from perfxl.model.findings import Place
from perfxl.model.readings import GONE


@dataclass(frozen=True)
class Change:
    """One difference from the approved plan.

    ``kind``: revised, added, dropped, replaced, withdrawn; ``sector``: who holds what changed, or leads the objective;
    ``table`` and ``item``: of a row, its table and identifier (``phases``, ``3-bis``), "" for the objective itself;
    ``field`` and ``title``: what changed, its key and what users call it by language; ``cell_kind``: one of
    ``fields.CELLS``; ``approved`` and ``revised``: values as documents have them, None where there is none; ``path``:
    JSON Pointer in the content, "" when it is no longer there; ``place``: the cell it was written in; ``round``: when
    it came up.
    """

    kind: str
    objective: str
    sector: str
    table: str
    item: str
    field: str
    title: dict[str, Any]
    cell_kind: str
    approved: Any
    revised: Any
    reason: str
    place: Place
    round: str
    path: str

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells one change from another; an objective is replaced or withdrawn once in a year."""
        return (self.kind, self.objective, self.sector, self.table, self.item, self.field,
                "" if self.kind in GONE else self.round)

    def document(self) -> dict[str, Any]:
        """The change as ``consolidated.schema.json#/$defs/change`` has it, blank parts left out."""
        parts = {**asdict(self), **asdict(self.place)}
        del parts["place"]
        return {k: v for k, v in parts.items() if v not in (None, "")}


def from_document(document: dict[str, Any]) -> Change:
    """The change that ``Change.document`` wrote."""
    parts = {k: document.get(k, "") for k in ("kind", "objective", "sector", "table", "item", "field", "reason", "round", "path")}
    place = Place(document.get("file", ""), document.get("sheet", ""), document.get("cell", ""))
    return Change(**parts, title=document["title"], cell_kind=document["cell_kind"], approved=document.get("approved"),
                  revised=document.get("revised"), place=place)
