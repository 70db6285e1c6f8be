"""The Word document of a round: every figure of its tables is the consolidated document's, and Word can work with it."""

import io
import re
import time
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from functools import cache
from zipfile import ZipFile

import first_shape
import pytest
import report_year
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from perfxl.model import resources
from perfxl.stages.consolidate.view import View
from perfxl.stages.report import TemplateRefused, board, piao, piao_chapter, report, sectors, short, templates
from perfxl.stages.report.finish import finish
from perfxl.stages.report.package import parts
from perfxl.stages.report.prose import paragraphs
from perfxl.stages.report.runs import clean, run
from perfxl.stages.report.speech import Speech

ROUNDS = ("plan", "interim", "final")


@cache
def made(round: str = "final", language: str = "it") -> bytes:
    return report(report_year.document(round), language)


@cache
def word(round: str = "final", language: str = "it"):
    return Document(io.BytesIO(made(round, language)))


def tables(round: str = "final") -> dict[str, list[list[str]]]:
    """The cells of every table by its caption, header row included."""
    found, caption = {}, ""
    for block in word(round).element.body:
        if block.tag == qn("w:p"):
            text = "".join(t.text or "" for t in block.iter(qn("w:t")))
            caption = text.partition(". ")[2] if text.startswith("Tabella ") else caption
        elif block.tag == qn("w:tbl"):
            assert caption not in found
            found[caption] = [[_text(cell) for cell in row.iter(qn("w:tc"))] for row in block.iter(qn("w:tr"))]
    return found


def _text(cell) -> str:
    marks = {qn("w:t"): lambda e: e.text or "", qn("w:br"): lambda e: "\n", qn("w:tab"): lambda e: "\t"}
    return "".join(marks[e.tag](e) for e in cell.iter(*marks))


def shown(text: str | None) -> str:
    return "–" if text is None else text.replace(".", ",")


def points(number) -> str:
    return "" if number is None else f"{Decimal(str(number)).normalize():,f}%".replace(".", ",")


MONEY = {"revenue_current": "Entrata corrente", "revenue_investment": "Entrata investimenti", "expense_current": "Spesa corrente",
         "expense_investment": "Spesa investimenti"}


def number(value) -> str:
    """A number as Italians write it, worked out here and not by the program."""
    whole, _, part = str(Decimal(str(value)).normalize().__format__("f")).partition(".")
    return re.sub(r"(?<=\d)(?=(\d{3})+$)", ".", whole) + ("," + part if part else "")


def euro(amount) -> str:
    whole, _, cents = f"{Decimal(str(amount)):.2f}".partition(".")
    return f"€ {number(whole)},{cents}"


def degree_by_hand(result: dict, r: str, entities) -> Decimal | None:
    """The degree of achievement from its definition: obtained over expected, or expected over obtained where lower is better."""
    if f"{r}_degree" in result:
        return Decimal(str(result[f"{r}_degree"]))

    def ratio(line):
        actual, target = line.get(f"{r}_actual"), line.get("target_revised", line.get("target"))
        if actual is None or target is None:
            return None
        if result.get("direction") == "progress":
            made, whole = (Fraction(str(v)) - Fraction(str(line["baseline"])) for v in (actual, target))
            return min(Fraction(100), max(Fraction(0), made / whole * 100))
        if actual == target or (actual < target) == (result.get("direction") == "lower"):
            return Fraction(100)
        if target <= 0:
            return None  # no share of nothing
        small, large = sorted((Fraction(str(actual)), Fraction(str(target))))
        return small / large * 100

    several = [ratio(e) for e in entities if e["result"] == result["id"]]
    found = ratio(result)
    if found is None and several and None not in several:
        found = sum(several) / len(several)
    return None if found is None else Decimal(int(found * 100 + Fraction(1, 2))) / 100


def canonical(content: bytes) -> dict[str, bytes]:
    """The parts of a document; XML as canonical, since versions of the library write the same empty element in two ways."""
    return {name: etree.tostring(etree.fromstring(part.encode() if isinstance(part, str) else part), method="c14n", exclusive=True) if name.endswith((".xml", ".rels")) else part
            for name, part in parts(content).items()}


@pytest.mark.parametrize("language", ("it", "en"))
@pytest.mark.parametrize("round", ROUNDS)
def test_templates_are_fresh(round, language):
    kept = resources.folder("templates") / language / templates.name({"interim": "monitoring"}.get(round, round))
    assert canonical(kept.read_bytes()) == canonical(templates.build({"interim": "monitoring"}.get(round, round), language)), "run: python -m perfxl.stages.report"
    for other in (short, board, piao):
        kept = resources.folder("templates") / language / other.TEMPLATE
        assert canonical(kept.read_bytes()) == canonical(other.build(language)), "run: python -m perfxl.stages.report"


def test_figures_of_the_overview():
    view, rows = View(report_year.document()), tables()["Esiti per settore"][1:]
    assert [r[0] for r in rows] == [s["code"] for s in view.sectors] + ["ENTE"]
    for row in rows:
        kind = "body" if row[0] == "ENTE" else "sectors"
        means = [view.mean(r, kind, row[0]) for r in ("interim", "final")]
        assert row[3:] == [*(shown(m.outcome) for m in means), shown(means[1].denominator), shown(means[1].coverage)]


def test_figures_of_the_cascade():
    view, rows = View(report_year.document()), tables()["Linee strategiche, obiettivi ed esiti"][1:]
    lines = {line["code"] for line in view.content["cascade"]}
    assert [r[0] for r in rows if r[0] in lines] == sorted(lines)
    line, told = "", []
    for row in rows:
        if row[0] in lines:
            line = row[0]
            figures = [shown(view.mean(r, "lines", line).outcome) for r in ("interim", "final")]
            assert row[3:] == (["", ""] if "nessun obiettivo" in row[1] else figures)
        else:
            for held in (next(h for h in view.held if h.key == (row[0], sector)) for sector in row[2].split(", ")):
                assert any((line + ".").startswith(code + ".") for code in held.objective.sheet.data["strategic_lines"])
                assert row[3:] == [shown(view.outcome(r, held).value) for r in ("interim", "final")]
                told.append((line, *held.key))
    assert sorted(told) == sorted((code, *h.key) for h in view.held for code in h.objective.sheet.data["strategic_lines"])


@pytest.mark.parametrize("sector", [s["code"] for s in report_year.document()["content"]["sectors"]])
def test_figures_of_a_sector(sector):
    view, rows = View(report_year.document()), tables()[f"Obiettivi del settore {sector}"][1:]
    items = view.by_sector[sector]
    assert [r[0] for r in rows[: len(items)]] == [h.codes for h in items]
    for held, row in zip(items, rows, strict=False):
        assert [row[6], row[8]] == [shown(view.outcome(r, held).value) for r in ("interim", "final")]
        holding = first_shape.told(held.holder.holding.data)
        weights = [points(holding.get("weight")), points(holding.get("weight_revised"))] if holding["weighting"] == "weighted" else []
        assert row[3] == (" ".join(w for w in weights if w) if weights else "==" if holding["weighting"] == "not_weighted" else "incentivi")
    means = [view.mean(r, "sectors", sector) for r in ("interim", "final")]
    after = {r[1].partition(" ")[0].strip(":"): [r[6], r[8]] for r in rows[len(items):]}
    assert after == {"TOTALE": [shown(m.outcome) for m in means], "Denominatore": [shown(m.denominator) for m in means],
                     "Copertura": [shown(m.coverage) for m in means]}


@pytest.mark.parametrize("i", range(len(report_year.document()["content"]["objectives"])))
def test_figures_of_a_sheet(i):
    view, found = View(report_year.document()), tables()
    objective = first_shape.told(view.objectives[i].data)
    code, sheet = objective["code"], objective["sheet"]
    phases = found[f"Fasi di {code}"][1:]
    assert [r[0] for r in phases] == [p["id"] for p in sheet["phases"]]
    for row, phase in zip(phases, sheet["phases"], strict=True):
        assert row[-2:] == [points(phase.get(f"{r}_realised")) for r in ("interim", "final")]
        weights = [points(phase.get("weight")), points(phase.get("weight_revised"))]
        assert row[2] == ("==" if phase.get("weighting") == "not_weighted" else " ".join(w for w in weights if w))
        for n in (1, 2, 3):
            told = [(word, phase[k]) for word, e in (("dal", "start"), ("al", "end")) for k in (f"{e}_{n}", f"{e}_{n}_revised") if phase.get(k)]
            days = ["/".join(reversed(d.split("-"))) for _, d in told]
            assert re.findall(r"\d\d/\d\d(?:/\d{4})?", row[2 + n]) == [d[:5] if d[6:] == str(2020 + n) else d for d in days]
            assert [w for w in ("dal", "al") if re.search(rf"\b{w}\b", row[2 + n])] == list(dict.fromkeys(w for w, _ in told))
    expected = [line for result in sheet["results"] for line in (result, *(e for e in sheet.get("entities", ()) if e["result"] == result["id"]))]
    results = found[f"Risultati attesi di {code}"][1:]
    assert [r[0] for r in results] == [line.get("id") or line["result"] for line in expected]
    for row, line in zip(results, expected, strict=True):
        assert "entity" not in line or row[1] == line["entity"]
        for k, r in ((-2, "interim"), (-1, "final")):
            degree = degree_by_hand(line, r, sheet.get("entities", ())) if "id" in line else None
            told = ["" if (n := line.get(f"{r}_actual")) is None else number(n), "" if degree is None else number(degree) + "%"]
            assert row[k] == "\n".join(t for t in told if t), (code, line, r)
    money = [" · ".join([MONEY[m["kind"]], *([m["label"]] if m.get("label") else []), *([str(m["year"])] if m.get("year") else []), euro(m["amount"])])
             for m in sheet.get("money", ())]
    frame = dict(found[f"Inquadramento di {code}"][1:])
    assert frame.get("Risorse economiche", "").split("\n") == (money or [""])
    rows = found[f"Esiti di {code}"][1:]
    told = [(h, r) for r in ("interim", "final") for h in view.held if h.i == i]
    for row, (held, r) in zip(rows, told, strict=True):
        outcome = view.outcome(r, held)
        assert row[:1] + row[2:8] == [held.holder.sector, shown(outcome.weight), shown(outcome.by_phases),
                                      shown(outcome.by_results or outcome.by_measures),
                                      *(shown(v) for v in (outcome.declared, outcome.evaluated, outcome.value))]


def test_money_of_a_sector_is_the_sum_of_its_sheets():
    document = report_year.document()
    texts = [p.text for p in word().paragraphs]
    for sector in document["content"]["sectors"]:
        moved = [m for o in document["content"]["objectives"] if o["lead"] == sector["code"] for m in o["sheet"].get("money", ())]
        sums = {kind: sum(Decimal(str(m["amount"])) for m in moved if m["kind"] == kind) for kind in MONEY if any(m["kind"] == kind for m in moved)}
        told, = [t for t in texts if t.startswith(f"Gli obiettivi di cui il settore {sector['code']} ") or t.startswith(f"Le schede di cui il settore {sector['code']} ")]
        assert re.findall(r"((?:entrata|spesa) \w+) (€ [\d.]+,\d\d)", told) == [(MONEY[k].lower(), euro(v)) for k, v in sums.items()]
        assert ("tutti gli anni" in told) == any(m.get("year", 2021) != 2021 for m in moved)


def test_every_measure_is_printed_with_its_figures():
    measures = [first_shape.told(m) for m in report_year.document()["content"]["measures"] if m["measure"]["objective"] == "SG.00001"]
    rows = tables()["Misure di SG.00001"][1:]
    assert [(r[0], r[1]) for r in rows] == [(m["sector"], m["measure"]["id"]) for m in measures]
    for row, m in zip(rows, measures, strict=True):
        applies = m["measure"].get("applicable", True)
        assert [row[6], row[8]] == [points(m["measure"].get(f"{r}_percent")) if applies else "" for r in ("interim", "final")]


def test_every_long_text_is_there():
    text = "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in word().element.body.iter(qn("w:p")))
    for objective in report_year.document()["content"]["objectives"]:
        sheet = first_shape.told(objective["sheet"])
        told = [sheet.get(k) for k in ("detail", "detail_revised", "interim_narrative", "final_narrative", "purpose", "constraints")]
        told += [p.get(k) for p in sheet["phases"] for k in ("text", "text_revised", "interim_done", "final_done", "dropped")]
        told += [r.get(k) for r in sheet["results"] for k in ("text", "text_revised", "interim_note", "final_note")]
        for line in (line for t in told if t for line in t.splitlines() if line.strip()):
            assert line.strip().lstrip("-–• ") in text, (objective["code"], line)


def test_colours_are_styles_old_beside_new():
    body = word().element.body
    styled = {}
    for r in body.iter(qn("w:r")):
        style = r.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
        if style is not None:
            styled.setdefault(style.get(qn("w:val")), set()).add("".join(t.text or "" for t in r.iter(qn("w:t"))))
    sheet = first_shape.told(next(o["sheet"] for o in report_year.document()["content"]["objectives"] if o["code"] == "S1.00004"))
    assert sheet["title"] in styled["PxOld"] and sheet["title_revised"] in styled["PxInterim"]
    done = next(p["final_done"] for p in sheet["phases"] if p.get("final_done"))
    assert done in styled["PxFinal"] and sheet["purpose"] in styled["PxPlan"]
    colours = {s.style_id: str(s.font.color.rgb) for s in word().styles if s.style_id.startswith("Px") and s.type == 2}
    assert (colours["PxPlan"], colours["PxInterim"], colours["PxFinal"]) == ("000000", "0033CC", "00702E")


def test_internal_fields_stay_inside():
    everything = "".join(t.text or "" for t in word().element.body.iter(qn("w:t")))
    leads = {s["manager"].split(" ", 1)[1] for s in report_year.document()["content"]["sectors"]}
    responsible = {p["name"] for o in report_year.document()["content"]["objectives"] for k in ("responsibles", "responsibles_revised") for p in first_shape.told(o["sheet"]).get(k, ())}
    staff = {n for o in report_year.document()["content"]["objectives"] for n in o["sheet"].get("staff", ())[1:]}
    assert "Mara Solarolo" in staff
    assert [n for n in staff - leads - responsible if n in everything] == []


@pytest.mark.parametrize("round", ROUNDS)
def test_structure_that_word_and_readers_rely_on(round):
    document = word(round)
    headings = [p for p in document.paragraphs if p.style.name.startswith("Heading")]
    levels = [int(p.style.name[-1]) for p in headings]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))
    assert sum(p.style.name == "Heading 2" for p in headings) == 11 + 56
    for table in document.tables:
        first, *rest = table._tbl.findall(qn("w:tr"))
        assert first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None and rest
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
    pictures = list(document.element.body.iter(qn("wp:docPr")))
    assert len(pictures) == (11 if round == "plan" else 14)
    assert all(len(p.get("descr")) > 20 for p in pictures) and len({p.get("id") for p in pictures}) == len(pictures)
    assert document.styles.element.find(f".//{qn('w:lang')}").get(qn("w:val")) == "it-IT"
    assert document.core_properties.title.startswith({"plan": "Piano", "interim": "Monitoraggio", "final": "Relazione"}[round])
    numbers = [int(p.text.split(" ")[1].rstrip(".")) for p in document.paragraphs if p.text.startswith("Tabella ")]
    assert numbers == list(range(1, len(document.tables) + 1))
    footer = document.sections[0].footer._element.xml
    assert "PAGE" in footer and "NUMPAGES" in footer
    assert not re.search(r"\{[{%]|[%}]\}", document.element.xml)


def test_contents_lead_to_their_headings():
    document = word()
    entries = [p for p in document.element.body.iter(qn("w:hyperlink")) if p.get(qn("w:anchor"))]
    marks = {b.get(qn("w:name")): "".join(t.text or "" for t in b.getparent().iter(qn("w:t")))
             for b in document.element.body.iter(qn("w:bookmarkStart"))}
    headings = [p.text for p in document.paragraphs if p.style.name in ("Heading 1", "Heading 2")]
    shown_ = ["".join(t.text or "" for t in e.iter(qn("w:t"))).removesuffix("…") for e in entries]
    assert shown_ == headings == [marks[e.get(qn("w:anchor"))] for e in entries]
    chars = [c.get(qn("w:fldCharType")) for c in document.element.body.iter(qn("w:fldChar"))]
    assert chars.count("begin") == chars.count("separate") == chars.count("end")


def test_plan_and_interim_say_only_what_is_known():
    plan, interim = tables("plan"), tables("interim")
    assert "Esiti per settore" not in plan and len(plan["Obiettivi del settore S1"][0]) == 5
    assert len(interim["Obiettivi del settore S1"][0]) == 7 and len(interim["Fasi di S1.00001"][0]) == 7
    assert "Consuntivo" not in " ".join(interim["Obiettivi del settore S1"][0])
    assert word("plan").paragraphs[1].text == "Piano della performance"
    assert not [p.text for p in word("plan").paragraphs if "quadro d’insieme" in p.text.lower()]
    asked = {r["id"]: r["round"] for r in report_year.document()["content"]["requests"]}
    assert set(asked.values()) == {"interim", "final"}
    for round in ("plan", "interim", "final"):
        heads = [p.text for p in word(round).paragraphs if p.text.startswith("Richiesta ")]
        assert sorted(h.split()[1] for h in heads) == sorted(k for k, r in asked.items() if r == round)
    acts = {r["id"]: r["act"] for r in report_year.document()["content"]["rounds"]}
    before = {r: next((p.text for p in word(r).paragraphs if p.text.startswith("Gli atti che precedono")), "") for r in ROUNDS}
    assert [[act in before[r] for act in acts.values()] for r in ROUNDS] == [[False] * 3, [True, False, False], [True, True, False]]


def test_an_internal_question_is_in_no_document():
    document = deepcopy(report_year.document())
    asked = [r for r in document["content"]["requests"] if r["round"] == "final"]
    asked[0]["internal"] = True
    shown_ = [r for s in View(document).sectors for r in sectors._requests(View(document), s["code"])]
    assert sorted(r["id"] for r in shown_) == sorted(r["id"] for r in asked[1:])


def test_same_document_same_bytes_in_both_languages():
    assert report(report_year.document("plan"), "it") == made("plan")
    text = " ".join(p.text for p in word("final", "en").paragraphs)
    assert "Performance report" in text and "Struck" not in text and "Premessa" not in text


def test_a_long_narrative_flows_and_the_year_takes_seconds():
    document = deepcopy(report_year.document())
    line = "- determina n. {n} del 12/10/2021: affidamento del servizio, con relazione e collaudo <finale> & saldo"
    story = "\n".join(["Premessa al racconto.", *(line.format(n=n) for n in range(380))])[:40_000]
    assert len(story) > 37_000
    document["content"]["objectives"][8]["sheet"]["readings"] = [{"round": "final", "narrative": story}]
    begun = time.monotonic()
    word = Document(io.BytesIO(report(document)))
    assert time.monotonic() - begun < 60
    told = [p for p in word.paragraphs if p.text.startswith("determina n. ")]
    assert len(told) == 380 and {p.style.name for p in told} == {"List Bullet"}
    assert told[379].text == line.format(n=379)[2:]


def own(*lines: str) -> bytes:
    """A template with these paragraphs."""
    template, out = Document(), io.BytesIO()
    for line in lines:
        template.add_paragraph(line)
    template.save(out)
    return out.getvalue()


@pytest.mark.parametrize("text", ["{{ body }}", "{% for x in y %}", "{_{ x }_} {_% y %_}", "a < b & c > \"d\" &amp;", "=HYPERLINK(\"x\")",
                                  "]]>", "<w:br/>", "\x00\x0b\ud800\ufdd0 fine", "{{% raw %}}"])
def test_what_a_sector_typed_is_never_an_instruction(text):
    document = deepcopy(report_year.document("plan"))
    document["content"]["sectors"][0] |= {"mission": f"prima {text} dopo", "name": f"prima {text} dopo"}
    template = own("{%p for p in sections[0].mission %}", "{{r p.text }}", "{%p endfor %}", "{{ sections[0].name }}")
    word = Document(io.BytesIO(report(document, template=template)))
    assert [p.text for p in word.paragraphs] == [f"prima {clean(text)} dopo"] * 2


def test_lines_become_paragraphs_and_lists():
    found = paragraphs("Atti:\n- uno\n•\tdue\n1) tre\n\n  quattro -5", "final")
    assert [(p.kind, str(p.text)) for p in found] == [("text", "Atti:"), ("bullet", "uno"), ("bullet", "due"), ("number", "1) tre"),
                                                      ("text", "  quattro -5")]
    assert run("a\nb\tc", "old").count("<w:br/>") == run("a\nb\tc", "old").count("<w:tab/>") == 1


@pytest.mark.parametrize("act, told", [("Deliberazione n. 34", "Deliberazione n. 34 del 20/04/2022"), ("Delibera 34 del 20.4.2022", "Delibera 34 del 20.4.2022"),
                                       ("Atto 5 del 20 aprile 2022", "Atto 5 del 20 aprile 2022"), ("DGU 2022/34", "DGU 2022/34 del 20/04/2022")])
def test_an_act_is_told_with_its_date_once(act, told):
    assert Speech("it").act(act, "2022-04-20") == told


def test_own_template():
    template = own("Relazione di {{ body }}", "{%p for s in sections %}", "{{ s.code }}: {{r s.sentences[1] }}", "{%p endfor %}")
    word = Document(io.BytesIO(report(report_year.document(), template=template)))
    assert word.paragraphs[0].text == "Relazione di Unione dei Comuni della Piana delle Robinie"
    assert "S6: In base agli esiti del consuntivo il settore ha raggiunto i propri obiettivi al 99,00%" in word.paragraphs[8].text


@pytest.mark.parametrize("template", [own("{{ body.__class__.__mro__ }}"), own("{{ nobody.here.at.all }}"), own("{{ broken"), own("{%p for %}"),
                                      b"", b"PK\x03\x04", b"text"], ids=range(7))
def test_a_template_that_cannot_be_filled_in_is_refused(template):
    with pytest.raises(TemplateRefused):
        report(report_year.document("plan"), template=template)


def test_the_file_is_clean():
    with ZipFile(io.BytesIO(made())) as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        names = archive.namelist()
    assert len(names) == len(set(names)) and not [n for n in names if re.search("vba|thumbnail|stylesWithEffects", n, re.I)]


def changed(round: str, change) -> Document:
    document = deepcopy(report_year.document(round))
    change(document["content"])
    return Document(io.BytesIO(report(document)))


def read(document: Document) -> str:
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in document.element.body.iter(qn("w:p")))


def test_money_without_an_amount_is_never_said_to_be_none():
    def without(content):
        for o in content["objectives"]:
            if o["lead"] == "S9":
                o["sheet"]["money"] = [{"kind": o["sheet"].get("money", [{"kind": "current"}])[0].get("kind", "current"), "label": "Fondi regionali"}]

    told = read(changed("plan", without))
    assert "· Fondi regionali · senza importo" in told
    assert "Senza importo nelle schede: Fondi regionali." in told and "settore S9 è capofila non indicano" not in told


def test_every_frame_says_direction_strategic_and_operational_objective():
    view = View(report_year.document())
    titles = {line["code"]: line["title"] for line in view.content["cascade"]}
    for objective in view.objectives:
        rows = {r[0]: r[1] for r in tables()[f"Inquadramento di {objective.code}"][1:]}
        for line in objective.sheet.strategic_lines:
            parts = line.split(".")
            for depth, label in enumerate(("Indirizzo", "Obiettivo strategico", "Obiettivo operativo"), 1):
                code = ".".join(parts[:depth])
                assert f"{code} {titles[code]}" in rows[label]


def test_no_chapter_begins_a_page_and_heads_stay_with_their_tables():
    document = word()
    broken = [p.text for p in document.paragraphs if p.style.name == "Heading 1" and p.paragraph_format.page_break_before]
    assert broken == ["Premessa"] and not document.styles["Heading 1"].paragraph_format.page_break_before
    assert all(p.paragraph_format.keep_with_next for p in document.paragraphs if p.style.name == "Caption" and p.text.startswith("Tabella"))
    assert all(c.paragraphs[0].paragraph_format.keep_with_next for t in document.tables for c in t.rows[0].cells)


@pytest.mark.parametrize(("text", "kept"), [("Una voce", [True] * 10 + [False]), ("Una voce che va a capo più volte. " * 12, [True, True, *[False] * 6, True, True, False])])
def test_a_table_that_is_short_to_look_at_stays_on_one_page(text, kept):
    document = Document()
    table = document.add_table(11, 2)
    for number, row in enumerate(table.rows):
        row.cells[0].text, row.cells[1].text = str(number), text
    finish(document)
    assert [all(p.paragraph_format.keep_with_next or False for c in row.cells for p in c.paragraphs) for row in table.rows] == kept


def test_the_chapter_for_the_integrated_plan_says_every_objective_once_and_no_outcome():
    document = report_year.document("plan")
    read_ = Document(io.BytesIO(piao_chapter(document)))
    heads = [p.text for p in read_.paragraphs if p.style.name == "Heading 3"]
    assert len(heads) == len(document["content"]["objectives"]) and all(sum(o["code"] in h for h in heads) == 1 for o in document["content"]["objectives"])
    measured = sum(len(t.rows) - 1 for t in read_.tables if t.rows[0].cells[0].text == "Come misuriamo")
    assert measured == sum(len(o["sheet"].get("results", ())) for o in document["content"]["objectives"])
    assert read(Document(io.BytesIO(piao_chapter(report_year.document())))).count("Raggiunto") == 0
    assert piao_chapter(document) == piao_chapter(document) and "Who answers for it" in read(Document(io.BytesIO(piao_chapter(document, "en"))))
