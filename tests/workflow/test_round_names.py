"""A body that names its rounds finds its names, and nowhere the word of their kind, in whatever it reads."""

import email
import html
import re
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from email import policy
from io import BytesIO, StringIO
from pathlib import Path

import pytest

from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.model.rounds import Rounds
from perfxl.model.texts import Texts, raw_texts
from perfxl.stages.issue import fill, issue, returns
from perfxl.stages.issue.form import masters
from perfxl.stages.issue.form.round_words import retold
from perfxl.stages.read import read as read_form
from perfxl.ui.cli import main
from perfxl.workflow.new import new

NAMES = {"plan": "Prima negoziazione", "g": "Verifica di giugno", "s": "Stato di avanzamento", "final": "Resa dei conti"}
#: What each round is by its kind, in the languages that forms speak.
KINDS = re.compile(r"monitorag|monitoring|consuntiv|intermedi|\binterim\b|final outcome|\bsuivi|\bbilan\b", re.I)
DECLARED = {"g": 40, "s": 70, "final": 90}
#: Where the kind is meant as such, the file of a kind of document and the machine's own words; another French word. The controller's plan
#: is not read: it says of what kind each round is.
KIND_AS_SUCH = ("monitoraggio.docx", '"kind": "monitoring"', "(suivi, mais")


def plan(language: str = "it") -> dict:
    """Two sectors, an objective of one and another of both, measures, a result with a target on the way; every round has a name."""
    days = {"plan": ("2021-01-15", "2021-02-15"), "g": ("2021-06-30", "2021-07-15"), "s": ("2021-09-30", "2021-10-15"), "final": ("2021-12-31", "2022-01-31")}
    rounds = [{"id": r, "kind": r if r in ("plan", "final") else "monitoring", "name": NAMES[r], "reference_date": day, "deadline": until}
              for r, (day, until) in days.items()]

    def objective(number: int, weights: dict[str, int], **more) -> dict:
        phases = [{"id": "1", "text": "Fare", "weight": 50, "start_1": "2021-01-01", "end_1": "2021-12-31"},
                  {"id": "2", "text": "Finire", "weight": 50, "start_1": "2021-01-01", "end_1": "2021-12-31"}]
        results = [{"id": "R1", "text": "Cose fatte", "weight": 100, "unit": "n.", "target": 10, "direction": "higher", "targets": [{"round": "g", "value": 4}]}]
        return {"code": f"S1.0000{number}", "lead": "S1", "holders": [{"sector": s, "holding": {"weight": w}} for s, w in weights.items()], **more,
                "sheet": {"title": f"Obiettivo {number}", "purpose": "Perché.", "detail": "Come.", "start": "2021-01-01", "end": "2021-12-31",
                          "phases": phases, "results": results, "strategic_lines": ["L1"]}}

    return {"schema": "perfxl/plan/2", "year": 2021, "rounds": rounds, "cascade": [{"code": "L1", "title": "Linea uno"}],
            "body": {"code": "UNI", "name": "Unione di Prova", "language": language, "contact_name": "Ada", "contact_email": "ada@uni.example"},
            "sectors": [{"code": "S1", "name": "Uno", "email": "s1@uni.example"}, {"code": "S2", "name": "Due", "email": "s2@uni.example"}],
            "objectives": [objective(1, {"S1": 50}), objective(2, {"S1": 50, "S2": 100}, kind="transversal", due=["final"])],
            "measures": [{"sector": "S2", "measure": {"objective": "S1.00002", "id": "1", "measure": "Misura"}}]}


def filled(document: dict, round: str) -> dict:
    """What a sector says at ``round``; weights that do not add up are told by a finding."""
    for objective in document["objectives"] if round != "plan" else ():
        objective["holding"]["reading"] = {"percent": DECLARED[round], "status": "partial", "reason": "in corso"}
        for phase in objective["sheet"].get("phases", ()):
            phase["reading"] = {"realised": DECLARED[round], "done": "Fatto."}
            if round == "s":
                phase["revision"] = {"weight": 45}
        for result in objective["sheet"].get("results", ()):
            result["reading"] = {"actual": DECLARED[round] / 10}
    for measure in document.get("measures", ()) if round != "plan" else ():
        measure["reading"] = {"percent": DECLARED[round], "result": "Fatto."}
    return document


@pytest.fixture(scope="module")
def year(tmp_path_factory) -> tuple[Campaign, dict[str, str]]:
    """The year played by commands, and what each said."""
    campaign, said = Campaign(tmp_path_factory.mktemp("nomi")), {}
    new(campaign, 2021, plan(), "it")

    def run(command: str, *more: str) -> None:
        with redirect_stdout(StringIO()) as out, redirect_stderr(out):
            main([command, str(campaign.folder), *more])
        said[" ".join((command, *more))] = out.getvalue()

    for round in NAMES:
        run("issue", "--round", round)
        for sector in campaign.issued_sectors(round):
            form = campaign.issued_form(round, sector).read_bytes()
            made, wrong = fill.fill(form, filled(read_form(form, sector).document, round))
            assert not wrong
            documents.write_bytes(campaign.folder / "ricevute" / round / f"{sector}.xlsx", made)
        run("consolidate", "--round", round)
        run("explain", "S1", "--round", round)
    for command in ("check", "send"):
        run(command, "--round", "s")
    run("bundle")
    run("report", "--round", "s")
    run("report", "--round", "final")
    run("report", "--round", "plan", "--citizens")
    run("publish", "--round", "s")
    run("status")
    run("log")
    return campaign, said


def texts_of(path: Path) -> str:
    """What a file says; of a workbook cells, prompts and names of sheets, of a message subject, text and names of its files."""
    content = path.read_bytes()
    if path.suffix == ".eml":
        message = email.message_from_bytes(content, policy=policy.default)
        return " ".join([message["Subject"], message.get_body(("plain",)).get_content(), *(a.get_filename() or "" for a in message.iter_attachments())])
    return told(content) if content[:2] == b"PK" else content.decode()


def told(content: bytes) -> str:
    """What a workbook or a document says."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = [archive.read(n).decode() for n in archive.namelist() if re.search(r"xl/(worksheets/|sharedStrings|comments|charts)|word/(document|header|footer)|docProps/core", n)
                 and n.endswith(".xml")]
        parts += re.findall(r'<sheet [^>]*name="[^"]*"', archive.read("xl/workbook.xml").decode()) if "xl/workbook.xml" in archive.namelist() else []
    return "\n".join(html.unescape(re.sub(r"<[^>]+>", "\n", part) + "\n".join(re.findall(r'(?:prompt|promptTitle|error|errorTitle|descr|name|title)="([^"]*)"', part)))
                     for part in parts)


def kinds_in(text: str) -> list[str]:
    for known in KIND_AS_SUCH:
        text = text.replace(known, "")
    return [text[max(0, m.start() - 40):m.end() + 20] for m in KINDS.finditer(text)]


def test_no_word_of_a_kind_stands_where_the_name_of_a_round_should(year):
    campaign, said = year
    read = {path: texts_of(path) for folder in ("emesse", "risultati", "posta") for path in sorted((campaign.folder / folder).rglob("*"))
            if path.suffix in (".xlsx", ".docx", ".html", ".csv", ".md", ".eml", ".json") and not path.name.startswith((".", "consolidato.json", "data.json"))}
    assert {p.suffix for p in read} >= {".xlsx", ".docx", ".html", ".csv", ".md", ".eml"} and len(read) > 25
    assert {str(p.relative_to(campaign.folder)): found for p, text in read.items() if (found := kinds_in(text))} == {}
    assert {command: found for command, text in said.items() if (found := kinds_in(text))} == {}


def test_the_name_stands_in_headings_legend_and_first_step_of_the_form_and_in_the_heads_of_the_document(year):
    campaign, said = year
    first, last = (texts_of(campaign.issued_form(r, "S1")).split("\n") for r in ("plan", "s"))
    assert any(t.startswith("Prima negoziazione: completa ogni scheda") for t in first)
    assert {"Stato di avanzamento", "Le fasi (Stato di avanzamento)", "I risultati (Stato di avanzamento)", "In corso d’anno",
            "Blu: ciò che in corso d’anno è modificato, aggiunto o rilevato (Verifica di giugno, Stato di avanzamento)."} <= set(last)
    assert any(t.startswith("Stato di avanzamento: per ogni obiettivo") for t in last)
    report = texts_of(campaign.result("final", "relazione.docx"))
    for words in ("Stato, Stato di avanzamento", "Stato, Resa dei conti", "Fatto, Resa dei conti", "Verde: esiti di «Resa dei conti» al 31/12/2021.",
                  "(Verifica di giugno, Stato di avanzamento), in verde gli esiti di «Resa dei conti»", "Nero: testo approvato con il Piano."):
        assert words in report.replace("\n", ""), words
    assert "cominciano alla tornata «Verifica di giugno»" in said["explain S1 --round plan"]
    assert "nella tornata «Prima negoziazione» non ce ne sono" in said["report --round plan --citizens"]


@pytest.mark.parametrize(("language", "words"), [
    ("en", {"The phases (Verifica di giugno)", "During the year"}), ("fr", {"Les phases (Verifica di giugno)", "En cours d’année"})])
def test_forms_in_other_languages_bear_the_names_too(language, words, tmp_path):
    content = plan(language)
    for round in ("g", "final"):
        path = tmp_path / f"{round}.xlsx"
        path.write_bytes(issue(returns(content, round)["S1"], content, language=language))
        found = texts_of(path)
        assert kinds_in(found) == []
        assert round != "g" or words <= set(found.split("\n"))


def test_a_body_that_names_no_round_keeps_the_words_of_the_kinds_and_so_does_a_name_that_is_the_kind_s():
    content = plan()
    content["rounds"] = [{k: v for k, v in r.items() if k != "name"} for r in content["rounds"] if r["id"] != "s"]
    content["rounds"][2]["name"] = "consuntivo"
    monitoring, final = (Rounds.from_plan(content)[r] for r in ("g", "final"))
    assert monitoring.by_kind("it") and final.by_kind("it") and not final.by_kind("en")
    assert Texts("report", "it").at("head_status", final) == "Stato a consuntivo"
    assert Texts("report", "en").at("head_status", final) == "Status, consuntivo"
    assert retold(monitoring, "it") == retold(final, "it") == {} != retold(final, "en")


def test_what_a_body_wrote_into_its_own_master_stays():
    content, master = plan(), masters.build("monitoring", "it")
    with zipfile.ZipFile(BytesIO(master)) as given, zipfile.ZipFile(made := BytesIO(), "w") as own:
        for name in given.namelist():
            own.writestr(name, given.read(name).replace("Le fasi al monitoraggio".encode(), "Fasi: a che punto siamo".encode()))
    found = told(issue(returns(content, "g")["S1"], content, made.getvalue(), "it"))
    assert "Fasi: a che punto siamo" in found and "Le fasi (" not in found and "I risultati (Verifica di giugno)" in found


def test_every_named_variant_is_found_where_texts_look_for_it():
    for area in ("explain", "form", "mark", "page", "publish", "register", "report", "result"):
        messages = raw_texts(area)
        deep = [k for table in messages.values() if isinstance(table, dict) for k in table if k.endswith("_named")]
        assert deep == [], area
