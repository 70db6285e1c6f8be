"""Receipts with the marked workbook, and the questions of the review."""

from hashlib import sha256

import mail_corpus as corpus
import pytest
from test_mail_collect import campaign, collected, filled, inbox, issued  # noqa: F401 - fixtures
from test_mail_send import draft, replan, sent, states

from perfxl import demo
from perfxl.demo import mailing
from perfxl.stages import read
from perfxl.stages.issue import fill
from perfxl.stages.mail.wording import standard, subject_and_text
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
    assert states(posting.send_receipts(campaign, "interim", (), "it")) == {"S1": "waiting"}
    (inbox / "b.eml").write_bytes(corpus.simple(filled["S1"], sender="m.olmeggi@robinie.example"))
    collected(campaign, inbox)
    again = posting.send_receipts(campaign, "interim", (), "it")
    assert states(again) == {"S1": "drafted"} and "2 versioni" in again.messages[0].outgoing.text


def test_each_of_two_parallel_versions_comes_back_marked(campaign, inbox, filled):
    form, came = campaign.issued_form("interim", "S1").read_bytes(), []
    for number in (0, 1):
        document = read.read(filled["S1"], "f").document
        document["objectives"][number]["holding"]["reading"]["percent"] = 155
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


def colleagues(campaign, inbox, filled, *senders):
    """Each sends a copy of S1's form, filled in separately: they disagree on the first objective."""
    form = campaign.issued_form("interim", "S1").read_bytes()
    for number, sender in enumerate(senders):
        document = read.read(filled["S1"], "f").document
        document["objectives"][0]["holding"]["reading"]["percent"] = 41 + number
        document["objectives"][number + 1]["holding"]["reading"]["percent"] = 155
        (inbox / f"{number}.eml").write_bytes(corpus.simple(fill.fill(form, document)[0], sender=sender).replace(
            b"<1@robinie", b"<%d@robinie" % number))
    return collected(campaign, inbox)


def test_each_of_two_colleagues_gets_a_receipt_about_their_own_part(campaign, inbox, filled):
    replan(campaign, S1={"copies": ["anna.bianchi@robinie.example", "vice@robinie.example"]}, mail={"copies": ["nucleo@robinie.example"]})
    colleagues(campaign, inbox, filled, '"Anna Bianchi" <anna.bianchi@robinie.example>', "l.rossi@robinie.example")
    post = posting.send_receipts(campaign, "interim", (), "it")
    anna, other = (p.outgoing for p in post.messages)
    assert (anna.to, other.to) == (("anna.bianchi@robinie.example",), ("l.rossi@robinie.example",))
    assert anna.copies == other.copies == ("vice@robinie.example", "nucleo@robinie.example")
    assert "Gentile Anna Bianchi," in anna.text and "Gentile collega del settore" in other.text
    for number, one in enumerate((anna, other)):
        assert "questa ricevuta riguarda solo la Sua parte" in one.text and one.in_reply_to == f"<{number}@robinie.example>"
        (attached,) = one.attachments
        assert parent(attached.content) == sha256(campaign_file(campaign, number)).hexdigest()
        whole = one.text + one.subject + "".join(texts(attached.content))
        assert "Conflitti" not in whole and "resolve" not in whole and "155" in whole
    assert {p.path.name for p in post.messages} == {"ricevuta-S1.eml", "ricevuta-S1-2.eml"}
    assert {p.state for p in posting.send_receipts(campaign, "interim", (), "it").messages} == {"waiting"}


def campaign_file(campaign, number):
    """The file that came as the ``number``-th."""
    from perfxl.campaign.register import Register

    with Register.open(campaign.folder, write=False) as register:
        return (campaign.folder / register.entries("received")[number].payload["path"]).read_bytes()


def texts(workbook):
    """Everything that is written in a workbook, its comments included."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return [archive.read(n).decode("utf-8", "replace") for n in archive.namelist() if n.endswith((".xml", ".vml"))]


def test_a_colleague_whose_form_another_went_on_with_is_told_so(campaign, inbox, filled):
    """The second of two filled in what the first had left blank: theirs counts."""
    form, document = campaign.issued_form("interim", "S1").read_bytes(), read.read(filled["S1"], "f").document
    first, later = mailing._filled(form, mailing._half(document)), mailing._filled(form, document)
    (inbox / "a.eml").write_bytes(corpus.simple(first, sender="Anna Bianchi <anna.bianchi@robinie.example>"))
    collected(campaign, inbox)
    before = posting.send_receipts(campaign, "interim", (), "it", dry_run=True)
    (inbox / "b.eml").write_bytes(corpus.simple(later, sender="Luca Rossi <l.rossi@robinie.example>", date="Wed, 13 Oct 2021 10:00:00 +0200"))
    collected(campaign, inbox)
    post = posting.send_receipts(campaign, "interim", (), "it")
    told = {p.outgoing.to[0]: p.outgoing for p in post.messages}
    assert [p.outgoing.about for p in before.messages] == [told["anna.bianchi@robinie.example"].about]
    assert "Gentile Anna Bianchi" in told["anna.bianchi@robinie.example"].text
    assert "versione successiva" in told["anna.bianchi@robinie.example"].text and not told["anna.bianchi@robinie.example"].attachments
    assert "versione successiva" not in told["l.rossi@robinie.example"].text


@pytest.mark.parametrize(("sender", "greeting"), [
    ("affari.generali@robinie.example", "dott.ssa Marta Olmeggi"), ("Anna <x@altrove.example>", "dott.ssa Marta Olmeggi"),
    ("m.olmeggi@robinie.example", "dott.ssa Marta Olmeggi"), ("marta.bianchi@robinie.example", "collega del settore"),
    ('"http://truffa.example {{ body }}" <x@robinie.example>', "collega del settore"), ("Ufficio D’Ascanio <x@robinie.example>", "Ufficio D’Ascanio")])
def test_whoever_sent_the_form_is_greeted_in_their_own_name(campaign, inbox, filled, sender, greeting):
    (inbox / "a.eml").write_bytes(corpus.simple(filled["S1"], sender=sender))
    collected(campaign, inbox)
    (posted,) = posting.send_receipts(campaign, "interim", (), "it").messages
    assert f"\nGentile {greeting}" in "\n" + posted.outgoing.text


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
             "recipient": "Anna", "others": False, "superseded": False, "arrived": "1/1/2022", "attached": False, "questions": [{"objective": "S1.00001", "about": "", "question": "Perché?", "due": ""}] * 2}
    for language in ("it", "en"):
        for versions, merged, marked, errors in ((1, False, 0, 0), (2, True, 1, 3), (2, True, 2, 3), (3, False, 0, 2)):
            _, text = subject_and_text(tmp_path, kind, language, {**facts, "versions": versions, "merged": merged, "marked": marked,
                                                        "errors": errors, "warnings": 0})
            assert "\n\n\n" not in text and ("Perché?" in text or "1/1/2022" in text)
    assert standard(kind, "it").count("{%") == standard(kind, "en").count("{%")
