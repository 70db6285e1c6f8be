"""LibreOffice computes the formulas of workbooks anew, their kept values taken out; what it finds is compared with the engine."""

import re
import subprocess
import sys
import tempfile
import zipfile
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
from campaigns import Year, year
from raw_form import RawForm, letters

from perfxl.model.arithmetic import rules_in
from perfxl.model.derived import by_mix
from perfxl.model.outcomes import outcomes
from perfxl.model.rounds import Rounds
from perfxl.model.views import Sheet
from perfxl.stages import issue
from perfxl.stages.consolidate import workbook as result
from perfxl.stages.issue import fill

RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""

_KEPT = re.compile(rb"(</f>|<f[^>]*/>)<v>[^<]*</v>")


def without_values(book: bytes) -> bytes:
    """The workbook with the values that its formulas carry taken out: nothing can be repeated that is not computed."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename.startswith("xl/worksheets/"):
                content = _KEPT.sub(rb"\1", content)
            new.writestr(item, content)
    return out.getvalue()


def recalculated(books: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """The workbooks as LibreOffice saves them after it has computed every formula anew."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE)
    (folder / "out").mkdir(exist_ok=True)
    for name, book in books.items():
        (folder / f"{name}.xlsx").write_bytes(without_values(book))
    subprocess.run(["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "xlsx", "--outdir",
                    str(folder / "out"), *(str(folder / f"{n}.xlsx") for n in books)], check=True, capture_output=True, timeout=900)
    return {name: (folder / "out" / f"{name}.xlsx").read_bytes() for name in books}


def formulas(book: bytes) -> list[tuple[str, str]]:
    """(sheet, cell) of every formula."""
    form = RawForm(book)
    return [(sheet, f"{letters(column)}{row}") for sheet in form.part for (row, column), cell in form.cells(sheet).items() if cell.formula]


#: What a chart draws no point for, where a round has no figure.
NO_POINT = "#N/A"


def differences(book: bytes, computed: bytes, blank: bool = False) -> list[tuple]:
    """Formulas whose carried value and computed value differ, or that give an error; ``blank``: a formula may give an empty text."""
    carried, recomputed = RawForm(book), RawForm(computed)
    wrong = []
    for sheet in carried.part:
        there = recomputed.cells(sheet)
        for at, cell in carried.cells(sheet).items():
            if not cell.formula:
                continue
            a, b = (_given(value, blank) for value in (cell.content, there[at].content if at in there else None))
            same = abs(a - b) < Decimal("1e-9") if isinstance(a, Decimal) and isinstance(b, Decimal) else a == b
            if not same or a is None or (isinstance(b, str) and b.startswith("#") and not a == b == NO_POINT):
                wrong.append((sheet, f"{letters(at[1])}{at[0]}", a, b))
    return wrong


def _given(value, blank: bool):
    return "" if blank and value is None else value


def form_of(made: Year, sector: str) -> tuple[bytes, dict]:
    """The form of the last round of ``sector``, filled in with all that the campaign says, and what was filled in."""
    content = made.last["content"]
    round = made.last["round"]
    document = issue.returns(content, round)[sector]
    filled, wrong = fill.fill(issue.issue(document, content, None, "it"), document)
    assert not wrong, wrong
    return filled, document


def form_differences(made: Year, sector: str, document: dict, computed: bytes) -> list[tuple]:
    """(objective, figure, engine, form) where the form of ``sector`` computes another figure than the engine."""
    content, round = made.last["content"], made.last["round"]
    book = openpyxl.load_workbook(BytesIO(computed), data_only=True)
    rules = rules_in({**content, "rules": {**content["rules"], "counting": "declared"}})
    by_objective = {o.objective: o for o in outcomes({**content, "evaluations": [], "rules": {**content["rules"], "counting": "declared"}}, round)
            if o.sector == sector}
    own = content["rules"]["counting"]  # a form knows no evaluation: what is declared counts there, or what the body computes
    counted = {o.objective: o for o in outcomes({**content, "evaluations": []}, round) if o.sector == sector} if own in ("phases", "results", "mix") else by_objective
    wrong, sheets = [], {o["code"]: o.get("sheet", {}) for o in content["objectives"]}  # with what earlier rounds knew
    for number, objective in enumerate(document["objectives"], 1):
        o = by_objective[objective["code"]]
        mix = rules.figure(by_mix(Sheet(sheets[objective["code"]]), Rounds.from_plan(content)[round], rules))
        expected = {"by_phases": o.by_phases, "by_results": o.by_results, "by_mix": mix} if objective["role"] == "lead" else \
            {"by_measures": o.by_measures}
        if objective["role"] == "lead" or objective["role"] == "transversal":
            expected["outcome"] = counted[objective["code"]].value if objective["role"] == "lead" else o.value
        for key, value in expected.items():
            name = book.defined_names[f"pxc{number:02d}_{key}"].attr_text
            sheet, cell = name.rsplit("!", 1)
            shown = book[sheet.strip("'")][cell.replace("$", "")].value
            same = shown in (None, "") if value is None else isinstance(shown, int | float) and abs(shown - float(value / 100)) < 1e-9
            if not same:
                wrong.append((objective["code"], key, value and rules.figure(value), shown))
    return wrong


def compare(seeds, folder: Path, every: int = 1) -> tuple[dict, int]:
    """What differs by campaign, and how many figures were compared. Of each ``every``-th campaign a form is compared too."""
    made = {seed: year(seed) for seed in seeds}
    books: dict[str, bytes] = {}
    forms: dict[str, tuple[bytes, str, dict, Year]] = {}
    for seed, found in made.items():
        books[f"c{seed}"] = result.write(found.last)
        if seed % every:
            continue
        sector = sorted(issue.returns(found.last["content"], found.last["round"]))[0]
        form, document = form_of(found, sector)
        forms[f"f{seed}"] = (form, sector, document, found)
    computed = recalculated({**books, **{k: v[0] for k, v in forms.items()}}, folder)
    wrong = {name: d for name, book in books.items() if (d := differences(book, computed[name]))}
    wrong |= {name: d for name, (_, sector, document, found) in forms.items() if (d := form_differences(found, sector, document, computed[name]))}
    figures = sum(len(formulas(b)) for b in books.values())
    figures += sum(3 * len(document["objectives"]) for _, _, document, _ in forms.values())
    return wrong, figures


def compared(seeds, _folder: Path) -> int:
    """Compare campaign by campaign, ten at a time, telling what differs; the exit code."""
    seeds, bad, figures = list(seeds), 0, 0
    for start in range(0, len(seeds), 10):
        with tempfile.TemporaryDirectory() as folder:
            wrong, count = compare(seeds[start:start + 10], Path(folder))
        figures, bad = figures + count, bad + len(wrong)
        for name, differing in wrong.items():
            print(name, *differing[:10], sep="\n  ")
        print(f"{min(start + 10, len(seeds))} campaigns, {figures} figures, {bad} workbooks that differ", file=sys.stderr)
    return 1 if bad else 0
