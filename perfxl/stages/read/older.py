"""Forms issued when a year had one interim and one final round, told by name in the names of their cells.

What the form asks of its own round is read as today's forms are; what it shows of the round before it is for the eye.
"""

from collections.abc import Iterable, Iterator
from functools import cache

from perfxl.model.fields import objective_fields
from perfxl.model.rounds import round_name
from perfxl.model.terms import cached_in_words
from perfxl.model.texts import FORMS
from perfxl.stages.read.names import Part
from perfxl.stages.read.patterns import texts_of
from perfxl.workbook.older_names import ROUNDS, OlderNames
from perfxl.workbook.sheets.model import Sheet
from perfxl.workbook.sheets.refs import Ref


@cache
def _headings(round: str) -> tuple[str, ...]:
    """How the headings of the parts of a sheet end that tell of ``round``, in each language."""
    return tuple(f". {round_name(round, language)}".casefold() for language in FORMS)


class Older(OlderNames):
    """How what an older form of ``round`` says is read."""

    def renamed(self, part: Part) -> list[Ref]:
        """Give the names of ``part`` their names of today; returns what shows an earlier round."""
        past: list[Ref] = []
        for refs in (part.refs, *(refs for _, refs in part.copies)):
            for name in list(refs):
                new = self.name(name)
                if new != name:
                    ref = refs.pop(name)
                    if new:
                        refs[new] = ref
                    else:
                        past.append(ref)
        part.broken = {new for name in part.broken if (new := self.name(name))}
        return past

    def texts(self, sheet: Sheet) -> Iterator[tuple[int, dict[int, str]]]:
        """The texts of a sheet as today's form of its round has them: the keys of today, without what earlier rounds found."""
        past = False
        for row, columns in texts_of(sheet):
            said = next(iter(columns.values())).casefold()
            heading = next((r for r in ROUNDS if said.endswith(_headings(r))), None)
            past = heading != self.round if heading else past
            if not past:
                today = self.key if "#" in columns.values() else self._label
                yield row, {c: today(t) for c, t in columns.items()}

    def _label(self, text: str) -> str:
        """A label as it is today: at the end of the year the changes of the interim were only shown."""
        return _shown_at_the_end().get(text, text) if self.round == "final" else text


def older(parts: dict[int, Part], round: str) -> Older | None:
    """How the form of ``round`` is read when it is an older one; None when it is of today."""
    if round not in ROUNDS:
        return None
    names = {name for part in parts.values() for name in (*part.refs, *part.broken)}
    older_form = Older(round)
    return older_form if older_form.is_older(names) or not any("__reading__" in n for n in names) and "t_measures" in names else None


@cached_in_words
def _shown_at_the_end() -> dict[str, str]:
    """Today's labels of what shows a change, by those under which it is typed, in each language."""
    fields = {f.path: f for f in objective_fields()}
    shown = ((f, fields.get((*f.path[:-2], "in_force", f.path[-1]))) for f in fields.values() if f.revision and not f.opens("final"))
    return {typed.title(language): force.title(language) for typed, force in shown if force for language in FORMS}


def aged(sheets: Iterable[Sheet], round: str) -> Older | None:
    """How a form of ``round`` without names is read when the keys of the tables on its ``sheets`` are those of an older one."""
    keys = (t for sheet in sheets for _, columns in texts_of(sheet) if "#" in columns.values() for t in columns.values())
    return Older(round) if round in ROUNDS and any(t.startswith(tuple(f"{r}_" for r in ROUNDS)) for t in keys) else None
