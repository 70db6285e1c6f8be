"""The sectors that a list names: by code, by name, by both in one cell, by a number alone."""

import re
from typing import Any

from perfxl.model.codes import code_pattern
from perfxl.model.findings import Place
from perfxl.stages.intake.list_rows import Remarks, Row
from perfxl.stages.intake.targets import plain

_SECTOR = code_pattern("sectorCode")
#: What a code without a digit is no longer than: ``DIR-AMB`` is one, ``PERSONALE`` is the name of a sector.
WORD = 8
#: ``S3 – Lavori pubblici``, ``Settore 3: Lavori pubblici``: what stands before the name of a sector.
_NAMED = re.compile(r"\s*(?:(settore|area|servizio|direzione|ripartizione|dipartimento|sector|department|unit)\s*(?:n\.?\s*)?(\d{1,3}|[IVX]{1,5})\b|([A-Z]{1,4}\d{1,3})\b)\s*[-–—:.)]*\s*(.*)\Z", re.I | re.S)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11, "XII": 12}


class Sectors:
    """The ``sectors`` of a plan being filled, met again however a list calls them; new ones are added and told."""

    def __init__(self, sectors: list[dict[str, Any]], remarks: Remarks):
        self.sectors, self.remarks = sectors, remarks
        self.known: dict[str, dict[str, Any]] = {}
        self.bare: set[str] = set()
        for sector in sectors:
            self.know(sector)

    def know(self, sector: dict[str, Any]) -> None:
        """Have ``sector`` met under its code and under its name."""
        for text in (sector.get("code"), sector.get("name")):
            if text:
                self.known.setdefault(plain(text), sector)

    def of_row(self, row: Row) -> dict[str, Any] | None:
        """The sector that a row names, made when it is new; None when it names none."""
        values, lead = row.values_of("sectors"), row.values_of("objectives").get(("lead",))
        code, name = values.get(("code",)), values.get(("name",))
        self.remarks.take(row.at("sectors", ("code",)), row.at("sectors", ("name",)), row.at("objectives", ("lead",)))
        said = lead or code or name
        if not said:
            return None
        if lead is not None and code is not None and plain(lead) != plain(code) and not sector_code(lead)[0]:
            name = name or lead  # one column says the code of the sector, another its name
        elif lead is not None:
            code = None
        return self.named(said, row.at("objectives", ("lead",)) if lead else row.place, code, name)

    def named(self, text: str, place: Place, code: str | None = None, name: str | None = None) -> dict[str, Any]:
        """The sector that ``text`` is the code or the name of, made when it is new; ``code`` and ``name``: where both are said."""
        known = self.known.get(plain(code or text)) or self.known.get(plain(name or text))
        made, rest = sector_code(code or text)
        if known is None and made:
            known = self.known.get(plain(made))
        if known is not None:
            fuller = name or rest
            if fuller and (known["name"] in (known["code"], *self.bare) or name and plain(name) == plain(known["name"])):
                # so far it was only called by its number, or in capitals over its rows
                known["name"] = " ".join(fuller.split())
            self.know(known)
            self.known.setdefault(plain(text), known)
            return known
        if not rest and not name:
            self.bare.add(text)
        given = made
        if not made or plain(made) in self.known:
            n = next(k for k in range(1, 1000) if plain(f"S{k}") not in self.known)
            made = f"S{n}"
        sector = {"code": made, "name": (name or rest or text).strip() or made}
        self.sectors.append(sector)
        self.know(sector)
        self.known.setdefault(plain(text), sector)
        if not given:
            self.remarks.say("LIST07", place, {"sector": sector["name"], "code": made})
        return sector


def sector_code(text: str) -> tuple[str, str]:
    """(code, name) that the words of a sector say: ``Settore 3 – Lavori`` gives S3 and Lavori; blanks where there is none."""
    named = _NAMED.match(text)
    if named and named[3]:
        return named[3].upper(), named[4]
    if named and named[2]:
        number = named[2] if named[2].isdecimal() else str(_ROMAN.get(named[2].upper(), ""))
        return (named[1][0].upper() + number, named[4]) if number else ("", text)
    bare = text.strip()
    return (bare, "") if _SECTOR.match(bare) and (len(bare) <= WORD or any(map(str.isdigit, bare))) else ("", text)
