"""The guides tell the truth, and both the same: their commands, sheets, words and example exist."""

import json
import re
import shlex
import tomllib
from itertools import zip_longest
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from plan_examples import small

from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.model.fields import extension_fault
from perfxl.model.findings import Finding, Place
from perfxl.model.texts import Texts, area
from perfxl.stages import plan
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.stages.plan.sheets import sheets
from perfxl.ui.addin.guide import GUIDES, PAGES
from perfxl.ui.cli import parser

ROOT = Path(__file__).parents[2]
GUIDE = {language: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for language, name in GUIDES.items()}
TOKENS = {language: MarkdownIt("commonmark").enable("table").parse(text) for language, text in GUIDE.items()}
COMMANDS = [(language, line) for language, tokens in TOKENS.items() for t in tokens if t.type == "fence"
            for line in t.content.splitlines() if line.startswith("perfxl ")]
#: What stands in the code of the Italian guide, and in its place in the English one.
TRANSLATED = {"prova": "trial", "posta-salvata": "saved-mail", "ENTE": "BODY", "CARTELLA": "FOLDER", "COMANDO": "COMMAND",
              "RISPOSTE": "ANSWERS", "SCHEDA": "FORM", "utente": "user", "tornata": "round", "settore": "sector",
              "enti": "bodies", "confronto": "comparison", "PORTA": "PORT", "ore": "hours", "Responsabile": "Responsible",
              "Settore": "Sector", "giorni": "days"}
QUOTED = {"it": r"«([^»]+)»", "en": r"“([^”]+)”"}

both = pytest.mark.parametrize("language", GUIDES)


def tables(language):
    """The tables of a guide, each as rows of cells."""
    found = []
    for token, inside in zip(TOKENS[language], TOKENS[language][1:]):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in ("td_open", "th_open"):
            found[-1][-1].append(inside.content)
    return found


def code_in(token):
    """The code of a block: each of its commands and paths whole, the example without its words, what stands between backticks."""
    if token.type == "fence" and token.info == "json":
        return [f"{key} {name} {len(value) if name == 'enum' else value}" for key, given in json.loads(token.content)["properties"].items()
                for name, value in given.items() if name not in ("title", "description")]
    if token.type == "fence":
        return [line if line.startswith("perfxl ") else re.split(r"\s{2,}", line.strip())[0] for line in token.content.splitlines()]
    return [part.content for part in token.children or () if part.type == "code_inline"]


def in_english(code):
    """Code of the Italian guide as the English one has it."""
    code = re.sub(r"\A\d+,\d+\Z", lambda m: m[0].replace(",", "."), code)
    return re.sub("|".join(rf"\b{word}\b" for word in TRANSLATED), lambda m: TRANSLATED[m[0]], code)


def test_both_guides_have_the_same_headings_paragraphs_lists_tables_and_code():
    for italian, english in zip_longest(TOKENS["it"], TOKENS["en"]):
        assert italian and english, (italian, english)
        assert (italian.type, italian.tag) == (english.type, english.tag), (italian.map, italian.content, english.map, english.content)
        assert sorted(map(in_english, code_in(italian))) == sorted(code_in(english))


@pytest.mark.parametrize("language, line", COMMANDS)
def test_every_command_of_the_guide_is_understood(language, line):
    words = shlex.split(line)[1:]
    assert parser(language).parse_args(words).command == words[0]


@both
def test_the_words_that_the_guide_quotes_are_those_on_the_screen(language):
    known = "\n".join(_words(language))
    quoted = re.findall(QUOTED[language], GUIDE[language].replace("\n", " "))
    assert len(quoted) > 15
    for phrase in quoted:
        for words in phrase.split(" … "):
            assert words in known, phrase


def _words(language):
    """Every word that users read in ``language``: of the catalogues, and of the schemas."""
    def inside(node):
        if isinstance(node, str):
            yield node
        for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from inside(value)

    for path in (ROOT / "perfxl" / "model" / "texts").glob("*.toml"):
        for entry in area(path.stem).values():
            yield from inside(entry.get(language, ""))
    for path in (ROOT / "schemas").glob("*.json"):
        yield from inside(json.loads(path.read_text(encoding="utf-8")))


@both
def test_every_sheet_and_check_is_in_the_guide(language):
    first = [[row[0] for row in table[1:]] for table in tables(language)]
    say, result, review = (Texts(name, language) for name in ("form", "result", "review"))
    checks = {say(key) for key in area("form") if key.startswith("check_") and key != "check_open"}
    assert any(set(cells) == checks for cells in first)
    listed = {title.strip("*") for cells in first for cell in cells for title in re.split(", | e | and ", cell)}
    plan_titles = {sheet.title(language) for sheet in sheets()}
    form_titles = {say(f"sheet_{key}") for key in ("readme", "summary", "measures", "requests")}
    result_titles = {words(key) for words, name in ((result, "result"), (review, "review")) for key in area(name)
                     if key.startswith("sheet_") and key != "sheet_lists"}
    assert not (plan_titles | form_titles | result_titles) - listed


@both
def test_the_finding_that_the_guide_shows_is_the_catalogues(language):
    holders = next(sheet for sheet in sheets() if sheet.title("en") == "Holders").title(language)
    finding = Finding("PLAN40", Place("piano.xlsx", holders, "B6"), {"sector": "S9"}, {"it": "Settore", "en": "Sector"})
    shown = re.sub(r"\n(?:> )?", " ", GUIDE[language])
    assert f"PLAN40 {Texts('cli', language)('severity_error')}: {finding.message(language)}" in shown


@both
def test_the_example_of_own_fields_works(tmp_path, language):
    example = json.loads(re.search(r"```json\n(.*?)```", GUIDE[language], re.DOTALL)[1])
    (tmp_path / "estensione.schema.json").write_text(json.dumps(example), encoding="utf-8")
    extension = Campaign(tmp_path).extension
    document = small()
    value = extension["properties"]["valore_pubblico"]["enum"][0]
    document["objectives"][0]["sheet"]["extension"] = {"pnrr": "M1C1", "valore_pubblico": value, "risparmio": 1200}
    assert not list(documents.violations("plan", document, extension))
    assert plan.read(write_plan(document, extension=extension), extension=extension).document == document
    document["objectives"][0]["sheet"]["extension"]["pnrr"] = "M9"
    reading = plan.read(write_plan(document, extension=extension), extension=extension).findings
    assert [(f.code, f.place.sheet) for f in reading] == [("PLAN25", "Obiettivi")]


@both
def test_the_kinds_of_cell_that_the_guide_offers_can_be_used(language):
    [line] = re.findall(r"`x-cell`(.*?)\.\n", GUIDE[language], re.DOTALL)
    offered = re.findall(r"`(\w+)`", line)
    assert offered
    for cell in offered:
        assert not extension_fault({"properties": {"proprio": {"type": "string", "x-cell": cell}}})


@both
def test_links_inside_the_guide_lead_somewhere(language):
    titles = re.findall(r"^#+ (.+)$", GUIDE[language], re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
    for target in re.findall(r"\]\(#([^)]+)\)", GUIDE[language]):
        assert target in anchors
    for file in re.findall(r"\]\(([^#)]+\.md)\)", GUIDE[language]):
        assert (ROOT / "docs" / file).is_file() and file.removesuffix(".md") in PAGES


def test_the_wheel_carries_the_guides():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    carried = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for name in PAGES:
        assert carried.get(f"docs/{name}.md") == f"perfxl/model/guide/{name}.md"
