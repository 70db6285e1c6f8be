"""One form, saved by a program, and what perfxl reads of it."""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from perfxl.stages import read

#: What is typed, and where: below the second objective.
TYPED, FIELD = "Scritto con questo programma: perché così è.", ("holding", "reading", "reason")

#: A program's way of saving: (the form's file, the file to make, sheet, cell, text to type; None to type nothing).
Save = Callable[[Path, Path, str, str, str | None], None]


@dataclass(frozen=True)
class Saver:
    """``program`` with its version; ``suffix`` of what it saves; ``types``: whether it can be made to type into a cell."""

    program: str
    suffix: str
    save: Save
    types: bool = True


@dataclass(frozen=True)
class Form:
    """A filled-in form at ``path``, what it says, and the cell that is typed into."""

    path: Path
    document: dict
    sheet: str
    cell: str

    @classmethod
    def of(cls, path: Path) -> "Form":
        """The form at ``path``."""
        reading = read.read(path.read_bytes(), path.name)
        place = reading.places["/objectives/1/" + "/".join(FIELD)]
        return cls(path, reading.document, place.sheet, place.cell)

    @classmethod
    def of_the_demo(cls, folder: Path) -> "Form":
        """The form of S1 in the demo's final round."""
        from perfxl.campaign import Campaign
        from perfxl.demo.play import play

        campaign = Campaign(folder / "campagna")
        if not campaign.plan.is_file():
            list(play(campaign, "it"))
        return cls.of(next(p for p in campaign.received_files("final") if "S1" in p.name))


@dataclass(frozen=True)
class Row:
    """What became of the form in one program's hands."""

    saver: Saver
    same: bool
    known: bool
    edit: bool
    codes: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether nothing was lost."""
        return self.same and self.known and (self.edit or not self.saver.types)

    @property
    def line(self) -> str:
        """The row of the table."""
        marks = ["sì · yes" if said else "no" for said in (self.same, self.known, self.edit)]
        if not self.saver.types:
            marks[2] = "–"
        told = ", ".join(f"{code} × {self.codes.count(code)}" if self.codes.count(code) > 1 else code
                         for code in dict.fromkeys(self.codes))
        return f"| {self.saver.program} | {self.saver.suffix} | {' | '.join(marks)} | {told or '–'} |"


def row_of(form: Form, saver: Saver, folder: Path) -> Row:
    """The form saved by ``saver`` in ``folder`` and read again."""
    made = folder / f"salvata{saver.suffix}"
    made.unlink(missing_ok=True)
    saver.save(form.path, made, form.sheet, form.cell, TYPED if saver.types else None)
    reading = read.read(made.read_bytes(), made.name)
    document = deepcopy(reading.document or {})
    said = document.get("objectives", [{}, {}])[1].get(FIELD[0], {}).get(FIELD[1], {})
    edit = said.get(FIELD[2]) == TYPED
    if edit:
        said.pop(FIELD[2])
    return Row(saver, document == form.document, known=reading.identity is not None, edit=edit,
               codes=tuple(f.code for f in reading.findings))


def rows_of(form: Form, savers: Iterable[Saver], folder: Path) -> Iterator[Row]:
    """A row for each of ``savers``."""
    return (row_of(form, saver, folder) for saver in savers)
