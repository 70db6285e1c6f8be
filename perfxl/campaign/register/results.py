"""The results of a round, taken only when they are what the register says that perfxl wrote."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from perfxl.campaign import Campaign
from perfxl.campaign.register.log import Entry
from perfxl.campaign.register.register import Register
from perfxl.campaign.register.words import Altered
from perfxl.model import documents

#: How deep a consolidated document may nest: far more than any does, far less than what ends a reader.
_LIMITS = (ValueError, TypeError, KeyError, RecursionError)


@dataclass(frozen=True)
class Result:
    """A consolidated document and the bytes it stands in."""

    document: Any
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes."""
        return sha256(self.content).hexdigest()


def last_run(register: Register, round: str) -> Entry | None:
    """The last consolidation of ``round``; None when there was none."""
    runs = register.entries("run", stage="consolidate", round=round)
    return runs[-1] if runs else None


def result(register: Register, campaign: Campaign, round: str) -> Result | None:
    """The consolidated document of ``round`` as the last run left it; None when it was never consolidated.

    ``Altered`` when it is missing, was changed or damaged, or is not the one of the last run.
    """
    path, run = campaign.result(round), last_run(register, round)
    if not path.exists() and run is None:
        return None
    words = {"path": path, "folder": campaign.folder, "round": round}
    if not path.is_file():
        raise Altered("result_missing", **words)
    content = path.read_bytes()
    if run is None or sha256(content).hexdigest() != run.payload["results"]:
        raise Altered("result_altered", **words)
    return Result(parsed(content, round, Altered("result_altered", **words)), content)


def parsed(content: bytes, round: str, refusal: Altered) -> Any:
    """The consolidated document of ``round`` in ``content``; raises ``refusal`` when that is none."""
    try:
        document = documents.loads(content)
        if document["round"] != round or not isinstance(document["content"], dict):
            raise refusal
        return document
    except _LIMITS:
        raise refusal from None
