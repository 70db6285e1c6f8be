"""One message or file taken apart down to what cannot be taken apart further; what it is, its first bytes say."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import Message

from perfxl.findings import Finding, Place
from perfxl.mail.back import archives, headers, messages
from perfxl.mail.back.model import DEEPEST, ITEM_LIMIT, MB, Budget, Envelope, Item, Signature, Source, TooMuch


@dataclass(frozen=True)
class _Where:
    """Where something was found: the containers around it, the envelope of the outermost message, signatures around it."""

    inside: tuple[str, ...]
    envelope: Envelope | None = None
    signatures: tuple[Signature, ...] = ()
    arrived: str = ""

    def into(self, name: str) -> "_Where":
        return replace(self, inside=(*self.inside, name))


def unpack(source: Source) -> Iterator[Item | Finding]:
    """Everything in ``source``, and what could not be taken apart as findings; each thing that is whole comes once."""
    budget = Budget()
    try:
        yield from _apart(source.content, source.label, _Where((), arrived=source.arrived), budget)
    except TooMuch as problem:
        yield Finding("MAIL11", Place(source.label), {"what": problem.what, "limit": problem.limit})


def _apart(data: bytes, name: str, where: _Where, budget: Budget) -> Iterator[Item | Finding]:
    """What is in ``data``, which is called ``name``: itself, when it is not a container."""
    if len(where.inside) > DEEPEST:
        raise TooMuch({"it": "i contenitori uno dentro l’altro", "en": "the containers one inside the other"}, DEEPEST)
    budget.spend(len(data))
    archive = archives.opened(data)
    if archive is not None:
        yield from _archive(archive, name, where.into(name), budget)
    elif messages.is_message(data):
        yield from _message(messages.parse(data), name, where.into(name), budget)
    elif len(data) > ITEM_LIMIT:
        yield Finding("MAIL12", Place(" › ".join((*where.inside, name))), {"size": len(data) // MB, "limit": ITEM_LIMIT // MB})
    else:
        yield Item(name, data, where.inside, where.envelope, where.signatures)


def _archive(archive, name: str, where: _Where, budget: Budget) -> Iterator[Item | Finding]:
    for inner, content in archives.files(archive, budget):
        inner = headers.decoded(inner)[-200:] or "?"
        if isinstance(content, archives.Broken):
            yield Finding("MAIL13", Place(" › ".join(where.inside)), {"name": inner, "reason": _reason(content.reason)})
        else:
            yield from _apart(content, inner, where, budget)


def _message(message: Message, name: str, where: _Where, budget: Budget) -> Iterator[Item | Finding]:
    """The attachments of a message. The outermost envelope is kept: an inner one is what somebody says it was."""
    if len(where.inside) > DEEPEST:
        raise TooMuch({"it": "i contenitori uno dentro l’altro", "en": "the containers one inside the other"}, DEEPEST)
    if where.envelope is None:
        where = replace(where, envelope=headers.envelope(message, messages.text(message), where.arrived))
    for number, part in enumerate(messages.parts(message), 1):
        if isinstance(part, Message):
            inner = headers.header(part, "Subject") or f"message {number}"
            yield from _message(part, inner, where.into(inner), budget)
        elif part.inline:
            budget.spend(len(part.content))
            yield Item(part.name or f"part {number}", part.content, where.inside, where.envelope, where.signatures, inline=True)
        else:
            yield from _apart(part.content, part.name or f"part {number} ({part.type})", where, budget)


def _reason(key: str) -> dict[str, str]:
    from perfxl.texts import Texts

    return {language: Texts("mail", language)(key) for language in ("it", "en")}
