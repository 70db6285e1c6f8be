"""The returns in a campaign's own workbooks, read in several processes where they are many: a plan that changed since a round was
issued has all its forms read again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from perfxl.campaign import Campaign
from perfxl.workflow import workers as work

#: Workbooks that are read here: fewer take no longer than starting processes does.
FEW = 24


class Kept(NamedTuple):
    """A workbook of the campaign, and the digest that it has to bear."""

    path: Path
    digest: str


def document_in(campaign: Campaign, path: Path, digest: str) -> dict[str, Any] | None:
    """The return in one of the campaign's own workbooks; None when it is not there or bears another digest."""
    return read_kept(Kept(path, digest), campaign.extension)


def documents_in(campaign: Campaign, wanted: Sequence[Kept]) -> list[dict[str, Any] | None]:
    """The same of each of ``wanted``, in their order."""
    extension = campaign.extension
    if len(wanted) < FEW:
        return [read_kept(one, extension) for one in wanted]
    documents = work.each(wanted, extension, read_kept)
    return [read_kept(one, extension) if isinstance(made, work.ReaderFailed) else made for one, made in zip(wanted, documents, strict=True)]


def read_kept(kept: Kept, extension: dict[str, Any] | None) -> dict[str, Any] | None:
    """The return in ``kept``, whose body has the fields ``extension`` of its own."""
    from perfxl.stages import read

    return read.prefilled(kept.path.read_bytes(), kept.path.name, kept.digest, extension) if kept.path.is_file() else None
