"""What a form calls its round, where the body has a name for it: a master says the kind of round, this puts the name in its place.

A master serves every round of its kind. Only the cells that say what perfxl's own masters say there are written anew: what a
body wrote into its own master stays.
"""

from perfxl.model.identity import NAME
from perfxl.model.rounds import FINAL, MONITORING, PLAN, Round, names_of
from perfxl.model.texts import Texts
from perfxl.stages.issue.form.writing import Form

#: Headings of a form, by the key of their text: they run over the cells beside them.
HEADINGS = ("part", "table_phases", "table_results")


def retold(round: Round, language: str) -> dict[str, str]:
    """By what masters say of ``round`` and of those before it, what the form says instead; empty where the body gives no names."""
    words, retold_as = Texts("form", language), {}
    if round.named(language):
        retold_as = {_said(words, key, round.kind): words.at(key, round) for key in (*HEADINGS, "step_3", "measures_help")}
        retold_as = {known: said for known, said in retold_as.items() if known and known != said}
    for kind in (MONITORING, FINAL):
        of_kind = [r for r in round.until if r.kind == kind]
        if any(r.named(language) for r in of_kind):
            retold_as |= {words(f"legend_{kind}{part}"): words(f"legend_{kind}{part}_named", rounds=names_of(of_kind, language)) for part in ("", "_help")}
    return retold_as


def write(form: Form, round: Round) -> None:
    """Write the names into the sheets of a master, before they are copied."""
    retold_as = retold(round, form.language)
    if not retold_as:
        return
    words = Texts("form", form.language)
    legends = {text for text in retold_as if text in {words(f"legend_{kind}") for kind in (MONITORING, FINAL)}}
    headings = {_said(words, key, round.kind) for key in HEADINGS}
    readme = form.places[NAME][0]
    for entry in form.book.entries:
        sheet = form.book.sheet(entry)
        for row, column in list(sheet):
            text = sheet.text(row, column)
            if text in retold_as and (entry is readme or text not in legends):
                sheet.put_text(row, column, retold_as[text])
                if text in headings:
                    sheet.touched.pop((row, column), None)  # its row stays as high as it is


def _said(words: Texts, key: str, kind: str) -> str:
    """What masters of a ``kind`` of round say; "" where they do not say it."""
    return words.at(key, kind) if (key, kind) not in _SILENT else ""


#: What masters do not say: at the plan nothing is reported.
_SILENT = {(key, PLAN) for key in HEADINGS}
