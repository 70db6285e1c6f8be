"""What an issued workbook says of itself: the first sheet, the document property, the values of cheap formulas."""

from decimal import Decimal
from typing import Any

from lxml import etree

from perfxl.model.documents import get_path
from perfxl.model.fields import objective_fields
from perfxl.model.identity import PROPERTY
from perfxl.model.readings import in_force
from perfxl.model.rounds import Round, Rounds
from perfxl.model.texts import Texts
from perfxl.stages.issue.form import levels
from perfxl.stages.issue.form.names import BANNER_LIMIT, CHECKS, STEPS, SUMMARY, TITLE, TOLD
from perfxl.stages.issue.form.writing import Form
from perfxl.workbook.binding import objective_tables
from perfxl.workbook.patch.package import parse, serialise
from perfxl.workbook.patch.stored_values import number_text, serial
from perfxl.workbook.patch.tags import tag
from perfxl.workbook.patch.workbook import Workbook

#: The date that the masters give as an example.
EXAMPLE = "31/12/2021"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"


def fraction(points: float | Decimal, unit: int = 100) -> str:
    """Percentage points as a formula's constant, or points of a scale where ``unit`` is 1."""
    return number_text(Decimal(str(points)) / unit)


def front(document: dict[str, Any], plan: dict[str, Any], language: str) -> dict[str, Any]:
    """What the first sheet says, by defined name, None where it is left out: body, sector, round, dates, to whom to return
    the form and whom to ask."""
    identity, body = document["identity"], plan["body"]
    sector = next((s for s in plan["sectors"] if s["code"] == identity["sector"]), {"code": identity["sector"], "name": ""})
    round = Rounds.from_plan(plan)[identity["round"]]
    people = [body.get(k) for k in ("contact_name", "contact_phone", "contact_email")]
    return {"pxm_body": f"{body['name']} ({body['code']})", "pxm_sector": f"{sector['code']} – {sector['name']}",
            "pxm_manager": sector.get("manager"), "pxm_year": identity["year"], "pxm_round": round.name(language),
            "pxm_reference": round.reference_date or None, "pxm_deadline": _deadline(document, round),
            "pxm_return_to": body.get("contact_email") or body.get("contact_name"),
            "pxm_questions": ", ".join(p for p in people if p) or None}


def line_titles(document: dict[str, Any], plan: dict[str, Any]) -> list[str]:
    """The titles of the strategic lines of each objective, as they stand beside their codes; "" where there are none."""
    titles = {line["code"]: line["title"] for line in plan.get("cascade", ())}
    return ["; ".join(titles[c] for c in get_path(objective, ("sheet", "strategic_lines")) or () if c in titles)
            for objective in document.get("objectives", ())]


def write(form: Form, document: dict[str, Any], plan: dict[str, Any]) -> None:
    """Fill in the first sheet, and beside the codes of the strategic lines their titles."""
    facts = front(document, plan, form.language)
    for key, value in facts.items():
        place = form.cell(key)
        if place is None:
            continue
        sheet, ref = place
        if value is None:
            sheet.hide(ref.top)
        elif key in ("pxm_reference", "pxm_deadline"):
            sheet.put_number(ref.top, ref.left, serial(value))
        elif isinstance(value, int):
            sheet.put_number(ref.top, ref.left, value)
        else:
            sheet.put_text(ref.top, ref.left, value)
    _levels(form, document, plan)
    _of_the_year(form, document["identity"]["year"])
    if document.get("requests"):
        _steps(form, document)
    _lines(form, document, plan)


def _levels(form: Form, document: dict[str, Any], plan: dict[str, Any]) -> None:
    """Who stands above and below the sector, and how they count; out of sight where nobody does."""
    texts = levels.cell_texts(plan, document["identity"]["sector"], form.language)
    for name in (levels.ABOVE, levels.BELOW, levels.NOTE):
        place = form.cell(name)
        if place and name in texts:
            place[0].put_text(place[1].top, place[1].left, texts[name])
            if name == levels.NOTE:
                place[0].touched.pop((place[1].top, place[1].left))  # it runs on over the cells beside: no height of its own
        elif place:
            place[0].hide(place[1].top)


def _deadline(document: dict[str, Any], round: Round) -> str | None:
    """The day to return the form by; of questions the first day that one is due."""
    asked = document.get("requests")
    return min((r["due"] for r in asked if "due" in r), default=None) if asked else round.deadline or None


def _of_the_year(form: Form, year: int) -> None:
    """Have the examples of dates, in the steps and in the prompts of the cells, be of the plan's own year."""
    own = EXAMPLE.replace("2021", str(year))
    for n in range(1, STEPS + 1):
        place = form.cell(f"pxm_step_{n}")
        if place is None:
            continue
        sheet, ref = place
        text = sheet.text(ref.top, ref.left)
        if EXAMPLE in text:
            sheet.put_text(ref.top, ref.left, text.replace(EXAMPLE, own))
    for entry in form.book.entries:
        for check in form.book.sheet(entry).root.iter(tag("dataValidation")):
            for attribute in ("prompt", "error"):
                if EXAMPLE in check.get(attribute, ""):
                    check.set(attribute, check.get(attribute).replace(EXAMPLE, own))


def _steps(form: Form, document: dict[str, Any]) -> None:
    """What the first sheet tells whoever is asked questions."""
    words = Texts("form", form.language)
    steps = [words("ask_step_1"), *([words("ask_step_2")] if document.get("objectives") else []), words("ask_step_3"), words("step_7")]
    for name, text in ((TITLE, words("ask_title")), *((f"pxm_step_{n + 1}", steps[n] if n < len(steps) else None) for n in range(STEPS))):
        place = form.cell(name)
        if place and text:
            place[0].put_text(place[1].top, place[1].left, text)
        elif place:
            place[0].clear(place[1].top, place[1].left)
            place[0].hide(place[1].top)


def _lines(form: Form, document: dict[str, Any], plan: dict[str, Any]) -> None:
    """Beside the codes of the strategic lines, their titles: in the cell to the right, where the help stands."""
    for number, said in enumerate(line_titles(document, plan), 1):
        place = form.cell(f"px{number:02d}_sheet__strategic_lines")
        if place and said:
            sheet, ref = place
            sheet.put_text(ref.top, ref.right + 1, said)
            sheet.touched.pop((ref.top, ref.right + 1))  # it runs on over the cells beside: no height of its own


def write_results(form: Form, document: dict[str, Any], round: Round) -> None:
    """Values of the formulas that only repeat what was written: previews show them without computing."""
    words = Texts("form", form.language)
    for number, objective in enumerate(document.get("objectives", ()), 1):
        sheet_ = objective.get("sheet", {})
        title = in_force(sheet_, "title", round) or ""
        short = title if len(title) <= BANNER_LIMIT else title[:BANNER_LIMIT - 1] + "…"
        _result(form, f"pxc{number:02d}_banner", f"{objective['code']}  –  {short}")
        for table in (t for t in objective_tables() if t.joined):
            array, block = table.array[-1], form.block(f"px{number:02d}_t_{table.id}")
            if block is None:
                continue
            for n in range(block.room):
                row = block.rows.get(str(n + 1))
                items = sheet_.get(array, ())
                if row and "id" in block.columns:
                    block.sheet.put_result(row, block.columns["id"], _item_label(items[n], round) if n < len(items) else "", fit=True)
        _summary_rows(form, words, number=number, objective=objective, title=title)


def _item_label(item: dict[str, Any], round: Round) -> str:
    """An item's id with its text in force, as much of it as the form tells beside what was done."""
    text = str(in_force(item, "text", round) or "")
    return f"{item['id']} – {text if len(text) <= TOLD else text[:TOLD - 1] + '…'}"


def _summary_rows(form: Form, words: Texts, number: int, objective: dict[str, Any], title: str) -> None:
    of = objective.get("sheet", {})
    count, priority = of.get("year_count"), of.get("priority")
    labels = next(f for f in objective_fields() if f.path == ("sheet", "priority")).labels(form.language)
    many = f"{words('duration_many')} ({of.get('year_number', '')}/{count})"
    row = {"code": objective["code"], "title": title, "priority": labels.get(priority, ""),
             "duration": "" if count is None else words("duration_once") if count == 1 else many}
    for block in filter(None, (form.block(SUMMARY), form.block(CHECKS))):
        for key, value in row.items():
            if key in block.columns:
                block.sheet.put_result(block.ref.top + 1 + number, block.columns[key], value, fit=True)


def _result(form: Form, name: str, value: str) -> None:
    place = form.cell(name)
    if place:
        place[0].put_result(place[1].top, place[1].left, value)


def write_property(book: Workbook, token: str) -> None:
    """Put the token in the custom document properties."""
    relations = book.package.relations("")
    part = next((r.target for r in relations if r.kind == "custom-properties"), None)
    if part in book.package.parts:
        root = parse(book.package.parts[part])
    else:
        part = "docProps/custom.xml"
        root = etree.Element(f"{{{_CUSTOM}}}Properties", nsmap={None: _CUSTOM, "vt": _VALUES})
        book.package.add_relation("", "custom-properties", part)
        book.types[part] = _CUSTOM_TYPE
    for old in [p for p in root if p.get("name") == PROPERTY]:
        root.remove(old)
    taken = {p.get("pid") for p in root}
    pid = next(str(n) for n in range(2, len(taken) + 3) if str(n) not in taken)
    item = etree.SubElement(root, f"{{{_CUSTOM}}}property", fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}", pid=pid, name=PROPERTY)
    etree.SubElement(item, f"{{{_VALUES}}}lpwstr").text = token
    book.package.parts[part] = serialise(root)


