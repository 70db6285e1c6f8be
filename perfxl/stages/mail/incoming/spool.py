"""Sources put down in a folder, so that a process of its own can take each apart and only its own can end over it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from perfxl.model.findings import Finding
from perfxl.stages.mail.incoming import trust
from perfxl.stages.mail.incoming.model import Item, Letter, Source
from perfxl.stages.mail.incoming.pec import Notice
from perfxl.stages.mail.incoming.unpack import unpack


@dataclass(frozen=True)
class Spooled:
    """A source whose bytes stand at ``path``, in a folder that goes away; the rest as in ``Source``."""

    path: Path
    label: str
    arrived: str = ""
    mark: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Laid:
    """Something that was in a source: the item without its bytes, and where these stand."""

    item: Item
    path: Path


@dataclass(frozen=True)
class Store:
    """The certificates that signatures are held against: their files, and what the store is called."""

    paths: tuple[Path, ...]
    name: str


def spool_source(source: Source, folder: Path, number: int) -> Spooled:
    """``source`` put down in ``folder`` as its ``number``-th."""
    path = folder / str(number)
    path.write_bytes(source.content)
    return Spooled(path, source.label, source.arrived, source.mark)


def unpack_task(task: Spooled, store: Store) -> list[Laid | Letter | Notice | Finding]:
    """What ``unpack`` finds in ``task``, each thing laid beside it."""
    laid: list[Laid | Letter | Notice | Finding] = []
    for number, one in enumerate(unpack(Source(task.label, task.path.read_bytes(), task.arrived), _trust(store))):
        if isinstance(one, Item):
            path = task.path.with_name(f"{task.path.name}.{number}")
            path.write_bytes(one.content)
            laid.append(Laid(replace(one, content=b""), path))
        else:
            laid.append(one)
    return laid


@cache
def _trust(store: Store) -> trust.Trust:
    return trust.store(store.paths, store.name)
