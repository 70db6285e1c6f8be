"""What the register knows of messages that were prepared: which were handed over, and which are drafts that wait."""

from collections.abc import Iterable

from perfxl.campaign.register.log import Entry
from perfxl.campaign.register.register import Register

#: Kinds of message that a sector has had when it answers.
_ANSWERED = ("form", "reminder")


def drafts(register: Register, round: str, answered: Iterable[str] = ()) -> list[Entry]:
    """The drafts of ``round`` that are ready and not known to have been sent, the last of each message; nobody has said so, no
    receipt came of it, and of a form or a reminder, its sector is none of those that ``answered``."""
    last = {e.key: e for e in register.entries("sent", round=round)}
    told_of = {e.payload["message_id"] for e in register.entries("notice", round=round)}
    gone = set(answered)
    return [e for e in last.values() if e.payload["state"] == "drafted" and e.payload["message_id"] not in told_of
            and not (e.payload["message"] in _ANSWERED and e.payload["sector"] in gone)]
