"""The campaign folder: where each document of a year stands.

    piano.xlsx                       the plan workbook
    estensione.schema.json           the body's own fields, if any
    modelli/scheda-<kind>.xlsx       the body's restyled masters, if any: plan, monitoring, final
    modelli/posta/*.txt              the body's own texts of the messages, if any
    emesse/<round>/<sector>.xlsx     issued workbooks
    emesse/<round>/richieste/<sector>-<n>.xlsx  workbooks with questions
    posta/<round>/*.eml              messages to the sectors, as drafts
    in arrivo/**                     what is to be collected, if it is put here
    certificati/*.pem                certificates that signatures are checked against, if any
    ricevute/<round>/**              returned files, any names
    risultati/<round>/consolidato.xlsx, consolidato.json
    risultati/**/.scritto-*.xlsx     results as perfxl wrote them: what the user has typed since is what differs
    approvati/<round>.json           the consolidated document as approved
    registro.sqlite, archivio/       the register and the originals of received files
"""

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from perfxl.model import documents
from perfxl.model.extension import NAME as EXTENSION
from perfxl.model.extension import faults
from perfxl.model.fields import extension_fault
from perfxl.model.findings import Finding, Place

_HALF_WRITTEN = re.compile(r"\..+\.(xlsx|ods|json|csv|zip|docx|pdf|eml)\.[a-z0-9_]{8}")


class BadExtension(Exception):
    """The schema of the body's own fields cannot be used; ``path`` says where it is, ``reason`` what is wrong, in technical
    words, ``findings`` the same place by place."""

    def __init__(self, path: Path, reason: str, findings: Iterable[Finding] = ()):
        super().__init__(reason)
        self.path, self.reason, self.findings = path, reason, tuple(findings)


#: How many faults of a schema of own fields are told.
MOST_FAULTS = 12
#: Bytes of a schema of own fields: far more than any needs.
MOST_EXTENSION = 1 << 20


def own_fields(path: Path) -> dict[str, Any]:
    """The schema of a body's own fields in the file ``path``; raises ``BadExtension``.

    Its numbers are those of JSON, as every part of perfxl passes them on.
    """
    try:
        if path.stat().st_size > MOST_EXTENSION:
            raise ValueError(f"more than {MOST_EXTENSION} bytes")
        extension = documents.load(path)
    except (ValueError, RecursionError, ArithmeticError) as reason:
        words = str(reason) or type(reason).__name__
        raise BadExtension(path, words, [Finding("EXTN02", Place(path.name), {"reason": words})]) from None
    wrong = [fault.finding(path.name) for fault in islice(faults(extension), MOST_FAULTS)]
    if wrong:
        raise BadExtension(path, extension_fault(extension), wrong)
    return json.loads(documents.dumps(extension))


@dataclass(frozen=True)
class Campaign:
    """One year of one body, at ``folder``."""

    folder: Path

    @property
    def plan(self) -> Path:
        """The plan workbook."""
        return self.folder / "piano.xlsx"

    @property
    def extension(self) -> dict[str, Any] | None:
        """The body's own fields, as its schema declares them; None when it has none. Raises ``BadExtension``, ``OSError`` when it is no file."""
        path = self.folder / EXTENSION
        return own_fields(path) if documents.file_exists(path) else None

    def master(self, kind: str) -> Path:
        """The body's own master of the forms of a ``kind`` of round; may not exist.

        One of a monitoring may still bear the name that it had when there was a single one. ``OSError`` when what stands there
        is no file.
        """
        path, old = self.folder / "modelli" / f"scheda-{kind}.xlsx", self.folder / "modelli" / "scheda-interim.xlsx"
        return old if kind == "monitoring" and not documents.file_exists(path) and documents.file_exists(old) else path

    def issued_form(self, round: str, sector: str) -> Path:
        """The workbook issued to ``sector``."""
        return self.folder / "emesse" / round / f"{sector}.xlsx"

    def request_form(self, round: str, sector: str, number: int) -> Path:
        """The ``number``-th workbook, from 1, with questions to ``sector``."""
        return self.folder / "emesse" / round / "richieste" / f"{sector}-{number}.xlsx"

    def forms(self, round: str, sector: str) -> list[Path]:
        """Every workbook that ``sector`` was sent in ``round``: the form, and those with questions."""
        asked = (self.folder / "emesse" / round / "richieste").glob(f"{sector}-*.xlsx")
        return [self.issued_form(round, sector), *sorted(p for p in asked if p.stem.removeprefix(f"{sector}-").isdecimal())]

    def issued_sectors(self, round: str) -> list[str]:
        """Codes of the sectors a workbook was issued to in ``round``, sorted."""
        return sorted(p.stem for p in (self.folder / "emesse" / round).glob("*.xlsx"))

    def received_files(self, round: str) -> list[Path]:
        """Every file under ``ricevute/<round>/`` in the order of its path; hidden and lock files left out."""
        root = self.folder / "ricevute" / round
        return sorted(p for p in root.rglob("*") if p.is_file() and not p.is_symlink()
                      and not any(part.startswith((".", "~$")) for part in p.relative_to(root).parts))

    def irregular_files(self, round: str) -> list[tuple[Path, str]]:
        """What stands under ``ricevute/<round>/`` and is no file to read, in the order of its path, with its kind:
        ``link``, ``folder`` (named like a workbook, or that cannot be entered), ``special``."""
        root = self.folder / "ricevute" / round
        paths: list[tuple[Path, str]] = []
        walk = os.walk(root, onerror=lambda problem: paths.append((Path(problem.filename), "folder")) if root.exists() else None)
        for folder, inside, files in walk:
            here = Path(folder)
            paths += [(here / name, "link" if (here / name).is_symlink() else "folder") for name in inside
                      if (here / name).is_symlink() or name.lower().endswith((".xlsx", ".ods"))]
            paths += [(here / name, "link" if (here / name).is_symlink() else "special") for name in files
                      if (here / name).is_symlink() or not (here / name).is_file()]
        return sorted((p, kind) for p, kind in paths
                      if not any(part.startswith((".", "~$")) for part in p.relative_to(root).parts))

    def result(self, round: str, name: str = "consolidato.json") -> Path:
        """A document of the results of ``round``."""
        return self.folder / "risultati" / round / name

    def relative(self, path: Path) -> str:
        """``path`` as findings name it: from the campaign folder, with forward slashes; bytes of a name that are no text
        as ``\\xff``."""
        return os.fsencode(path.relative_to(self.folder).as_posix()).decode("utf-8", "backslashreplace")

    def approved(self, round: str) -> Path:
        """The consolidated document of ``round`` as approved; may not exist."""
        return self.folder / "approvati" / f"{round}.json"


    def sweep(self) -> None:
        """Remove what a run that was killed left half written beside the results; only for whoever may write."""
        for folder in ("emesse", "posta", "ricevute", "risultati"):
            for path in (self.folder / folder).rglob(".*"):
                if _HALF_WRITTEN.fullmatch(path.name) and path.is_file():
                    path.unlink(missing_ok=True)
