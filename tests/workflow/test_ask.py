"""The controller's questions: asked in a workbook of their own, answered there, laid over what had been returned."""

import shutil
from pathlib import Path

import pytest
from review_sheet import fill_in, write
from text_tables import shown

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.demo.play import send_back
from perfxl.model import documents
from perfxl.model.findings import Place
from perfxl.model.readings import read as read_at
from perfxl.stages import issue, read
from perfxl.stages.issue import fill
from perfxl.stages.merge.answered import answered
from perfxl.stages.merge.ordering import Version
from perfxl.stages.merge.overlay import Returned
from perfxl.ui.cli import main
from perfxl.workflow import ask as asking
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.issue import issue as issue_forms
from perfxl.workflow.new import new

CODE = "S1.00001"


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A campaign whose sectors S1 and S8 have returned the interim round; a question to S1 reopens a sheet."""
    campaign = Campaign(tmp_path_factory.mktemp("ask") / "c")
    new(campaign, 2021, demo.plan(), "it")
    issue_forms(campaign, "interim", ("S1", "S8"), "it")
    send_back(campaign, "interim", "it")
    consolidate(campaign, "interim", "it")
    wonder(campaign, f"""
        Settore | Obiettivo | Riguarda | Domanda                      | Riapri la scheda
        S1      | {CODE}    | fase 2   | La percentuale è confermata? | Sì
        S1      |           |          | Chi segue la gara?           |
        S8      |           |          | Il piano è adottato?         |""")
    assert main(["ask", str(campaign.folder), "--round", "interim"]) == 0
    return campaign


def wonder(campaign, text, round="interim"):
    """The controller writes the rows ``text`` on the sheet of questions of the consolidated workbook."""
    write(campaign.result(round, "consolidato.xlsx"), lambda book: fill_in(book, f"Richieste\n{text.strip()}"))


@pytest.fixture
def campaign(played, tmp_path):
    """A copy of it to be spoiled."""
    shutil.copytree(played.folder, tmp_path / "c")
    return Campaign(tmp_path / "c")


def asked(campaign, sector="S1", number=1):
    """The workbook with questions, and the return in it."""
    made = campaign.request_form("interim", sector, number).read_bytes()
    return made, read.read(made, "f").document


def answer(campaign, name, sector="S1", number=1, change=None, **answers):
    """Put answers, by number of the question, among the received files."""
    made, document = asked(campaign, sector, number)
    for request in document["requests"]:
        if (said := answers.get(f"q{request['id']}")):
            request["answer"] = said
    if change:
        change(document["objectives"][0])
    filled, findings = fill.fill(made, document)
    assert findings == []
    documents.write_bytes(campaign.folder / "ricevute" / "interim" / name, filled)


def consolidated(campaign):
    consolidate(campaign, "interim", "it")
    return documents.load(campaign.result("interim"))


def requests(document):
    return {r["id"]: r for r in document["content"]["requests"] if r["sector"] in ("S1", "S8") and r["round"] == "interim"}


def numbers(campaign):
    """The numbers of the questions to S1: the one that reopens, the other."""
    return [r["id"] for r in asked(campaign)[1]["requests"]]


def declared(document, code=CODE):
    objective = next(o for o in document["content"]["objectives"] if o["code"] == code)
    return read_at(objective["holders"][0]["holding"], "interim", "percent")


def percent(value):
    def change(objective):
        objective["holding"]["reading"]["percent"] = value
    return change


def test_each_sector_gets_just_its_questions_and_the_sheet_that_is_reopened(played):
    made, document = asked(played)
    assert [r["question"] for r in document["requests"]] == ["La percentuale è confermata?", "Chi segue la gara?"]
    assert [o["code"] for o in document["objectives"]] == [CODE] and "measures" not in document and "compilation" not in document
    now = issue.returns(documents.load(played.result("interim"))["content"], "interim")["S1"]
    assert document["objectives"] == [o for o in now["objectives"] if o["code"] == CODE]
    assert "objectives" not in asked(played, "S8")[1]
    assert not list((played.folder / "emesse" / "interim" / "richieste").glob("S[2-79]*"))
    from io import BytesIO

    import openpyxl

    book = openpyxl.load_workbook(BytesIO(made))
    assert [s.title for s in book if s.sheet_state == "visible"] == ["Leggimi", "Richieste", CODE]
    said = "\n".join(str(c.value) for row in book["Leggimi"].iter_rows() for c in row if c.value)
    assert "Richieste di chiarimento" in said and "Riepilogo" not in said
    broken = [c.coordinate for s in book for row in s.iter_rows() for c in row if c.data_type == "f" and "#REF!" in str(c.value)]
    assert broken == []


def test_asking_again_changes_nothing_and_a_new_question_makes_the_next_workbook(campaign):
    before = campaign.request_form("interim", "S1", 1).read_bytes()
    again = asking.ask(campaign, "interim", (), "it")
    first, *_ = again.paths
    assert first == campaign.request_form("interim", "S1", 1) and first.read_bytes() == before
    wonder(campaign, """
        Settore | Domanda
        S1      | E il bando?""")
    questions = asking.ask(campaign, "interim", ("S1",), "it")
    assert questions.paths == (campaign.request_form("interim", "S1", 2),) and questions.questions == 3
    assert campaign.request_form("interim", "S1", 1).read_bytes() == before
    assert len(asked(campaign, number=2)[1]["requests"]) == 3


def test_answers_and_corrected_values_are_merged_and_the_rest_stays(campaign, capsys):
    first, second = numbers(campaign)
    before = documents.load(campaign.result("interim"))
    answer(campaign, "re.xlsx", change=percent(55), **{f"q{first}": "No, è il 55%.", f"q{second}": "L’ufficio gare."})
    document = consolidated(campaign)
    assert declared(before) != 55 and declared(document) == 55
    assert [requests(document)[n]["answer"] for n in (first, second)] == ["No, è il 55%.", "L’ufficio gare."]
    others = [o for o in document["content"]["objectives"] if o["code"] != CODE]
    assert others == [o for o in before["content"]["objectives"] if o["code"] != CODE]
    assert [Path(s["file"]).name for s in document["sources"] if s["verdict"] == "answers"] == ["re.xlsx"]
    assert document["returned"] == before["returned"] and "conflicts" not in document
    place = {p["path"]: p for p in document["places"]}
    index = next(i for i, r in enumerate(document["content"]["requests"]) if r["id"] == first)
    assert place[f"/requests/{index}"]["sheet"] == "Richieste" and place[f"/requests/{index}"]["file"].endswith("re.xlsx")
    objective = next(i for i, o in enumerate(document["content"]["objectives"]) if o["code"] == CODE)
    at = next(n for n, r in enumerate(document["content"]["objectives"][objective]["holders"][0]["holding"]["readings"]) if r["round"] == "interim")
    assert place[f"/objectives/{objective}/holders/0/holding/readings/{at}/percent"]["file"].endswith("re.xlsx")
    again = consolidated(campaign)
    assert documents.dumps(again) == documents.dumps(document)
    main(["status", str(campaign.folder), "--round", "interim", "--json"])
    board = {s["sector"]: s for s in documents.loads(capsys.readouterr().out)["sectors"]}
    assert shown((board["S1"], board["S8"]), "sector", "questions") == ["S1 | 0", "S8 | 1"] and board["S1"]["versions"] == 1


def test_a_question_left_without_an_answer_is_told_and_stays_on_the_board(campaign, capsys):
    first, second = numbers(campaign)
    answer(campaign, "re.xlsx", **{f"q{first}": "Sì."})
    document = consolidated(campaign)
    findings = [f for f in document["findings"] if f["code"] == "ASKD01"]
    assert shown(findings, "sector", "sheet") == ["S1 | Richieste"]
    main(["status", str(campaign.folder), "--round", "interim", "--json"])
    assert {s["sector"]: s["questions"] for s in documents.loads(capsys.readouterr().out)["sectors"]}["S1"] == 1
    left = asking.ask(campaign, "interim", ("S1",), "it")
    assert [r["id"] for r in asked(campaign, number=2)[1]["requests"]] == [second] and left.questions == 1


def test_two_answers_that_differ_wait_for_a_choice(campaign):
    first, _ = numbers(campaign)
    answer(campaign, "uno.xlsx", change=percent(55), **{f"q{first}": "Sì."})
    answer(campaign, "due.xlsx", change=percent(65), **{f"q{first}": "Sì."})
    document = consolidated(campaign)
    conflict, = document["conflicts"]
    files = [Path(a["file"]).name for a in conflict["answers"]]
    assert conflict["key"] == f"{CODE}/holding/reading/percent" and {*files} == {"uno.xlsx", "due.xlsx"}
    assert declared(document) == declared(documents.load(campaign.result("interim"))) and requests(document)[first]["answer"] == "Sì."
    assert main(["resolve", str(campaign.folder), "--round", "interim", "--key", conflict["key"], "--choice", str(1 + files.index("due.xlsx"))]) == 0
    assert declared(consolidated(campaign)) == 65


def test_a_return_sent_after_the_question_and_the_answer_contradict_each_other(campaign):
    first, _ = numbers(campaign)
    form = campaign.issued_form("interim", "S1").read_bytes()
    document = demo.returns("interim", {"S1": read.read(form, "f").document})["S1"]
    next(o for o in document["objectives"] if o["code"] == CODE)["holding"]["reading"]["percent"] = 70
    received = next(p for p in campaign.received_files("interim") if "S1" in p.name)
    received.write_bytes(fill.fill(form, document)[0])
    assert declared(consolidated(campaign)) == 70
    answer(campaign, "re.xlsx", change=percent(55), **{f"q{first}": "55."})
    found = consolidated(campaign)
    conflict, = found["conflicts"]
    assert sorted(shown(conflict["answers"], "value")) == ["55%", "70%"]
    answer(campaign, "re.xlsx", **{f"q{first}": "70 va bene."})
    found = consolidated(campaign)
    assert "conflicts" not in found and declared(found) == 70 and requests(found)[first]["answer"] == "70 va bene."


def test_answers_alone_are_no_return(campaign):
    for path in campaign.received_files("interim"):
        if "S1" in path.name:
            path.unlink()
    first, _ = numbers(campaign)
    answer(campaign, "re.xlsx", change=percent(55), **{f"q{first}": "Eccola."})
    document = consolidated(campaign)
    assert document["missing"] == ["S1"] and requests(document)[first]["answer"] == "Eccola." and declared(document) == 55
    assert [f["sector"] for f in document["findings"] if f["code"] == "RETN13"] == ["S1"]


def test_an_answer_to_no_question_is_quoted(campaign):
    made, document = asked(campaign, "S8")
    document["requests"][0] |= {"id": "99", "answer": "Risposta fuori posto"}
    documents.write_bytes(campaign.folder / "ricevute" / "interim" / "re.xlsx", fill.fill(made, document)[0])
    findings = [f for f in consolidated(campaign)["findings"] if f["code"] == "MERG07"]
    finding, = findings
    assert "Risposta fuori posto" in finding["found"]


def test_one_file_with_answers_is_checked_by_itself(campaign, tmp_path, capsys):
    first, _ = numbers(campaign)
    answer(campaign, "re.xlsx", **{f"q{first}": "Sì."})
    assert main(["check", str(campaign.folder / "ricevute" / "interim" / "re.xlsx"), "--json"]) == 1
    document = documents.loads(capsys.readouterr().out)["findings"]
    assert [f["code"] for f in document] == ["ASKD01"]


def test_questions_go_on_in_the_next_round(campaign):
    issue_forms(campaign, "final", ("S1", "S8"), "it")
    send_back(campaign, "final", "it")
    questions = asking.ask(campaign, "final", ("S8",), "it")
    assert questions.questions == 1  # asked at the interim, still open
    made = questions.paths[0].read_bytes()
    document = read.read(made, "f").document
    document["requests"][0]["answer"] = "Adottato in dicembre."
    documents.write_bytes(campaign.folder / "ricevute" / "final" / "re.xlsx", fill.fill(made, document)[0])
    consolidate(campaign, "final", "it")
    content = documents.load(campaign.result("final"))["content"]
    assert {r["question"]: r.get("answer") for r in content["requests"]}["Il piano è adottato?"] == "Adottato in dicembre."


def test_nobody_is_asked_what_is_not_asked(campaign, capsys):
    assert main(["ask", str(campaign.folder), "--round", "interim", "--sector", "S99"]) == 2
    assert "S99" in capsys.readouterr().err
    first, second = numbers(campaign)
    answer(campaign, "re.xlsx", **{f"q{first}": "Sì.", f"q{second}": "Io."})
    answer(campaign, "re8.xlsx", "S8", **{f"q{asked(campaign, 'S8')[1]['requests'][0]['id']}": "Sì."})
    assert main(["ask", str(campaign.folder), "--round", "interim", "--sector", "S1", "S8"]) == 0
    assert "foglio Richieste di consolidato.xlsx" in capsys.readouterr().err
    assert main(["issue", str(campaign.folder), "--round", "plan", "--sector", "S1"]) == 0
    assert main(["ask", str(campaign.folder), "--round", "plan", "--sector", "S1"]) == 0
    assert "foglio Richieste di consolidato.xlsx" in capsys.readouterr().err
    wonder(campaign, round="plan", text="""
        Settore | Domanda
        S1      | E i pesi?""")
    assert main(["ask", str(campaign.folder), "--round", "plan", "--sector", "S1"]) == 0
    assert [r["question"] for r in read.read(campaign.request_form("plan", "S1", 1).read_bytes(), "f").document["requests"]] == ["E i pesi?"]


def test_what_the_answers_do_not_touch_keeps_its_place():
    def at(pointer, cell):
        return {pointer: Place("a.xlsx", "s", cell)}

    current = Returned("S1", {"objectives": [{"code": "A", "x": 1}, {"code": "B", "x": 2}]},
                       at("/objectives/0/x", "A1") | at("/objectives/1/x", "B1"), "a.xlsx")
    base = {"identity": {}, "objectives": [{"code": "B", "x": 2}], "requests": [{"id": "1", "question": "?"}]}
    said = {**base, "objectives": [{"code": "B", "x": 3}], "requests": [{"id": "1", "question": "?", "answer": "!"}]}
    places = {"/objectives/0/x": Place("b.xlsx", "t", "C1"), "/requests/0/answer": Place("b.xlsx", "t", "D1")}
    answer = answered(current, Version("a.xlsx", "0" * 64, current.document), base, [(Version("b.xlsx", "1" * 64, said), places)])
    assert answer.returned.document["objectives"] == [{"code": "A", "x": 1}, {"code": "B", "x": 3}]
    assert answer.returned.places == {"/objectives/0/x": Place("a.xlsx", "s", "A1"), "/objectives/1/x": Place("b.xlsx", "t", "C1"),
                                     "/requests/0/answer": Place("b.xlsx", "t", "D1")}


def test_the_workbook_goes_with_the_message(campaign):
    from email import message_from_bytes
    from email.policy import default

    assert main(["send", str(campaign.folder), "--round", "interim", "--what", "questions"]) == 0
    message = message_from_bytes((campaign.folder / "posta" / "interim" / "domande-S1.eml").read_bytes(), policy=default)
    (attached,) = message.iter_attachments()
    assert attached.get_content() == campaign.request_form("interim", "S1", 1).read_bytes()
    assert attached.get_filename() == "UPR-2021-monitoraggio-S1-richieste.xlsx"
    assert "nella cartella allegata" in " ".join(message.get_body().get_content().split())


def test_answers_come_back_marked_where_one_is_missing(campaign, tmp_path):
    import openpyxl

    first, _ = numbers(campaign)
    answer(campaign, "re.xlsx", **{f"q{first}": "Sì."})
    assert main(["check", str(campaign.folder), "--marked", str(tmp_path / "m")]) == 1
    (marked,) = (tmp_path / "m").glob("S1-interim*.xlsx")
    book = openpyxl.load_workbook(marked)
    assert [c.coordinate for row in book["Richieste"].iter_rows() for c in row if c.comment]
    again = read.read(marked.read_bytes(), "m")
    assert again.document["requests"] == read.read((campaign.folder / "ricevute" / "interim" / "re.xlsx").read_bytes(), "f").document["requests"]


def test_a_marked_copy_that_somebody_has_open_stays_as_it_was_and_is_told(campaign, tmp_path, capsys):
    answer(campaign, "re.xlsx", **{f"q{numbers(campaign)[0]}": "Sì."})
    command = ["check", str(campaign.folder), "--marked", str(tmp_path / "m")]
    assert main(command) == 1
    (copy,) = (tmp_path / "m").iterdir()
    made = copy.read_bytes()
    copy.write_bytes(b"open")
    (lock := copy.with_name(f"~${copy.name}")).write_bytes(b"\x04Anna")
    capsys.readouterr()
    assert main(command) == 1 and copy.read_bytes() == b"open" and "aperto da Anna" in capsys.readouterr().err
    lock.unlink()
    assert main(command) == 1 and copy.read_bytes() == made and list((tmp_path / "m").iterdir()) == [copy]


def two_copies(campaign):
    """Two copies of the return of S1 that declare 20 and 30, in place of the one there."""
    form = campaign.issued_form("interim", "S1").read_bytes()
    document = demo.returns("interim", {"S1": read.read(form, "f").document})["S1"]
    for path in campaign.received_files("interim"):
        if "S1" in path.name:
            path.unlink()
    for name, value in (("a.xlsx", 20), ("b.xlsx", 30)):
        next(o for o in document["objectives"] if o["code"] == CODE)["holding"]["reading"]["percent"] = value
        documents.write_bytes(campaign.folder / "ricevute" / "interim" / name, fill.fill(form, document)[0])


def test_an_answer_settles_what_two_copies_disputed(campaign):
    two_copies(campaign)
    assert [c["key"] for c in consolidated(campaign)["conflicts"]] == [f"{CODE}/holding/reading/percent"]
    wonder(campaign, f"""
        Settore | Obiettivo | Domanda  | Riapri la scheda
        S1      | {CODE}    | 20 o 30? | Sì""")
    asking.ask(campaign, "interim", ("S1",), "it")
    request = next(r for r in asked(campaign, number=2)[1]["requests"] if r["question"] == "20 o 30?")
    answer(campaign, "re.xlsx", number=2, change=percent(30), **{f"q{request['id']}": "30."})
    document = consolidated(campaign)
    assert declared(document) == 30 and "conflicts" not in document
    assert not [f for f in document["findings"] if f["code"] == "MERG21"]


def test_an_answer_holds_over_what_was_decided_between_two_copies(campaign):
    two_copies(campaign)
    consolidated(campaign)
    first, _ = numbers(campaign)
    key = f"{CODE}/holding/reading/percent"
    assert main(["resolve", str(campaign.folder), "--round", "interim", "--key", key, "--choice", "1"]) == 0
    decided = declared(consolidated(campaign))
    assert decided in (20, 30)
    answer(campaign, "re.xlsx", change=percent(45), **{f"q{first}": "45."})
    document = consolidated(campaign)
    assert declared(document) == 45 and "conflicts" not in document


def test_a_master_without_the_sheet_of_requests_issues_forms_and_no_questions(campaign, capsys):
    from io import BytesIO

    import openpyxl

    from perfxl.stages.issue.form import masters

    book = openpyxl.load_workbook(BytesIO(masters.build("monitoring", "it")))
    del book["Richieste"], book.defined_names["px_t_requests"]
    path = campaign.master("monitoring")
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    assert main(["issue", str(campaign.folder), "--round", "interim", "--sector", "S1"]) == 0
    wonder(campaign, """
        Settore | Domanda
        S1      | E ora?""")
    assert main(["ask", str(campaign.folder), "--round", "interim", "--sector", "S1"]) == 2
    assert "px_t_requests" in capsys.readouterr().err
