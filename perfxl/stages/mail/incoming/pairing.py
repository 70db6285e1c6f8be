"""Where things stand in what came, and signatures that stand in files of their own laid to what they sign."""

from dataclasses import dataclass, replace

from perfxl.model.findings import Finding, Place
from perfxl.stages.mail.incoming import asic
from perfxl.stages.mail.incoming.model import (
    DEEPEST,
    Envelope,
    Item,
    Letter,
    Signature,
    TooMuch,
)
from perfxl.stages.mail.incoming.pec import Notice
from perfxl.stages.mail.incoming.signed import Signed
from perfxl.stages.mail.incoming.trust import Trust


@dataclass(frozen=True)
class Where:
    """Where something was found: the containers around it, the envelope of the outermost message, signatures around it."""

    inside: tuple[str, ...]
    envelope: Envelope | None = None
    signatures: tuple[Signature, ...] = ()
    arrived: str = ""

    def into(self, name: str) -> "Where":
        if len(self.inside) >= DEEPEST:
            raise TooMuch({"it": "i contenitori uno dentro l’altro", "en": "the containers one inside the other"}, DEEPEST)
        return replace(self, inside=(*self.inside, name))

    def place(self, *names: str) -> Place:
        return Place(" › ".join((*self.inside, *names)))


@dataclass(frozen=True)
class Detached:
    """A signature that stands in a file of its own."""

    name: str
    signed: Signed
    where: Where


@dataclass(frozen=True)
class Whole:
    """A container that was opened: a signature may be of the whole of it."""

    content: bytes
    inside: tuple[str, ...]


def paired(found: list, trust: Trust) -> list[Item | Letter | Notice | Finding]:
    """``found`` with each signature of its own laid to what it signs: a file, all that was in a container, what a manifest lists."""
    items = [f for f in found if not isinstance(f, Detached | Whole)]
    for one in (f for f in found if isinstance(f, Detached)):
        signatures = _signatures(one, items, [f for f in found if isinstance(f, Whole)], trust)
        if not signatures:
            items.append(Finding("MAIL33", one.where.place(one.name)))
        for k, made in signatures.items():
            items[k] = replace(items[k], signatures=(*items[k].signatures, *made))
    return items


def _signatures(one: Detached, items: list, wholes: list[Whole], trust: Trust) -> dict[int, tuple[Signature, ...]]:
    """What ``one`` says of which of ``items``, by their numbers."""
    several = [k for k, i in enumerate(items) if isinstance(i, Item)]
    direct = [k for k in several if one.signed.of(items[k].content)]
    found = {k: one.signed.signatures(items[k].content, trust) for k in direct}
    for k in direct:
        listed = asic.manifest(items[k].content)
        beside = [n for n in several if n != k and items[n].inside == items[k].inside] if listed is not None else ()
        found |= {n: found[k] for n in beside if asic.is_listed(items[n].content, listed)}
    for whole in (w for w in wholes if one.signed.of(w.content)):
        made = one.signed.signatures(whole.content, trust)
        found |= {k: made for k in several if items[k].inside[:len(whole.inside)] == whole.inside}
    stem = one.name.lower().removesuffix(".p7s").removesuffix(".p7m")
    return found or {k: one.signed.signatures(items[k].content, trust) for k in several
                     if items[k].name.lower() == stem and items[k].inside == one.where.inside}
