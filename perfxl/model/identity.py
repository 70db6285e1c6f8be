"""What an issued workbook is, written where it survives.

The same token stands in a custom document property, in the hidden sheet ``_perfxl``, in a defined name, in the
Leggimi sheet and in the footer of every sheet. Any one of them is enough.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from perfxl.model.codes import INSIDE

PROPERTY = "perfxl"      # custom document property
HIDDEN_SHEET = "_perfxl"  # its A1 holds the token
NAME = "px_identity"      # defined name of the cell on Leggimi that shows the token
PARENT = "perfxl_parent"  # custom document property of a marked copy: SHA-256 of the file it was made from
CONSTANT = "px_token"     # defined name that is the token itself, a string constant
#: The constant in which a form says its language.
LANGUAGE = "pxm_language"

_TOKEN = re.compile(
    r"PX1\|(?P<body>[A-Z][A-Z0-9]{0,7})\|(?P<year>\d{4})\|(?P<round>[a-z][a-z0-9]{0,15})\|"
    rf"(?P<sector>{INSIDE})" r"\|(?P<issue>\d{1,4})\|(?P<digest>[0-9a-f]{16})\|(?P<check>[0-9a-f]{4})"
)


@dataclass(frozen=True)
class Identity:
    """Body code, year, round, sector code, issue number (from 1) and digest of what was issued (16 hex digits)."""

    body: str
    year: int
    round: str
    sector: str
    issue: int
    digest: str

    @property
    def token(self) -> str:
        """The identity as one line of text that detects its own damage."""
        core = f"PX1|{self.body}|{self.year}|{self.round}|{self.sector}|{self.issue}|{self.digest}"
        return f"{core}|{sha256(core.encode()).hexdigest()[:4]}"

    def document(self) -> dict[str, Any]:
        """The identity as ``objective.schema.json#/$defs/identity`` has it."""
        return {"body": self.body, "year": self.year, "round": self.round, "sector": self.sector,
                "issue": self.issue, "digest": self.digest}


def parse(text: str) -> Identity | None:
    """The identity whose token is somewhere in ``text``; None when there is none or it is damaged."""
    for match in _TOKEN.finditer(text or ""):
        parts = match.groupdict()
        identity = Identity(parts["body"], int(parts["year"]), round=parts["round"], sector=parts["sector"],
                         issue=int(parts["issue"]), digest=parts["digest"])
        if identity.token == match[0]:
            return identity
    return None


def parent(properties: Mapping[str, str]) -> str | None:
    """The SHA-256 (hexadecimal) of the file that a marked copy was made from; None where there is none."""
    said = properties.get(PARENT, "")
    return said if len(said) == 64 and set(said) <= set("0123456789abcdef") else None
