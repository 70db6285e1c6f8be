"""What is sent to the sectors: the messages, the drafts, the texts, and that nothing leaves twice."""

import re
from datetime import date
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from raw_form import RawForm

from perfxl import demo
from perfxl.campaign.register import Register, verify
from perfxl.model import documents
from perfxl.stages.mail import transports
from perfxl.stages.mail.settings import Server, Unusable, settings
from perfxl.stages.mail.wording import KINDS, standard, subject_and_text
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.ui.cli import main
from perfxl.workflow import send as posting
from perfxl.workflow.issue import issue
from perfxl.workflow.remind import remind
from perfxl.workflow.workers import processes

#: Stands in a plan that is drawn once for every server, where the port is put that one really listens at.
PORT = 64999


@cache
def drawn(document: str) -> bytes:
    return write_plan(documents.loads(document), "it")


def replan(campaign, **changes):
    """Change the plan of the campaign; a sector's fields under its code."""
    document = demo.plan()
    for sector in document["sectors"]:
        sector.update(changes.pop(sector["code"], {}))
        for gone in [k for k, v in sector.items() if v is None]:
            del sector[gone]
    document |= changes
    port = next((key for key in document.get("mail", {}) if key.endswith("_port")), None)
    if port is None:
        campaign.plan.write_bytes(drawn(documents.dumps(document)))
        return
    made, real = RawForm(drawn(documents.dumps({**document, "mail": {**document["mail"], port: PORT}}))), document["mail"][port]
    (there,) = (name for name, content in made.parts.items() if b"<v>%d</v>" % PORT in content)
    made.parts[there] = made.parts[there].replace(b"<v>%d</v>" % PORT, b"<v>%d</v>" % real)
    campaign.plan.write_bytes(made.bytes())


def draft(campaign, name):
    return message_from_bytes((campaign.folder / "posta" / "interim" / name).read_bytes(), policy=policy.default)


def states(post):
    return {p.outgoing.sector: p.state for p in post.messages}


def sent(campaign):
    with Register.open(campaign.folder, write=False) as register:
        return [(e.payload["message"], e.payload["sector"], e.payload["state"]) for e in register.entries("sent")]


def test_a_draft_opens_ready_to_send_with_the_workbook_that_was_issued(campaign):
    replan(campaign, mail={"reply_to": "schede@robinie.example", "copies": ["nucleo@robinie.example"]},
           S1={"copies": ["vice@robinie.example"]})
    post = posting.send_forms(campaign, "interim", (), "it")
    assert states(post) == {"S1": "drafted", "S8": "drafted"} and post.findings == ()
    made = draft(campaign, "scheda-S1.eml")
    assert made["X-Unsent"] == "1" and made["Date"] is None
    assert made["To"] == "affari.generali@robinie.example" and made["Reply-To"] == "schede@robinie.example"
    assert made["Cc"].addresses[0].addr_spec == "vice@robinie.example"
    assert made["Cc"].addresses[1].addr_spec == "nucleo@robinie.example"
    assert made["From"].addresses[0].addr_spec == "performance@robinie.example"
    assert made["Subject"].endswith(", settore S1 [UPR-2021-interim-S1]")
    text = made.get_body().get_content()
    for said in ("dott.ssa Marta Olmeggi", "15/10/2021", "performance@robinie.example", "Excel o LibreOffice"):
        assert said in text
    (attached,) = made.iter_attachments()
    assert attached.get_content() == campaign.issued_form("interim", "S1").read_bytes()
    assert attached.get_filename() == "UPR-2021-monitoraggio-S1.xlsx"


@pytest.mark.parametrize("name", ["Città d’Altopiano", "Comune di Sant’Agata sul Santerno e delle Terre d’Argine, Ufficio \"Piani\"",
                                  "Comune di Forlì" * 9, "Unione"])
def test_headers_with_accents_are_written_as_every_program_reads_them(campaign, name):
    replan(campaign, body={**demo.plan()["body"], "name": name})
    posting.send_forms(campaign, "interim", ("S1",), "it")
    content = (campaign.folder / "posta" / "interim" / "scheda-S1.eml").read_bytes()
    head = content.partition(b"\r\n\r\n")[0]
    assert head.isascii() and max(map(len, re.findall(rb"=\?[^?]*\?.\?[^?]*\?=", head)), default=0) <= 75
    assert not re.search(rb"^[\w-]+:\s*\r\n", head, re.M) and max(map(len, head.splitlines())) < 250
    made = message_from_bytes(content)
    said = {h: str(make_header(decode_header(made[h]))) for h in ("From", "Subject")}
    assert parseaddr(" ".join(made["From"].split()))[1] == "performance@robinie.example"
    assert name.replace('"', "") in said["From"].replace('"', "").replace("\\", "")
    assert said["Subject"] == f"{name}: scheda monitoraggio 2021, settore S1"[:150] + " [UPR-2021-interim-S1]"
    assert [made.get_all(h) is not None for h in ("X-Unsent", "To", "From", "MIME-Version", "Date")] == [True] * 4 + [False]


def test_the_same_message_is_the_same_bytes(campaign):
    posting.send_forms(campaign, "interim", (), "it")
    path = campaign.folder / "posta" / "interim" / "scheda-S8.eml"
    before = path.read_bytes()
    path.unlink()
    posting.send_forms(campaign, "interim", ("S8",), "it", again=True)
    assert path.read_bytes() == before
    assert b"\n" in before and b"\n" not in before.replace(b"\r\n", b"")


def test_nothing_is_sent_twice_and_a_new_issue_is_sent_again(campaign):
    posting.send_forms(campaign, "interim", (), "it")
    assert states(posting.send_forms(campaign, "interim", (), "it")) == {"S1": "waiting", "S8": "waiting"}
    assert len(sent(campaign)) == 2
    document = demo.plan()
    next(o for o in document["objectives"] if o["lead"] == "S1")["sheet"]["title"] += " bis"
    campaign.plan.write_bytes(write_plan(document, "it"))
    issue(campaign, "interim", ("S1", "S8"), "it")
    assert states(posting.send_forms(campaign, "interim", (), "it")) == {"S1": "drafted", "S8": "waiting"}
    assert "emissione n. 2) sostituisce" in " ".join(draft(campaign, "scheda-S1.eml").get_body().get_content().split())
    assert verify(campaign.folder) == []


def test_a_dry_run_leaves_nothing(campaign, capsys):
    before = sorted(campaign.folder.rglob("*"))
    assert main(["send", str(campaign.folder), "--round", "interim", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "[UPR-2021-interim-S1]" in out and "territorio@robinie.example" in out and "partirebbero: 2 su 2" in out
    assert "Gentile dott.ssa Marta Olmeggi" in out and "UPR-2021-monitoraggio-S1.xlsx (" in out and "15/10/2021" in out
    assert sorted(campaign.folder.rglob("*")) == before and sent(campaign) == []


def test_a_sector_without_address_is_named_and_the_others_leave(campaign):
    replan(campaign, S8={"email": None})
    post = posting.send_forms(campaign, "interim", (), "it")
    assert states(post) == {"S1": "drafted", "S8": "failed"}
    assert [(f.code, f.sector) for f in post.findings] == [("MAIL01", "S8")]


@pytest.mark.parametrize("address", ["così@robinie.example", "a..b@robinie.example", "a\"b@robinie.example"])
def test_an_address_that_cannot_stand_in_a_message_is_named(campaign, address):
    replan(campaign, S8={"email": address})
    post = posting.send_forms(campaign, "interim", (), "it")
    assert states(post) == {"S1": "drafted", "S8": "failed"}
    assert [(f.code, f.sector) for f in post.findings] == [("MAIL06", "S8")]


def test_a_workbook_changed_after_it_was_issued_does_not_leave(campaign):
    campaign.issued_form("interim", "S8").write_bytes(b"PK altro")
    post = posting.send_forms(campaign, "interim", (), "it")
    assert states(post) == {"S1": "drafted"}
    assert [(f.code, f.place.file) for f in post.findings] == [("MAIL02", "emesse/interim/S8.xlsx")]


def test_reminders_go_to_the_missing_once_a_day(campaign):
    with Register.open(campaign.folder) as register:
        content = b"qualsiasi"
        documents.write_bytes(campaign.folder / "ricevute" / "interim" / "a.xlsx", content)
        register.receive(content, "interim", "ricevute/interim/a.xlsx", arrived="2021-10-14T10:00:00+02:00")
        register.record_version("interim", "S8", sha256=sha256(content).hexdigest(), number=1, verdict="collected")
    late = remind(campaign, "interim", sectors=(), language="it", today=date(2021, 10, 18))
    assert states(late) == {"S1": "drafted"}
    made = draft(campaign, "sollecito-S1.eml")
    assert "sono passati 3 giorni" in made.get_body().get_content() and len(list(made.iter_attachments())) == 1
    assert states(remind(campaign, "interim", sectors=(), language="it", today=date(2021, 10, 18))) == {"S1": "waiting"}
    assert states(remind(campaign, "interim", sectors=(), language="it", today=date(2021, 10, 19))) == {"S1": "drafted"}
    early = remind(campaign, "interim", sectors=(), language="it", today=date(2021, 10, 10), dry_run=True)
    assert "La scadenza è il 15/10/2021." in early.messages[0].outgoing.text


@pytest.mark.parametrize(("days", "day", "leaves"), [(None, 7, False), (None, 8, True), (0, 14, False), (0, 15, True), (30, 1, True)])
def test_no_reminder_leaves_before_the_days_that_the_plan_says(campaign, days, day, leaves):
    replan(campaign, mail={"remind_days": days} if days is not None else {})
    post = remind(campaign, "interim", sectors=(), language="it", today=date(2021, 10, day), again=True)
    assert states(post) == ({"S1": "drafted", "S8": "drafted"} if leaves else {})
    assert [f.code for f in post.findings] == ([] if leaves else ["MAIL08"])
    if not leaves:  # one finding for all, that says from when
        said = post.findings[0].message("it")
        assert "S1, S8" in said and ("dal 08/10/2021" if days is None else "dal 15/10/2021") in said


def test_more_time_for_a_sector_moves_its_reminders(campaign):
    with Register.open(campaign.folder) as register:
        register.extend("interim", "S8", "2021-11-30")
    post = remind(campaign, "interim", sectors=(), language="it", today=date(2021, 10, 18))
    assert states(post) == {"S1": "drafted"} and [(f.code, f.values["sectors"], f.values["day"]) for f in post.findings] == [
        ("MAIL08", "S8", "23/11/2021")]


def row(campaign, sector, day=date(2021, 10, 18)):
    from perfxl.campaign.register import board

    with Register.open(campaign.folder, write=False) as register:
        return next(r for r in board(register, campaign, plan=demo.plan(), round="interim", today=day).rows if r.sector == sector)


def test_a_draft_is_ready_until_somebody_says_that_it_was_sent(campaign, capsys):
    posting.send_forms(campaign, "interim", (), "it")
    assert (row(campaign, "S1").mail, row(campaign, "S1").drafts) == ("drafted", 1)
    post = remind(campaign, "interim", sectors=(), language="it", today=date(2021, 10, 18))
    assert states(post) == {} and [(f.code, f.values["sectors"]) for f in post.findings] == [("MAIL07", "S1, S8")]
    assert main(["status", str(campaign.folder), "--round", "interim"]) == 0
    out = capsys.readouterr().out
    assert "bozza pronta" in out and "Bozze pronte e non ancora inviate: 2" in out and f'perfxl send "{campaign.folder}" --round interim --done' in out
    assert main(["send", str(campaign.folder), "--round", "interim", "--sector", "S1", "--done"]) == 0
    assert "Messaggi che ora risultano inviati: 1." in capsys.readouterr().out
    assert (row(campaign, "S1").mail, row(campaign, "S1").drafts, row(campaign, "S8").mail) == ("sent", 0, "drafted")
    assert states(posting.send_forms(campaign, "interim", (), "it")) == {"S1": "already", "S8": "waiting"}
    post = remind(campaign, "interim", sectors=(), language="it", today=date(2021, 10, 18))
    assert states(post) == {"S1": "drafted"} and [f.values["sectors"] for f in post.findings] == ["S8"]
    assert (row(campaign, "S1").reminders, row(campaign, "S1").drafts) == (0, 1)  # a reminder that nobody sent is none
    assert main(["send", str(campaign.folder), "--round", "interim", "--what", "forms", "--done"]) == 0
    assert (row(campaign, "S1").drafts, row(campaign, "S8").mail) == (1, "sent")
    assert main(["send", str(campaign.folder), "--round", "interim", "--done"]) == 0
    assert (row(campaign, "S1").reminders, row(campaign, "S1").drafts) == (1, 0)
    assert main(["send", str(campaign.folder), "--round", "interim", "--done"]) == 0 and "inviati: 0." in capsys.readouterr().out
    assert verify(campaign.folder) == []


def test_a_draft_that_a_receipt_or_an_answer_speaks_of_is_no_longer_one(campaign):
    posting.send_forms(campaign, "interim", (), "it")
    with Register.open(campaign.folder) as register:
        documents.write_bytes(campaign.folder / "ricevute" / "interim" / "a.xlsx", b"x")
        register.receive(b"x", "interim", "ricevute/interim/a.xlsx")
        register.record_version("interim", "S1", sha256=sha256(b"x").hexdigest(), number=1, verdict="collected")
        sent_ = register.entries("sent", sector="S8")[-1].payload
        register.record_once("notice", "n", {"event": "accepted", "round": "interim", "sector": "S8", "message": "form",
                                             "message_id": sent_["message_id"], "address": "", "at": "", "path": "x", "sha256": "0"})
    assert (row(campaign, "S1").drafts, row(campaign, "S8").drafts, row(campaign, "S8").mail) == (0, 0, "accepted")
    assert states(remind(campaign, "interim", sectors=(), language="it", today=date(2021, 10, 18))) == {"S8": "drafted"}


def test_the_body_rewords_a_message_but_keeps_the_reference(campaign):
    path = campaign.folder / "modelli" / "posta" / "scheda.txt"
    path.parent.mkdir(parents=True)
    path.write_text("Scheda {{ sector.code }}\n\nCiao {{ sector.manager }}, entro il {{ deadline }}.\n", encoding="utf-8")
    posting.send_forms(campaign, "interim", ("S1",), "it")
    made = draft(campaign, "scheda-S1.eml")
    assert made["Subject"] == "Scheda S1 [UPR-2021-interim-S1]"
    assert made.get_body().get_content().strip() == "Ciao dott.ssa Marta Olmeggi, entro il 15/10/2021."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_text_is_read_however_the_editor_saved_it(tmp_path, encoding):
    path = tmp_path / "modelli" / "posta" / "scheda.txt"
    path.parent.mkdir(parents=True)
    path.write_bytes("Attività\r\n\r\nè così: {{ year }}\r\n".encode(encoding))
    assert subject_and_text(tmp_path, "form", "it", {"year": 2021}) == ("Attività", "è così: 2021\n")


@pytest.mark.parametrize("wrong", ["{{ boh.x }}", "{% if %}", "{{ 1/0 }}"])
def test_where_a_text_is_wrong_is_said(tmp_path, wrong):
    path = tmp_path / "modelli" / "posta" / "scheda.txt"
    path.parent.mkdir(parents=True)
    path.write_text(f"Oggetto\n\nuno\n{wrong}\ndue\n")
    with pytest.raises(Unusable) as problem:
        subject_and_text(tmp_path, "form", "it", {})
    assert (problem.value.key, problem.value.values["line"]) == ("template_wrong", 4)


def test_the_texts_are_given_to_the_body_to_edit(campaign):
    assert main(["template", str(campaign.folder)]) == 0
    path = campaign.folder / "modelli" / "posta" / "sollecito.txt"
    assert path.read_text(encoding="utf-8") == standard("reminder", "it")
    assert main(["template", str(campaign.folder)]) == 2


@pytest.mark.parametrize("template", [
    "x\n\n{{ ''.__class__.__mro__[1].__subclasses__() }}", "x\n\n{{ sector.boh }}", "x\n\n{% for a in range(10**9) %}a{% endfor %}",
    "x\n\n{{ body.clear() }}", "x\n\n{{ 1/0 }}", "x\n\n{% include '/etc/passwd' %}", "x\n\n{{", "{{ sector.code }}", "\n\n",
    "x\n\n" + "y" * 50_000, "x\n\n{% for a in range(99999) %}yyyyyyyyyyyyyyy{% endfor %}",
    "x\n\n{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "x\n\n{{ 9 ** (9 ** 9) }}",
    "x\n\n{{ 'y' * 10 ** 10 }}", "x\n\n{{ '%09999999999d' % 1 }}", "x\n\n{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"])
def test_a_template_can_reach_nothing_and_its_faults_are_said(campaign, capsys, monkeypatch, template):
    monkeypatch.setattr(processes, "TIME_LIMIT", 1.0)
    path = campaign.folder / "modelli" / "posta" / "scheda.txt"
    path.parent.mkdir(parents=True)
    path.write_text(template, encoding="utf-8")
    assert main(["send", str(campaign.folder), "--round", "interim"]) == 2
    err = capsys.readouterr().err
    assert "scheda.txt" in err and "Traceback" not in err
    assert sent(campaign) == []


@pytest.mark.parametrize("kind", ["form", "reminder", "owner"])
def test_the_standard_texts_say_the_same_in_both_languages(tmp_path, kind):
    blank = dict.fromkeys(("code", "name", "manager", "email", "address", "contact_name", "contact_email", "contact_phone"), "")
    facts = {"body": {**blank, "name": "Unione"}, "sector": {**blank, "code": "S1", "name": "Uno"}, "year": 2021, "round": "final",
             "round_name": "consuntivo", "deadline": "31/01/2022", "reference": "UPR-2021-final-S1", "reply_to": "schede@x.it", "issue": 1,
             "late": 0, "missing": [{"objective": "S1.00001", "title": "Uno", "sheet": "S1.00001", "fields": [{"field": "Esito %", "cells": "B5"}]}],
             "recipient": "Anna", "returned": True, "attached": True, "copied": True}
    for language in ("it", "en"):
        subject, text = subject_and_text(tmp_path, kind, language, facts)
        assert "S1" in subject and "31/01/2022" in text and "None" not in text and "\n\n\n" not in text
        full = subject_and_text(tmp_path, kind, language, {**facts, "issue": 2, "late": 5, "body": dict.fromkeys(blank, "xyz")})[1]
        assert "xyz" in full and "\n\n\n" not in full
        undated = subject_and_text(tmp_path, kind, language, {**facts, "deadline": ""})[1]
        assert " ." not in undated and "31/01" not in undated and "schede@x.it" in undated and "\n\n\n" not in undated
    assert standard(kind, "it").count("{%") == standard(kind, "en").count("{%")
    assert kind in KINDS


@pytest.mark.parametrize("page", ["guida.md", "guide.md"])
def test_the_guide_names_everything_a_text_may_say(page):
    from jinja2 import Environment, meta

    guide = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
    for kind in KINDS:
        for language in ("it", "en"):
            names = meta.find_undeclared_variables(Environment().parse(standard(kind, language)))
            assert names and all(f"`{name}`" in guide for name in names), names


def test_settings_have_defaults_and_passwords_come_from_outside(monkeypatch):
    document = demo.plan()
    mail_settings = settings(document)
    assert (mail_settings.way, mail_settings.sender, mail_settings.reply_to, mail_settings.smtp, mail_settings.folder) == (
        "drafts", "performance@robinie.example", "performance@robinie.example", None, "INBOX")
    document["mail"] = {"smtp_host": "smtp.robinie.example", "smtp_security": "starttls", "smtp_port": 587}
    server = settings(document).smtp
    assert server == Server("smtp", "smtp.robinie.example", port=587, security="starttls", user="performance@robinie.example")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.delenv("PERFXL_SMTP_PASSWORD", raising=False)
    with pytest.raises(Unusable) as problem:
        server.password()
    assert problem.value.key == "no_password"
    monkeypatch.setenv("PERFXL_SMTP_PASSWORD", "segreta")
    assert server.password() == "segreta"


class Broken:
    """A way that fails as it is told."""

    state, dated = "sent", True

    def __init__(self, problem):
        self.problem = problem

    def open(self):
        """Nothing to open."""

    def close(self):
        """Nothing to close."""

    def deliver(self, message, path):
        raise self.problem


@pytest.mark.parametrize(("problem", "code", "state", "next_state"), [
    (transports.Refused("550 no"), "MAIL05", "failed", "ready"),
    (transports.Uncertain("reset"), "MAIL03", "uncertain", "uncertain"),
    (KeyboardInterrupt(), None, None, "uncertain")])
def test_what_may_have_left_is_not_sent_again_by_itself(campaign, monkeypatch, problem, code, state, next_state):
    replan(campaign, mail={"way": "smtp", "smtp_host": "localhost"})
    monkeypatch.setattr(transports, "Smtp", lambda server: Broken(problem))
    if code is None:
        with pytest.raises(KeyboardInterrupt):
            posting.send_forms(campaign, "interim", ("S1",), "it")
    else:
        post = posting.send_forms(campaign, "interim", ("S1",), "it")
        assert states(post) == {"S1": state} and [f.code for f in post.findings] == [code]
    assert states(posting.send_forms(campaign, "interim", ("S1",), "it", dry_run=True)) == {"S1": next_state}
    assert states(posting.send_forms(campaign, "interim", ("S1",), "it", dry_run=True, again=True)) == {"S1": "ready"}
