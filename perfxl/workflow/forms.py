"""The workbooks of many sectors, made in several processes where they are many."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from perfxl.campaign import Campaign
from perfxl.model import deadlines
from perfxl.model.documents import file_exists
from perfxl.model.rounds import Rounds
from perfxl.model.texts import Texts
from perfxl.workflow import workers as work
from perfxl.workflow.running import CannotRun

#: Forms that are made here, one after the other: fewer take no longer than starting processes does.
FEW = 24


@dataclass(frozen=True)
class Making:
    """What all forms of a run share: the plan-shaped ``content`` they are made on, when ``round`` is due for whom (``extensions``), the
    body's own ``master`` (None: perfxl's) and fields."""

    content: dict[str, Any]
    round: str
    extensions: Mapping[str, str] = field(default_factory=dict)
    master: bytes | None = None
    extension: dict[str, Any] | None = None


def making(campaign: Campaign, content: dict[str, Any], round: str, extensions: Mapping[str, str] | None = None) -> Making:
    """How the forms of ``round`` are made in ``campaign``."""
    own = campaign.master(Rounds.from_plan(content)[round].kind)
    return Making(content, str(round), extensions=dict(extensions or {}), master=own.read_bytes() if file_exists(own) else None,
                  extension=campaign.extension)


def forms(campaign: Campaign, documents: Iterable[dict[str, Any]], how: Making, language: str) -> Iterator[bytes]:
    """The workbook that each of the prefilled returns ``documents`` becomes, in their order; ``CannotRun`` when the body's own
    master cannot be used."""
    listed = list(documents)
    here = listed if len(listed) < FEW else listed[:1]  # the first shows whether the master can be used at all
    yield from (_form(campaign, document, how, language) for document in here)
    rest = listed[len(here):]
    if not rest:
        return
    for document, made in zip(rest, work.each(rest, how, made_form), strict=True):
        yield _form(campaign, document, how, language) if isinstance(made, work.ReaderFailed) else made


def made_form(document: dict[str, Any], how: Making) -> bytes:
    """The workbook of one document; raises what ``stages.issue`` raises."""
    from perfxl.stages import issue as stage

    content = deadlines.with_deadline(how.content, how.round, how.extensions, document["identity"]["sector"])
    return stage.issue(document, content, master=how.master, language=content["body"].get("language", "it"), extension=how.extension)


def _form(campaign: Campaign, document: dict[str, Any], how: Making, language: str) -> bytes:
    from perfxl.stages import issue as stage

    say, own = Texts("cli", language), campaign.master(Rounds.from_plan(how.content)[how.round].kind)
    try:
        return made_form(document, how)
    except stage.MasterIncomplete as incomplete:
        raise CannotRun(say("master_incomplete", path=own, names=", ".join(incomplete.names))) from None
    except stage.Unreadable:
        raise CannotRun(say("master_unreadable", path=own)) from None
