"""Receipts with the marked workbook, and the questions of the review."""

from hashlib import sha256

import mail_corpus as corpus
import pytest
from test_mail_collect import campaign, collected, filled, inbox, issued  # noqa: F401 - fixtures
from test_mail_send import draft, replan, sent, states

from perfxl import demo
from perfxl.stages import read
from perfxl.stages.issue import fill
from perfxl.stages.mail.wording import standard, worded
from perfxl.stages.mark import parent
from perfxl.ui.cli import main
from perfxl.workflow import send as posting


def test_a_receipt_says_what_came_and_brings_the_marked_workbook(campaign, inbox, filled):
    (inbox / "a.eml").write_bytes(corpus.simple(filled["S1b"], sender="m.olmeggi@robinie.example"))
    collected(campaign, inbox)
    post = posting.send_receipts(campaign, "interim", (), "it")
    assert states(post) == {"S1": "drafted"}
    made = draft(campaign, "ricevuta-S1.eml")
    assert made["To"] == "m.olmeggi@robinie.example" and made["In-Reply-To"] == "<1@robinie.example>"
    text = " ".join(made.get_body().get_content().split())
    assert "è arrivata il 12/10/2021" in text and "Alleghiamo la Sua scheda con le celle segnate" in text
    (attached,) = made.iter_attachments()
    marked = attached.get_content()
    assert parent(marked) and read.read(marked, "m").identity.sector == "S1"
    assert states(posting.send_receipts(campaign, "interim", (), "it")) == {"S1": "already"}
    (inbox / "b.eml").write_bytes(corpus.simple(filled["S1"]))
    collected(campaign, inbox)
    again = posting.send_receipts(campaign, "interim", (), "it")
    assert states(again) == {"S1": "drafted"} and "2 versioni" in again.messages[0].outgoing.text


def test_each_of_two_parallel_versions_comes_back_marked(campaign, inbox, filled):
    form, came = campaign.issued("interim", "S1").read_bytes(), []
    for number in (0, 1):
        document = read.read(filled["S1"], "f").document
        document["objectives"][number]["holding"]["interim"]["percent"] = 155
        came.append(fill.fill(form, document)[0])
        (inbox / f"{number}.eml").write_bytes(corpus.simple(came[-1]))
    collected(campaign, inbox)
    (posted,) = posting.send_receipts(campaign, "interim", (), "it").messages
    names = ["UPR-2021-monitoraggio-S1-1.xlsx", "UPR-2021-monitoraggio-S1-2.xlsx"]
    assert [a.name for a in posted.outgoing.attachments] == names
    assert {parent(a.content) for a in posted.outgoing.attachments} == {sha256(c).hexdigest() for c in came}
    text = " ".join(posted.outgoing.text.split())
    assert "Alleghiamo le Sue schede, una per file arrivato, con le celle segnate" in text and "riunite" in text
    assert "o di scrivere a performance@robinie.example. La scadenza della tornata è il 15/10/2021." in text


def test_a_stranger_gets_no_receipt_in_the_sector_s_place(campaign, inbox, filled):
    (inbox / "a.eml").write_bytes(corpus.simple(filled["S8"], sender="x@truffa.example"))
    collected(campaign, inbox)
    (posted,) = posting.send_receipts(campaign, "interim", (), "it").messages
    assert posted.outgoing.to == ("territorio@robinie.example",)


def test_questions_without_an_answer_are_sent_once(campaign, capsys):
    document = demo.plan()
    for request in document["requests"]:
        if request["sector"] == "S8":
            request.pop("answer", None), request.pop("answer_date", None)
    replan(campaign, requests=document["requests"])
    arguments = ["send", str(campaign.folder), "--round", "interim", "--what", "questions"]
    assert main(arguments) == 0 and main(arguments) == 0
    assert sent(campaign) == [("questions", "S8", "drafted")]
    text = " ".join(draft(campaign, "domande-S8.eml").get_body().get_content().split())
    assert "1. Obiettivo S8.00001, fase 4: Le nuove date" in text and "(entro il 27/10/2021)" in text


@pytest.mark.parametrize("kind", ["receipt", "questions"])
def test_the_standard_texts_say_the_same_in_both_languages(tmp_path, kind):
    blank = dict.fromkeys(("code", "name", "manager", "email", "address", "contact_name", "contact_email", "contact_phone"), "x")
    facts = {"body": blank, "sector": blank, "year": 2021, "round": "final", "round_name": "y", "deadline": "", "reference": "r", "reply_to": "x",
             "arrived": "1/1/2022", "attached": False, "questions": [{"objective": "S1.00001", "about": "", "question": "Perché?", "due": ""}] * 2}
    for language in ("it", "en"):
        for versions, merged, marked, errors in ((1, False, 0, 0), (2, True, 1, 3), (2, True, 2, 3), (3, False, 0, 2)):
            _, text = worded(tmp_path, kind, language, {**facts, "versions": versions, "merged": merged, "marked": marked,
                                                        "errors": errors, "warnings": 0})
            assert "\n\n\n" not in text and ("Perché?" in text or "1/1/2022" in text)
    assert standard(kind, "it").count("{%") == standard(kind, "en").count("{%")
