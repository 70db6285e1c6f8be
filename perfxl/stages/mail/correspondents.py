"""Who of a sector sent what: several may answer for one, and each is answered about what came from them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from perfxl.campaign.register import Register
from perfxl.stages.mail.incoming import senders
from perfxl.stages.mail.incoming.doubts import addresses

#: Characters of a name that a message is begun with; what has anything else in it than a name has is left out.
LONGEST = 60
_NAME = re.compile(r"[^\W\d_](?:[\w.’' -]*[\w.)])?")


@dataclass(frozen=True)
class Arrival:
    """How a file came: when (UTC, ISO), from which address and under which name, "" when nobody knows; ``message_id``: of its message."""

    at: str
    address: str = ""
    name: str = ""
    message_id: str = ""


@dataclass(frozen=True)
class Correspondent:
    """One who sent files for a sector. ``address``: to write to, "" for the sector's own; ``name``: what they call themselves, ""
    when the head of the sector is meant or it is not known; ``arrived`` and ``message_id``: of the last that came;
    ``sources``: the files, as ``gathering`` has them."""

    address: str
    name: str
    arrived: str
    message_id: str
    sources: tuple[Any, ...]


def arrivals(register: Register, round: str) -> dict[str, Arrival]:
    """How each file of ``round`` came first, by its digest, in the order in which they came."""
    messages = {e.key: e.payload for e in register.entries("message")}
    taken = {e.payload["sha256"]: e.payload for e in reversed(register.entries("taken", became="return"))}
    by_digest: dict[str, Arrival] = {}
    for entry in register.entries("received", round=round):
        payload, message = entry.payload, messages.get(taken.get(entry.payload["sha256"], {}).get("message", ""), {})
        by_digest.setdefault(payload["sha256"], Arrival(payload.get("arrived") or entry.at, payload.get("origin", ""), message.get("name", ""),
                                                 message.get("message_id", "")))
    return by_digest


def grouped(sector: Mapping[str, Any], sources: Iterable[Any], came: Mapping[str, Arrival]) -> list[Correspondent]:
    """``sources`` of ``sector`` by who sent them, the first to have sent something first.

    A file of nobody whom the plan would know is answered to the sector's own address: a stranger gets no receipt in its place.
    """
    order = list(came)
    by_address: dict[str, Correspondent] = {}
    for source in sorted(sources, key=lambda s: order.index(s.read.sha256) if s.read.sha256 in came else -1):
        arrival = came.get(source.read.sha256, Arrival(""))
        own = str(sector.get("email", "")).lower()
        known = arrival.address and addresses(sector) and senders.classify_sender(arrival.address, addresses(sector)) in ("known", "house")
        address = arrival.address if known and arrival.address != own else ""
        known_as = _name(arrival, sector) if known else ""
        before = by_address.get(address) or Correspondent(address, "", arrived="", message_id="", sources=())
        later = arrival.at >= before.arrived
        by_address[address] = replace(before, name=known_as or before.name, arrived=max(arrival.at, before.arrived),
                                 message_id=arrival.message_id if later else before.message_id, sources=(*before.sources, source))
    return [replace(c, name=c.name if c.address else "") for c in by_address.values()]


def _name(arrival: Arrival, sector: Mapping[str, Any]) -> str:
    """What to call whoever sent it: as they call themselves, else as the plan calls the head of the sector whose address it is."""
    if arrival.name and len(arrival.name) <= LONGEST and _NAME.fullmatch(arrival.name):
        return arrival.name
    manager = str(sector.get("manager", ""))
    local = {word for word in re.split(r"[\W_\d]+", arrival.address.partition("@")[0]) if len(word) > 2}
    return manager if local and local <= set(re.findall(r"\w+", manager.lower())) else ""
