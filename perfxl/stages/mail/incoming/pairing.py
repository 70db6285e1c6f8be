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


#: What came, at the end; what is found on the way, before each signature that stands alone is laid to what it signs.
Found = Item | Letter | Notice | Finding
Taken = Found | Detached | Whole


def pair_signatures(taken: list[Taken], trust: Trust) -> list[Found]:
    """``taken`` with each signature of its own laid to what it signs: a file, all that was in a container, what a manifest lists."""
    items = [f for f in taken if not isinstance(f, Detached | Whole)]
    for one in (f for f in taken if isinstance(f, Detached)):
        signatures = _signatures(one, items, [f for f in taken if isinstance(f, Whole)], trust)
        if not signatures:
            items.append(Finding("MAIL33", one.where.place(one.name)))
        for k, made in signatures.items():
            item = items[k]
            if isinstance(item, Item):
                items[k] = replace(item, signatures=(*item.signatures, *made))
    return items


def _signatures(one: Detached, items: list[Found], wholes: list[Whole], trust: Trust) -> dict[int, tuple[Signature, ...]]:
    """What ``one`` says of which of ``items``, by their numbers."""
    several = {k: i for k, i in enumerate(items) if isinstance(i, Item)}
    direct = {k: i for k, i in several.items() if one.signed.is_of(i.content)}
    signatures = {k: one.signed.signatures(i.content, trust) for k, i in direct.items()}
    for k, manifest in direct.items():
        listed = asic.manifest(manifest.content)
        if listed is not None:
            signatures |= {n: signatures[k] for n, i in several.items() if n != k and i.inside == manifest.inside and asic.is_listed(i.content, listed)}
    for whole in (w for w in wholes if one.signed.is_of(w.content)):
        made = one.signed.signatures(whole.content, trust)
        signatures |= {k: made for k, i in several.items() if i.inside[:len(whole.inside)] == whole.inside}
    stem = one.name.lower().removesuffix(".p7s").removesuffix(".p7m")
    return signatures or {k: one.signed.signatures(i.content, trust) for k, i in several.items()
                     if i.name.lower() == stem and i.inside == one.where.inside}
