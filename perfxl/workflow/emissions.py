"""What was sent to each sector in a round: every emission of its form, kept so that a return is laid beside its own.

An emission is known by the digest in the identity of its workbook, which covers all that the workbook says. Its bytes stand
in ``emesse`` while it is the last, and in the archive from the day it was issued.
"""

from dataclasses import dataclass
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.campaign.register.store import digest_of


@dataclass(frozen=True)
class Emission:
    """One form that was issued: its ``number`` on the form, the ``digest`` in its identity, the ``sha256`` of its bytes,
    when it was issued (``at``, UTC, ISO)."""

    round: str
    sector: str
    number: int
    digest: str
    sha256: str
    at: str


def emissions(register: Register, round: str) -> dict[str, tuple[Emission, ...]]:
    """The emissions of ``round`` by sector, oldest first; of those that say the same the last."""
    by_sector: dict[str, dict[str, Emission]] = {}
    for entry in register.entries("issued", round=round):
        payload = entry.payload
        by_digest = by_sector.setdefault(payload["sector"], {})
        by_digest.pop(payload["digest"], None)
        by_digest[payload["digest"]] = Emission(round, payload["sector"], number=payload["issue"], digest=payload["digest"],
                                        sha256=payload["sha256"], at=entry.at)
    return {sector: tuple(by_digest.values()) for sector, by_digest in by_sector.items()}


def kept_workbook(register: Register, campaign: Campaign, emission: Emission) -> Path | None:
    """Where the workbook of ``emission`` stands, to the byte; None when it is no longer anywhere."""
    here = campaign.issued_form(emission.round, emission.sector)
    if here.is_file() and digest_of(here) == emission.sha256:
        return here
    return register.store.path(emission.sha256)


def elsewhere(register: Register, campaign: Campaign, round: str) -> dict[str, str]:
    """The paths in the campaign of the forms of ``round`` that do not stand in ``emesse``, by the digest in their identity:
    those that a later emission took the place of, and those that somebody has changed or taken away there."""
    paths = {}
    for several in emissions(register, round).values():
        for emission in several:
            path = kept_workbook(register, campaign, emission)
            if path is not None and path != campaign.issued_form(round, emission.sector):
                paths[emission.digest] = campaign.relative(path)
    return paths
