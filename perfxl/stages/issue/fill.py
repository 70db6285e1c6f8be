"""Filling an issued workbook from a return document: for migration from other systems, and for tests."""

from dataclasses import replace
from typing import Any

from perfxl.model import collector, points
from perfxl.model.documents import pointer
from perfxl.model.fields import Field, extension_fields, objective_fields, return_fields
from perfxl.model.findings import Finding, Place
from perfxl.model.identity import CONSTANT, LANGUAGE, NAME, Identity, parse
from perfxl.model.languages import spoken_to_sectors
from perfxl.model.rounds import Round
from perfxl.model.terms import CONSTANT as CONSTANT_OF_WORDS
from perfxl.model.terms import from_key, using_words, words_in_use
from perfxl.stages.issue.form import facts
from perfxl.stages.issue.form.writing import Form, leaves
from perfxl.workbook.formulas.calculating import compute
from perfxl.workbook.patch.workbook import Workbook
from perfxl.workbook.values import shown


def fill(form: bytes, document: dict[str, Any], extension: dict[str, Any] | None = None) -> tuple[bytes, list[Finding]]:
    """``form`` with every field of ``document`` (``schemas/return``) written into it, and what found no place.

    Locked cells are written too, fields that the document lacks are cleared, rows in use are shown. The identity
    stays that of the form. Objectives are matched by code; one that the document lacks is left as it is. Raises
    ``Unreadable`` when ``form`` is not a workbook.
    """
    with collector.paused():
        return _filled(form, document, extension)


def _filled(form: bytes, document: dict[str, Any], extension: dict[str, Any] | None) -> tuple[bytes, list[Finding]]:
    filling = _Filling(form, document, extension)  # which is let go before somebody searches for cycles
    with using_words(filling.words):
        return filling.run()


class _Filling:
    """One workbook being filled in."""

    def __init__(self, content: bytes, document: dict[str, Any], extension: dict[str, Any] | None):
        self.book, self.document = Workbook(content), document
        constant = {n.name: n.text.strip('"') for n in self.book.names}
        language = constant.get(LANGUAGE, "it")
        words = from_key(constant[CONSTANT_OF_WORDS]) if CONSTANT_OF_WORDS in constant else words_in_use()
        self.words = replace(words, points=points.CONSTANT in constant)
        self.form = Form(self.book, language if language in spoken_to_sectors() else "it", extension)
        self.identity = parse(constant.get(CONSTANT, "")) or self._shown_identity()
        self.fields = {f.path: f for f in (*objective_fields(), *extension_fields(extension), *return_fields())}
        self.fields |= {(*f.path, *c.path): c for f in list(self.fields.values()) for c in f.items}
        self.findings: list[Finding] = []

    def run(self) -> tuple[bytes, list[Finding]]:
        """The filled file and the findings."""
        self._compare_identity()
        self.form.put_frame(self.document)
        numbers = self._numbers()
        unknown = set[tuple[str | int, ...]]()
        for index, objective in enumerate(self.document.get("objectives", ())):
            number = numbers.pop(objective["code"], None)
            if number is None:
                unknown.add(("objectives", index))
                self._find("FILL01", ("objectives", index), {"code": objective["code"]}, objective["code"])
            else:
                self.form.put_objective(number, objective, ("objectives", index))
        for code, number in numbers.items():
            self._find("FILL02", (), values={"code": code}, objective=code,
                       place=Place(sheet=self.form.places[f"px{number:02d}_code"][0].name))
        self._report_unplaced(unknown)
        self._show_rows()
        facts.write_results(self.form, self.document, Round(self.identity.round if self.identity else "plan"))
        self.form.fit_rows()
        compute(self.book, self.form.language, anew=True)
        return self.book.save(), self.findings

    def _shown_identity(self) -> Identity | None:
        place = self.form.cell(NAME)
        return parse(place[0].text(place[1].top, place[1].left)) if place else None

    def _find(self, code: str, path: tuple[str | int, ...], values: dict[str, Any], objective: str = "", place: Place = Place(),
              field: dict[str, str] | None = None) -> None:
        self.findings.append(Finding(code, place, values, path=pointer(path), objective=objective, field=field or {}))

    def _compare_identity(self) -> None:
        """The document may come from another system; it must still be of this body, year, round and sector."""
        identity = self.document.get("identity", {})
        form_identity = self.identity.document() if self.identity else {}
        for key in ("body", "year", "round", "sector"):
            if form_identity and key in identity and identity[key] != form_identity[key]:
                self._find("FILL04", ("identity", key), {"value": identity[key], "form": form_identity[key]})

    def _numbers(self) -> dict[str, int]:
        """The number of each objective sheet by the code it shows."""
        numbers = dict[str, int]()
        for number in range(1, 100):
            place = self.form.cell(f"px{number:02d}_code")
            if place:
                numbers.setdefault(place[0].text(place[1].top, place[1].left), number)
        return numbers

    def _report_unplaced(self, unknown: set[tuple[str | int, ...]]) -> None:
        sheets = {code: self.form.places[f"px{number:02d}_code"][0].name for code, number in self._numbers().items()}
        for path in leaves(self.document):
            if path[0] in ("schema", "identity") or path[:2] in unknown or path in self.form.placed:
                continue
            value = get_at(self.document, path)
            objective = self.document["objectives"][path[1]]["code"] if path[0] == "objectives" else ""
            field = self._field(path)
            title = {} if field is None else {language: field.title(language) for language in ("it", "en")}
            self._find("FILL03", path, values={"value": shown(value, field) if field else value},
                       objective=objective, place=Place(sheet=sheets.get(objective, "")), field=title)

    def _field(self, path: tuple[str | int, ...]) -> Field | None:
        inner = path[2:] if path[0] == "objectives" else path
        return self.fields.get(tuple(p for p in inner if isinstance(p, str)))

    def _show_rows(self) -> None:
        """Show the rows that hold something: what is filled in must be seen."""
        for sheet in self.book.open_sheets():
            for row, _ in sheet.written:
                sheet.hide(row, False)
        for name, used in self.form.used.items():
            if used and "_t_" in name:
                self.form.show_head(name, True)


def get_at(document: Any, path: tuple[str | int, ...]) -> Any:
    """The value at ``path``, array indexes included."""
    for part in path:
        document = document[part]
    return document
