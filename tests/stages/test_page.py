"""The page for everybody: in a real browser, without a script, by keyboard, at three widths, and what it says."""

import base64
import io
import re
from copy import deepcopy
from decimal import Decimal
from functools import cache
from hashlib import sha256
from html import escape, unescape
from importlib.resources import files

import pytest
import report_year
from axe_playwright_python.sync_playwright import Axe
from browser import chromium
from lxml import html
from pypdf import PdfReader

from perfxl.stages.consolidate.view import View
from perfxl.stages.publish import gate, page
from perfxl.stages.publish.page import svg
from perfxl.stages.publish.page.content import Content

ACT = "Deliberazione della Giunta n. 34 del 20/04/2022"
WIDTHS = (360, 768, 1280)
#: Every rule of axe-core for WCAG 2.1 A and AA, and its advice on good practice.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], "resultTypes": ["violations"]}


def small(round: str = "final") -> dict:
    """The year of three sectors: enough of everything, and quick to look at."""
    document = deepcopy(report_year.document(round))
    kept = {"SG", "S8", "S2"}
    content = document["content"]
    content["sectors"] = [s for s in content["sectors"] if s["code"] in kept]
    content["objectives"] = [o for o in content["objectives"] if o["lead"] in kept and o["code"] in ("SG.00001", "S8.00001", "S2.00001", "S2.00002")]
    for objective in content["objectives"]:
        objective["holders"] = [h for h in objective["holders"] if h["sector"] in kept]
    content["measures"] = [m for m in content["measures"] if m["sector"] in kept]
    codes = {o["code"] for o in content["objectives"]}
    for outcome in document["outcomes"].values():
        outcome["objectives"] = [o for o in outcome["objectives"] if o["objective"] in codes and o["sector"] in kept]
        outcome["sectors"] = [s for s in outcome["sectors"] if s["code"] in kept]
    return document


def made(document: dict, act: str = ACT, draft: bool = False) -> dict[str, bytes]:
    return page.pages(View(document), {"data.json": b"{}" * 900, "sectors.csv": b"x"}, "CC-BY-4.0", act, draft=draft)


@cache
def whole() -> dict[str, bytes]:
    return made(report_year.document())


def tree(content: bytes):
    return html.document_fromstring(content.decode())


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """The addresses of the pages, by round, on disk as they are published."""
    found = {}
    for round in ("plan", "final"):
        folder = tmp_path_factory.mktemp(round)
        for name, content in made(small(round)).items():
            (folder / name).write_bytes(content)
        found[round] = folder.as_uri()
    folder = tmp_path_factory.mktemp("draft")
    for name, content in made(small(), act="", draft=True).items():
        (folder / name).write_bytes(content)
    return found | {"draft": folder.as_uri()}


@pytest.mark.parametrize("width, scheme, round, name", [(360, "dark", "final", "index.html"), (768, "light", "final", "index.html"),
                                                       (1280, "dark", "final", "index.en.html"), (360, "dark", "draft", "index.html"), (360, "light", "plan", "index.html")])
def test_axe_finds_no_violation_and_nothing_runs_over_the_side(browser, places, width, scheme, round, name):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    shown = context.new_page()
    asked, said = [], []
    shown.on("request", lambda r: asked.append(r.url))
    shown.on("console", lambda m: said.append(m.text))
    shown.goto(f"{places[round]}/{name}")
    shown.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert shown.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    violations = Axe().run(shown, options=RULES).response["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]][:3]) for v in violations] == []
    assert [u for u in asked if not u.startswith(("file:", "data:"))] == [] and len([u for u in asked if u.startswith("file:")]) == 1 and said == []
    context.close()


def test_a_draft_says_so_on_every_screen_and_every_printed_page(browser, places):
    context = browser.new_context(viewport={"width": 768, "height": 600})
    shown = context.new_page()
    shown.goto(f"{places['draft']}/index.html")
    for at in ("0", "document.body.scrollHeight / 2", "document.body.scrollHeight"):
        shown.evaluate(f"window.scrollTo(0, {at})")
        box = shown.locator(".draft").bounding_box()
        assert "BOZZA" in shown.locator(".draft").text_content() and 0 <= box["y"] <= 600 - box["height"]
    printed = PdfReader(io.BytesIO(shown.pdf(format="A4"))).pages
    context.close()
    assert len(printed) > 1 and all("BOZZA" in p.extract_text() for p in printed)
    assert "draft" not in re.sub(r"<style>.*?</style>", "", made(small())["index.html"].decode(), flags=re.S)


def test_axe_sees_what_is_wrong(browser, tmp_path):
    spoiled = made(small())["index.html"].decode().replace("--quiet: #4a5868", "--quiet: #c4ccd4").replace('lang="it" id="top"', 'id="top"')
    style = re.search(r"<style>(.*?)</style>", spoiled, re.S)[1]
    spoiled = re.sub("sha256-[^']+", "sha256-" + base64.b64encode(sha256(style.encode()).digest()).decode(), spoiled)
    (tmp_path / "x.html").write_text(spoiled)
    context = browser.new_context(color_scheme="light")
    shown = context.new_page()
    shown.goto((tmp_path / "x.html").as_uri())
    assert {"color-contrast", "html-has-lang"} <= {v["id"] for v in Axe().run(shown, options=RULES).response["violations"]}
    context.close()


def test_it_is_read_with_scripts_off_and_by_keyboard_alone(browser, places):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    shown = context.new_page()
    shown.goto(f"{places['final']}/index.html")
    assert shown.locator("svg.ring title").text_content() == "Esito dell’ente"
    shown.keyboard.press("Tab")
    assert shown.locator(":focus").text_content() == "Vai al contenuto"
    assert shown.locator(":focus").bounding_box()["y"] >= 0
    for _ in range(60):
        shown.keyboard.press("Tab")
        if shown.locator("summary:focus").count():
            break
    entry = shown.locator("details").first
    assert not entry.locator(".inner").is_visible()
    shown.keyboard.press("Enter")
    assert entry.locator(".inner").is_visible()
    context.close()


def test_what_has_the_focus_is_seen(browser, places):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    shown = context.new_page()
    shown.goto(f"{places['final']}/index.html")
    stops = 0
    while stops < 200:
        shown.keyboard.press("Tab")
        told = shown.evaluate("(e => e === document.body ? null : [e.tagName, getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth])(document.activeElement)")
        if told is None:
            break
        assert told[1:] == ["solid", "3px"], told
        stops += 1
    links = shown.evaluate("[...document.querySelectorAll('a, summary, [tabindex=\"0\"]')].filter(e => e.checkVisibility()).length")
    assert stops == links
    context.close()


def test_printed_it_has_the_open_entries_whole_and_no_navigation(browser, places, tmp_path):
    context = browser.new_context()
    shown = context.new_page()
    shown.goto(f"{places['final']}/index.html")
    shown.evaluate("document.querySelectorAll('details')[1].open = true")
    text = "\n".join(p.extract_text() for p in PdfReader(io.BytesIO(shown.pdf())).pages)
    assert "A che cosa serve" in text and "Vai al contenuto" not in text and "Torna all’inizio" not in text
    context.close()


def test_every_figure_is_that_of_the_document():
    document = report_year.document()
    read = tree(whole()["index.html"])
    outcomes = document["outcomes"]
    rows = {r.xpath("string(.//span[@class='code'])"): [c.text_content().strip() for c in r.xpath("./td")]
            for r in read.xpath("//table[contains(@class, 'outcomes')]/tbody/tr")}
    for kind in ("sectors", "lines"):
        told = {r: {m["code"]: m["outcome"] for m in outcomes[r][kind]} for r in ("interim", "final")}
        for code, value in told["final"].items():
            if code in rows:
                assert rows[code][:2] == ["–" if v is None else v.replace(".", ",") for v in (told["interim"][code], value)]
    assert {s["code"] for s in document["content"]["sectors"]} <= rows.keys()
    assert outcomes["final"]["body"]["outcome"].replace(".", ",") in read.xpath("string(//svg[@class='ring'])")
    for o in outcomes["final"]["objectives"]:
        entry, = read.xpath(f"//details[@id='obiettivo-{o['objective'].lower().replace('.', '-')}-{o['sector'].lower()}']")
        assert entry.xpath("string(./summary//strong)") == ("–" if o["value"] is None else o["value"].replace(".", ","))


def test_both_pages_stand_alone_and_say_in_which_language_each_part_is():
    for name, language in (("index.html", "it"), ("index.en.html", "en")):
        text = whole()[name].decode()
        read = tree(whole()[name])
        assert read.get("lang") == language and "<script" not in text and not re.search(r"\s(?:on\w+|style)=", re.sub(r"<style>.*?</style>", "", text, flags=re.S))
        assert not [s for s in read.xpath("//@src")] and not read.xpath("//link[@rel='stylesheet']")
        assert len(set(read.xpath("//@id"))) == len(read.xpath("//@id"))
        assert [a for a in read.xpath("//a/@href") if a.startswith("#") and not read.xpath(f"//*[@id='{a[1:]}']")] == []
    assert tree(whole()["index.en.html"]).xpath("//summary//span[@lang='it']") and not tree(whole()["index.html"]).xpath("//summary//span[@lang]")


def test_what_is_typed_is_never_markup():
    document = small()
    document["content"]["objectives"][0]["sheet"]["title"] = "<script>alert(1)</script>\u202e\x07&amp;"
    document["content"]["sectors"][0]["name"] = '"><img src=x onerror=alert(1)>'
    document["content"]["body"]["name"] = "Ente </style><b>"
    for content in made(document).values():
        text = content.decode()
        assert "<script" not in text and "<img" not in text and text.count("</style>") == 1 and "\u202e" not in text and "\x07" not in text
        assert escape("<script>alert(1)</script>", quote=False) in text


def test_what_is_internal_is_not_on_it():
    document = small()
    sheet = document["content"]["objectives"][0]["sheet"]
    sheet["staff"] = ["Zebedea Internissimi"]
    document["content"]["sectors"][0]["email"] = "interno@robinie.example"
    document["findings"] = [{"code": "X", "message": "rilievo interno"}]
    for content in made(document).values():
        assert not [w for w in ("Internissimi", "interno@", "rilievo interno") if w in content.decode()]


@pytest.mark.parametrize("name, address, shown", [("Amalia Terzoni", "performance@ente.example", True), ("Amalia Terzoni", "a.terzoni@ente.example", False),
                                                  ("", "ufficio@ente.example", True), ("Amalia Terzoni", "AMALIA@ente.example", False)])
def test_the_address_for_whoever_meets_an_obstacle_is_that_of_an_office(name, address, shown):
    document = small()
    document["content"]["body"] |= {"contact_name": name, "contact_email": address}
    assert (f"mailto:{address}" in made(document)["index.html"].decode()) is shown


@pytest.mark.parametrize(("round", "day"), [("interim", "30/09/2021"), ("final", "31/12/2021")])
def test_the_outcome_is_told_with_the_day_it_refers_to(round, day):
    document = small(round)
    told = {name: tree(content).xpath("string(//p[@class='lead'])") for name, content in made(document).items() if name.startswith("index")}
    assert told["index.html"].startswith(f"Al {day}, su 100,") and told["index.en.html"].startswith(f"On {day}, out of 100,")
    next(r for r in document["content"]["rounds"] if r["id"] == round).pop("reference_date")
    assert tree(made(document)["index.html"]).xpath("string(//p[@class='lead'])").startswith("Su 100,")


def test_a_round_that_nothing_approved_says_so():
    assert "possono cambiare" in made(small(), "")["index.html"].decode() and "possono cambiare" not in whole()["index.html"].decode()


def test_an_outcome_that_is_not_there_is_a_dash_never_a_zero():
    document = small()
    for outcome in document["outcomes"].values():
        outcome["body"]["outcome"] = None
        outcome["objectives"][0] |= {"value": None, "status": None}
    read = tree(made(document)["index.html"])
    assert read.xpath("string(//svg[@class='ring']/text)") == "–" and "Non c’è ancora un esito" in read.text_content()
    assert read.xpath("string((//summary//strong)[1])") == "–" and "Senza esito" in read.xpath("string((//summary)[1])")


def test_the_figure_fits_in_its_ring(browser, tmp_path):
    for written in ("99,80", "100,00"):
        drawn = svg.ring(Decimal(100), written, "achieved", ("a", "b"), "k")
        (tmp_path / "index.html").write_text(f"<style>{(files(page) / 'page.css').read_text(encoding='utf-8')}</style>{drawn}", encoding="utf-8")
        shown = browser.new_page()
        shown.goto((tmp_path / "index.html").as_uri())
        wide, ring = (shown.evaluate(f"document.querySelector('{at}').getBoundingClientRect().width") for at in ("svg.ring text", "svg.ring circle"))
        shown.close()
        assert wide < ring * .86, written


@pytest.mark.parametrize("count", (1, 2, 3, 5, 12))
def test_the_path_is_drawn_over_any_number_of_rounds(count):
    points = [svg.Point(f"{k:02}/12", None if k == 2 else Decimal(k * 8), str(k * 8)) for k in range(count)]
    read = html.fragment_fromstring(str(svg.path(points, ("Titolo", "<descritto>"), "k")))
    wide = float(read.get("width"))
    across = [float(x) for x in read.xpath("./circle/@cx")]
    assert across == sorted(across) and all(0 < x < wide for x in across) and len(across) == count - (count > 2)
    assert len(read.xpath("./line[@class='trail']")) == max(0, count - 1) - (2 if count > 3 else 1 if count == 3 else 0)
    assert all(b - a >= svg.STEP - 20 for a, b in zip(across, across[1:], strict=False))
    assert read.xpath("string(./desc)") == "<descritto>"


def test_same_document_same_bytes():
    assert made(report_year.document()) == whole()


def test_the_gate_reads_the_page():
    document = small()
    document["content"]["sectors"][0]["mission"] = "Scrivere a mario.rossi@example.com."
    assert "mario.rossi@example.com" in page.visible_text(made(document)["index.html"])
    assert "--quiet" not in page.visible_text(made(document)["index.html"]) and unescape("&lt;") not in page.visible_text(made(document)["index.html"])


def test_where_the_body_has_its_seat_is_no_secret():
    document = small()
    document["content"]["body"]["address"] = "Piazza della Fontana 1, Castelrobinia"
    document["content"]["sectors"][0]["mission"] = "Sta in Piazza della Fontana 1; il signor Neri abita in via Po 3."
    shown = page.visible_text(made(document)["index.html"])
    told = gate.personal_in_page(View(document), shown, "index.html", frozenset())
    assert shown.count("Piazza della Fontana 1") == 2
    assert [(f.code, f.values["value"]) for f in told if f.code == "PUBL10"] == [("PUBL10", "via Po 3")]


def test_states_are_told_by_symbol_and_word_besides_colour():
    content = Content(View(report_year.document()), "it")
    told = [content.state(k) for k in ("achieved", "nearly", "partial", "not_achieved", "unknown", "replaced", "withdrawn")]
    assert len({s.symbol for s in told}) == len({s.word for s in told}) == 7
