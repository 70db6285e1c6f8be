"""The whole of it: forms sent to ten sectors, answers in ten shapes, everything collected, checked, consolidated and told."""

from datetime import date

import mail_corpus as corpus
import pytest
from mail_signing import Signer, cades, daticert, pec
from test_mail_collect import reissued
from test_mail_signed import compound, msg, tnef

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.campaign.register import Register, board, verify
from perfxl.demo import mailing
from perfxl.stages.read import read
from perfxl.ui.cli import main
from perfxl.workflow import collect as fetching
from perfxl.workflow import drafts
from perfxl.workflow import send as posting
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.issue import issue
from perfxl.workflow.new import new
from perfxl.workflow.remind import remind

TEN = ("SG", "DG", "S1", "S2", "S3", "S4", "S5", "S6", "S8", "S9")
EMAIL = {s["code"]: s["email"] for s in demo.plan()["sectors"]}


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    made = Campaign(tmp_path_factory.mktemp("together") / "c")
    new(made, 2021, demo.plan(), "it")
    issue(made, "interim", TEN, "it")
    return made


def answered(campaign):
    """What stands in the controller's mailbox in the end, by file name."""
    forms = {s: campaign.issued_form("interim", s).read_bytes() for s in TEN}
    documents = demo.returns("interim", {s: read(f, s).document for s, f in forms.items()})
    filled = {s: mailing._filled(forms[s], documents[s]) for s in TEN}
    authority = Signer("Autorità di prova")
    signed = cades(filled["S3"], Signer("Dirigente di S3", authority))
    operator = Signer("Gestore PEC", authority)

    def simple(sector, content=None, **more):
        return corpus.simple(content or filled[sector], sender=EMAIL[sector], subject=f"R: [UPR-2021-interim-{sector}]", **more)

    def of(sector, shape):
        return shape(filled[sector]).replace(corpus.SENDER.encode(), EMAIL[sector].encode()).replace(
            b"interim-S1", b"interim-" + sector.encode())

    certified = daticert("posta-certificata", EMAIL["S6"], receiver="performance@pec.example",
                         subject="R: [UPR-2021-interim-S6]", message_id="<6@x>")
    outlook = compound(msg([("scheda.xlsx", filled["SG"])]))
    return {
        "s1 prima.eml": simple("S1", mailing._filled(forms["S1"], mailing._half(documents["S1"]))), "s1 poi.eml": of("S1", corpus.outlook),
        "s2 anno scorso.eml": simple("S2", reissued(filled["S2"], year=2020)), "s2.eml": of("S2", corpus.thunderbird),
        "s3 firmata.eml": simple("S3", signed, name="scheda.xlsx.p7m"), "s4.eml": of("S4", corpus.gateway),
        "s5.eml": simple("S5", corpus.zipped(("../scheda.xlsx", filled["S5"])), name="s.zip"),
        "s6 pec.eml": pec("posta-certificata", certified, operator, simple("S6")),
        "s9 tardi.eml": simple("S9", date="Thu, 21 Oct 2021 10:00:00 +0200"), "dg.eml": simple("DG", tnef(("scheda.xlsx", filled["DG"]))),
        "sg.msg": outlook}


def test_the_board_tells_the_story_that_the_mailbox_tells(campaign, tmp_path, capsys):
    assert len(posting.send_forms(campaign, "interim", (), "it").messages) == 10
    assert len(drafts.confirm_sent(campaign, "interim", (), "it")) == 10
    for name, content in answered(campaign).items():
        (tmp_path / name).write_bytes(content)
    fetched = fetching.collect(campaign, [tmp_path], "it")
    returns = sorted(t.sector for t in fetched.taken if t.became == "return")
    assert returns == ["DG", "S1", "S1", "S2", "S3", "S4", "S5", "S6", "S9", "SG"]
    assert sorted(t.name for t in fetched.taken if t.became == "aside") == ["image001.png", "scheda.xlsx"]
    assert {f.code for f in fetched.findings} >= {"MAIL21", "MAIL28", "MAIL34"}
    run = consolidate(campaign, "interim", "it")
    assert run.summary()["missing"] == ["S8"]
    verdicts = {(s["sector"], s["verdict"]) for s in run.document["sources"]}
    assert ("S1", "superseded") in verdicts and ("S1", "used") in verdicts
    reminded = remind(campaign, "interim", sectors=(), language="it", today=date(2021, 10, 22))
    assert [p.outgoing.sector for p in reminded.messages] == ["S8"] and len(drafts.confirm_sent(campaign, "interim", (), "it")) == 1
    with Register.open(campaign.folder, write=False) as register:
        rows = {r.sector: r for r in board(register, campaign, plan=demo.plan(), round="interim", today=date(2021, 10, 22)).rows}
    assert {s: rows[s].state for s in TEN} == {**dict.fromkeys(TEN, "received"), "S9": "received_late", "S8": "late"}
    assert (rows["S1"].versions, rows["S2"].versions, rows["S8"].reminders, rows["S9"].late) == (2, 1, 1, 6)
    assert {rows[s].mail for s in TEN} == {"sent"}
    assert verify(campaign.folder) == [] and main(["log", str(campaign.folder), "--verify"]) == 0
    assert {p.outgoing.sector for p in posting.send_receipts(campaign, "interim", (), "it").messages} == set(TEN) - {"S8"}


def test_the_demo_plays_it(tmp_path, capsys):
    assert main(["demo", "--mail", str(tmp_path / "d")]) == 0
    out = capsys.readouterr().out
    assert "MAIL21" in out and "ricevuta in ritardo" in out and "altre bozze pronte: 1" in out
    assert "La scheda è firmata da Firma dimostrativa" in out and "prot. 15234/2021 del 13/10/2021" in out
    assert "Schede nuove: 11." in out
    assert (tmp_path / "d" / "posta" / "interim" / "sollecito-S8.eml").is_file()
    assert verify(tmp_path / "d") == []
