"""The validation pack and the archive for the board: exceptions are seen, a changed archive is found out, hostile ones are refused."""

import io
import json
import os
import zipfile
from copy import deepcopy
from datetime import date
from hashlib import sha256
from random import Random

import first_shape
import pytest
import report_year
import small_year
from docx import Document
from PIL import Image, ImageDraw, ImageFilter

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.campaign.register import Register, approve
from perfxl.campaign.register.log import FIRST, entry_hash
from perfxl.model import documents
from perfxl.stages.plan.drawing import write as write_plan
from perfxl.stages.publish import bundle, derived, proof, proof_outcomes, remade, validation
from perfxl.stages.report import report, templates, validation_pack
from perfxl.stages.report.package import packed as word_packed
from perfxl.stages.report.package import parts
from perfxl.stages.report.pages import numbered
from perfxl.ui.cli import main
from perfxl.workflow.bundle import _own, _published_licence, _report
from perfxl.workflow.current_document import CurrentDocument
from perfxl.workflow.report import filled


def document(change=None) -> dict:
    made = deepcopy(report_year.document())
    if change:
        change(made)
    return made


def criteria(change=None) -> dict[str, validation.Criterion]:
    return {c.key: c for c in validation.criteria(document(change), "it")}


def objective(made: dict, code: str) -> dict:
    return next(o for o in made["content"]["objectives"] if o["code"] == code)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    """The results of two sectors of the invented year with a register that tells of them, without the returned workbooks."""
    folder = tmp_path_factory.mktemp("bundle") / "c"
    folder.mkdir()
    campaign = Campaign(folder)
    documents.write_bytes(campaign.plan, write_plan(small_year.plan(), "it"))
    with Register.open(folder) as register:
        for round in ("interim", "final"):
            made = deepcopy(report_year.document(round, small=True))
            for source in made["sources"]:
                entry = register.receive(f"{round} {source['sector']}".encode(), round, source["file"])
                source["sha256"] = entry.payload["sha256"]
            for sector in made["issued"]:
                register.record_form(round, sector, number=1, digest="0" * 16, sha256="a" * 64)
            text = documents.dumps(made).encode()
            documents.write_bytes(campaign.result(round), text)
            register.record_run("consolidate", round, inputs="0" * 16, results=sha256(text).hexdigest(),
                         findings={"error": 0, "warning": 0, "note": 0}, questions={})
        approve(register, campaign, round="final", act="Deliberazione n. 34", date=date(2022, 4, 20), anyway=True)
    return campaign


@pytest.fixture(scope="module")
def archive(campaign) -> bytes:
    assert main(["bundle", str(campaign.folder)]) == 0
    return campaign.result("final", "archivio-UPR-2021-final.zip").read_bytes()


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return {n: found.read(n) for n in found.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    """The archive of ``files`` with a manifest that agrees with them."""
    document = json.loads(files[bundle.MANIFEST])
    return bundle.pack(document["body"], document["year"], round=document["round"],
                       files={n: c for n, c in files.items() if n != bundle.MANIFEST}, own=document["own_templates"])


def zipped(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
    return out.getvalue()


def codes(content: bytes) -> list[str]:
    return sorted({f.code for f in proof.verify(content, "a.zip").findings})


def test_the_pack_of_the_invented_year():
    criteria = validation.criteria(report_year.document(), "it")
    assert [bool(c.exceptions) for c in criteria] == sorted((bool(c.exceptions) for c in criteria), reverse=True)
    by_key = {c.key: c for c in criteria}
    assert set(by_key) == set(validation.LOOKS)
    assert not by_key["computation"].exceptions and not by_key["completeness"].exceptions
    assert dict(by_key["completeness"].figures) == {"con un esito": "68", "Obiettivi per settore che li ha": "68", "contati nel totale": "63"}
    assert dict(by_key["computation"].figures)["Esito dell’ente"] == "97,98%"
    assert len(by_key["computation"].evidence) == 12 and by_key["computation"].evidence[0].startswith("L’esito dell’ente a consuntivo è 97,98%")
    assert dict(by_key["deviations"].figures) == {"Obiettivi sotto 100": "7", "con il motivo": "7"}
    assert any("Deliberazione della Giunta n. 97" in line and "S1.00004" in line for line in by_key["coherence"].evidence)
    assert "SHA-256 " + "ab" * 32 in by_key["reliability"].evidence[0]


def test_each_exception_is_seen():
    def spoil(made):
        made["missing"] = ["S7"]
        made["outcomes"]["final"]["sectors"][2]["outcome"] = "99.99"
        made["findings"] = [{"code": "DATA01", "severity": "error", "found": "x", "expected": "y", "remedy": "z", "message": "S1: x y z"}]
        made["conflicts"] = [{"key": "S1.00001/percent", "sector": "S1", "answers": []}]
        objective(made, "S2.00001")["sheet"]["strategic_lines"] = []
        objective(made, "S5.00002")["sheet"]["phases"][0]["readings"][-1].pop("realised")
        objective(made, "S6.00003")["holders"][0]["holding"]["readings"][-1].pop("reason")
        objective(made, "S4.00001")["sheet"]["readings"] = [{"round": "final", "narrative": "x" * 8001}]
        objective(made, "S4.00003")["sheet"]["results"] = [{"id": "1", "text": "Meglio."}]
        made["content"]["measures"][0]["measure"]["readings"][-1].pop("percent")

    found = criteria(spoil)
    assert {k for k, c in found.items() if c.exceptions} == set(validation.LOOKS)
    told = {k: " ".join(c.exceptions) for k, c in found.items()}
    for key, text in (("completeness", "S7"), ("completeness", "S5.00002"), ("computation", "/outcomes/final/sectors/2/outcome"),
                      ("reliability", "S1: x y z"), ("reliability", "S1.00001/percent"), ("coherence", "S2.00001"), ("deviations", "S6.00003"),
                      ("brevity", "S4.00001"), ("clarity", "S4.00003"), ("integrity", "M01")):
        assert text in told[key], (key, text)


@pytest.mark.parametrize("language", ("it", "en"))
def test_the_pack_as_word(language):
    criteria = validation.criteria(report_year.document(), language)
    word = Document(io.BytesIO(validation_pack(report_year.document(), criteria, language)))
    rows = [[c.text for c in r.cells] for r in word.tables[0].rows][1:]
    assert rows == [[c.title, str(len(c.exceptions))] for c in criteria]
    texts = [p.text for p in word.paragraphs]
    assert [t for c in criteria for t in (*c.exceptions, *c.evidence) if t not in texts] == []


def test_the_archive_holds(campaign, archive, capsys):
    assert codes(archive) == []
    files = opened(archive)
    assert {"relazione.docx", "cittadini.docx", "validazione.docx", "validazione.json", "dati/datapackage.json", "consolidated/final.json",
            "consolidated/interim.json", "log.json", "originals.json", "manifest.json"} <= set(files)
    assert len(json.loads(files["originals.json"])) == 2 * len(small_year.SECTORS)
    cover = [p.text for p in Document(io.BytesIO(files["relazione.docx"])).paragraphs[:5]]
    assert "Approvato con: Deliberazione n. 34 del 20/04/2022" in cover
    capsys.readouterr()
    assert main(["bundle", "--verify", str(campaign.result("final", "archivio-UPR-2021-final.zip"))]) == 0
    said = capsys.readouterr().out
    with Register.open(campaign.folder, write=False) as register:
        assert register.entries()[-1].hash in said
    told = [report_year.document(r, small=True)["outcomes"][s] for r, s in (("interim", "interim"), ("final", "interim"), ("final", "final"))]
    assert f"esiti e medie ricalcolati {sum(len(o['objectives']) + len(o['sectors']) + len(o['lines']) + 1 for o in told)}," in said


def test_same_campaign_same_bytes(campaign, archive):
    assert main(["bundle", str(campaign.folder), "--round", "final"]) == 0
    assert campaign.result("final", "archivio-UPR-2021-final.zip").read_bytes() == archive


def test_the_licence_is_that_of_the_published_data_or_the_one_asked_for(campaign, tmp_path, capsys):
    found = Campaign(tmp_path)
    data = found.result("final", "dati-aperti")
    data.mkdir(parents=True)
    for told, licence in (('{"licenses": [{"name": "IODL-2.0"}]}', "IODL-2.0"), ('{"licenses": "mine"}', "CC-BY-4.0"), ("[", "CC-BY-4.0"),
                          ('{"licenses": [{"name": "all mine"}]}', "CC-BY-4.0")):
        (data / "datapackage.json").write_text(told)
        assert _published_licence(found, "final") == licence
    assert _published_licence(found, "interim") == "CC-BY-4.0"
    assert main(["bundle", str(campaign.folder), "--licence", "CC0-1.0"]) == 0
    assert "CC0-1.0" in capsys.readouterr().out
    files = opened(campaign.result("final", "archivio-UPR-2021-final.zip").read_bytes())
    assert json.loads(files["dati/datapackage.json"])["licenses"][0]["name"] == "CC0-1.0" and b"CC0-1.0" not in files["relazione.docx"]


def test_the_pdf_goes_along_when_it_is_of_that_very_document(campaign, archive, monkeypatch):
    made = opened(archive)["relazione.docx"]
    monkeypatch.setattr("perfxl.workflow.bundle.word", lambda *_, **__: made)
    word, printed = campaign.result("final", "relazione.docx"), campaign.result("final", "relazione.pdf")
    told = b"%PDF-1.6\n/Type/Pages\n/Kids[ 7 0 R ]\n/Title<FEFF005000720065006D0065007300730061>\n/Dest[7 0 R/XYZ 0 0 0]"
    try:
        printed.write_bytes(told)
        word.write_bytes(numbered(made, told))
        of = CurrentDocument(report_year.document(small=True), b"", approval=None, newer=False, draft=False, entries=())
        found = _report(campaign, of, "it")
        assert found == {"relazione.docx": word.read_bytes(), "relazione.pdf": told} and word.read_bytes() != made
        word.write_bytes(made + b" ")
        assert _report(campaign, of, "it") == {"relazione.docx": made}
    finally:
        word.unlink()
        printed.unlink()


def test_a_file_changed_added_or_taken_is_found(archive):
    for change in (lambda f: f.update({"relazione.docx": b"x"}), lambda f: f.update({"more.txt": b"x"}), lambda f: f.pop("validazione.json")):
        files = opened(archive)
        change(files)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as made:
            for name, content in files.items():
                made.writestr(name, content)
        assert codes(out.getvalue()) == ["BNDL02"]


def rewritten(archive: bytes, path: str, change) -> bytes:
    """The archive with one JSON file changed, and a manifest that agrees."""
    files = opened(archive)
    document = documents.loads(files[path])
    change(document)
    files[path] = documents.dumps(document).encode()
    return packed(files)


def test_an_outcome_touched_up_is_found_even_when_the_manifest_agrees(archive):
    def better(told):
        told["outcomes"]["final"]["body"]["outcome"] = "99.00"

    verdict = proof.verify(rewritten(archive, "consolidated/final.json", better), "a.zip")
    assert {f.code: f.values.get("where") for f in verdict.findings} == {"BNDL05": None, "BNDL04": "/outcomes/final/body/outcome"}


def test_a_weight_touched_up_is_found(archive):
    def heavier(told):
        told["content"]["objectives"][0]["holders"][0]["holding"]["weight"] = 60

    verdict = proof.verify(rewritten(archive, "consolidated/final.json", heavier), "a.zip").findings
    assert {f.code for f in verdict} == {"BNDL04", "BNDL05"}
    assert len([f for f in verdict if f.code == "BNDL04"]) <= proof.TOLD


def test_a_broken_log_an_unknown_source_and_a_wrong_form_are_found(archive):
    assert codes(rewritten(archive, "log.json", lambda log: log[3].update(when="2021-01-01T00:00:00Z"))) == ["BNDL03"]
    assert codes(rewritten(archive, "log.json", lambda log: log.pop(2))) == ["BNDL03", "BNDL07"]
    assert codes(rewritten(archive, "consolidated/final.json", lambda d: d.update(extra=1))) == ["BNDL06"]


@pytest.fixture
def quick(archive, monkeypatch):
    """Verifying without drawing the documents again: those of the untouched archive stand for them."""
    files = opened(archive)
    for function, name in (("report", "relazione.docx"), ("short_version", "cittadini.docx"), ("validation_pack", "validazione.docx")):
        monkeypatch.setattr(remade, function, lambda *_, made=files[name], **__: made)
    monkeypatch.setattr(derived, "workbook", lambda *_, **__: files["consolidato.xlsx"])
    return files


DERIVED = ("consolidato.xlsx", "relazione.docx", "cittadini.docx", "validazione.docx", "validazione.json", "originals.json", "dati/objectives.csv", "dati/datapackage.json")


@pytest.mark.parametrize("path", DERIVED)
def test_what_follows_from_the_contents_cannot_be_touched_up_even_when_the_manifest_agrees(quick, path):
    if path.endswith(".xlsx"):
        inside = opened(quick[path])
        part = next(name for name, content in inside.items() if name.startswith("xl/") and b"Robinie" in content)
        touched = zipped(*{**inside, part: inside[part].replace(b"Robinie", b"Betulle", 1)}.items())
    elif path.endswith(".docx"):
        inside = parts(quick[path])
        outcome = report_year.document(small=True)["outcomes"]["final"]["body"]["outcome"].replace(".", ",").encode()
        touched = word_packed({**inside, "word/document.xml": inside["word/document.xml"].replace(outcome, outcome[1:], 1)})
    else:
        touched = quick[path].replace(b"0", b"1", 1) if b"0" in quick[path] else quick[path].replace(b"a", b"b", 1)
    assert touched != quick[path]
    for files, code in (({**quick, path: touched}, "BNDL08"), ({n: c for n, c in quick.items() if n != path}, "BNDL11")):
        verdict = proof.verify(packed(files), "a.zip").findings
        assert [(f.code, f.values["path"].partition(":")[0]) for f in verdict] == [(code, path)], path


def in_part(content: bytes, part: str, change) -> bytes:
    inside = parts(content)
    return word_packed({**inside, part: change(inside[part])})


def first(content: bytes, start: str, end: str) -> str:
    return next(n for n in parts(content) if n.startswith(start) and n.endswith(end))


def hatched(png: bytes) -> bytes:
    """Another chart in the place of one: the picture upside down."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("start, end, change", [
    ("word/header", ".xml", lambda xml: xml.replace(b"</w:hdr>", b"<w:p><w:r><w:t>Approvato 100%</w:t></w:r></w:p></w:hdr>")),
    ("word/footer", ".xml", lambda xml: xml.replace(b"</w:ftr>", b"<w:p><w:r><w:t>Approvato 100%</w:t></w:r></w:p></w:ftr>")),
    ("word/media", ".png", hatched), ("word/media", ".png", lambda png: b"PNG")])
def test_every_part_of_a_document_is_compared(quick, start, end, change):
    part = first(quick["relazione.docx"], start, end)
    verdict = proof.verify(packed({**quick, "relazione.docx": in_part(quick["relazione.docx"], part, change)}), "a.zip").findings
    assert [(f.code, f.values["path"]) for f in verdict] == [("BNDL08", f"relazione.docx: {part}")]


def test_a_chart_drawn_with_other_fonts_is_told_and_is_no_fault(quick):
    def softer(png):
        out = io.BytesIO()
        with Image.open(io.BytesIO(png)) as picture:
            picture.filter(ImageFilter.GaussianBlur(0.3)).save(out, "PNG")
        return out.getvalue()
    part = first(quick["relazione.docx"], "word/media", ".png")
    verdict = proof.verify(packed({**quick, "relazione.docx": in_part(quick["relazione.docx"], part, softer)}), "a.zip")
    assert verdict.findings == () and verdict.alike == (f"relazione.docx: {part}",)


def packed_as(files: dict[str, bytes], **said) -> bytes:
    """The archive of ``files`` with a manifest whose digests agree and that says ``said``."""
    document = json.loads(files[bundle.MANIFEST])
    made = opened(packed(files))
    manifest = json.loads(made[bundle.MANIFEST]) | {"own_templates": document["own_templates"]} | said
    return zipped((bundle.MANIFEST, json.dumps(manifest).encode()), *((n, c) for n, c in made.items() if n != bundle.MANIFEST))


def redigited(png: bytes, chance: Random) -> bytes:
    """A picture with one more digit somewhere."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        made = picture.convert("RGB")
        ImageDraw.Draw(made).text((chance.randrange(made.width - 30), chance.randrange(made.height - 25)), "8", fill=(0, 0, 0), font_size=18)
        made.save(out, "PNG")
    return out.getvalue()


def test_one_digit_more_in_a_chart_is_found():
    made = report(report_year.document(), "it")
    chance, pictures = Random(14), [n for n in parts(made) if n.endswith(".png")]
    for part in pictures * 2:
        compared = remade.differing_parts("r", in_part(made, part, lambda png: redigited(png, chance)), made)
        assert compared.wrong == (f"r: {part}",), part


def test_what_no_reader_shows_of_an_archive_is_no_place_to_say_something(quick, archive):
    """Before the archive, after it, in its comment, under a name that stands twice, in keys of the manifest and of the log."""
    document = json.loads(quick[bundle.MANIFEST])
    listed, rest = document["files"], [(n, c) for n, c in quick.items() if n != bundle.MANIFEST]
    assert codes(b"%PDF-1.4\n" + archive) == codes(archive + b"x") == codes(archive[:-2] + b"\4\0ciao") == ["BNDL01"]
    assert codes(zipped((bundle.MANIFEST, quick[bundle.MANIFEST].replace(b"{", b'{"body": "Altro", ', 1)), *rest)) == ["BNDL01"]
    assert codes(packed({**quick, "log.json": quick["log.json"].replace(b'"kind":', b'"kind": "x", "kind":', 1)})) == ["BNDL01"]
    assert codes(packed({**quick, "log.json": quick["log.json"].replace(b'"kind":', b'"note": "x", "kind":', 1)})) == ["BNDL01"]
    for about in ({**listed["log.json"], "bytes": 1}, {**listed["log.json"], "note": "approvato"}, {"sha256": listed["log.json"]["sha256"]}):
        manifest = json.dumps({**document, "files": {**listed, "log.json": about}}).encode()
        assert codes(zipped((bundle.MANIFEST, manifest), *rest)) == ["BNDL10"]
    assert codes(packed({**quick, "relazione.docx": quick["relazione.docx"] + b"approvata"})) == ["BNDL08"]
    assert codes(packed({**quick, "log.json": quick["log.json"] + b" "})) == ["BNDL08"]
    for name in ("cittadini.docx", "consolidato.xlsx"):
        for noted in ({"comment": b"approvata"}, {"extra": b"\x99\x99\x09\0approvata"}):
            assert codes(packed({**quick, name: noted_zip(quick[name], **noted)})) == ["BNDL08"], (name, noted)
    first_entry = 30 + archive[26] + archive[27] * 256 + zipfile.ZipFile(io.BytesIO(archive)).infolist()[0].compress_size
    assert codes(between(archive, first_entry, b"approvata")) == ["BNDL01"]


class Pipe(io.RawIOBase):
    """Where only forward writing is possible, as when an archive is packed into a pipe; ``made``: what came."""

    def __init__(self):
        self.made = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, some) -> int:
        self.made += some
        return len(some)


def streamed(files: dict[str, bytes], wide: bool, folders=()) -> bytes:
    """``files`` packed into a pipe: the sizes follow each entry, of eight bytes when ``wide``."""
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as made:
        for name in folders:
            made.mkdir(name)
        for name, content in files.items():
            with made.open(name, "w", force_zip64=wide) as entry:
                entry.write(content)
    return bytes(pipe.made)


@pytest.mark.parametrize("wide", (False, True))
def test_an_archive_packed_again_by_another_program_holds(quick, wide):
    again = streamed(quick, wide, folders=("dati/", "consolidated/"))
    assert codes(again) == []
    assert codes(streamed(quick, wide, folders=("approvato dalla Giunta/",))) == ["BNDL02"]
    with zipfile.ZipFile(io.BytesIO(again)) as there:
        place = there.getinfo(bundle.MANIFEST)
    end = again.index(b"PK\x07\x08", place.header_offset) + 4
    assert codes(again[:end] + b"\x07" + again[end + 1:]) == ["BNDL01"]  # another check sum than the one in the list


@pytest.mark.parametrize("where, path", (("report", "relazione.docx"), ("validation_pack", "validazione.docx")))
@pytest.mark.parametrize("problem", (KeyError("x"), ValueError("y"), RecursionError()))
def test_a_fault_of_perfxl_is_not_told_as_one_of_the_archive(quick, archive, monkeypatch, where, path, problem):
    def stops(*_, **__):
        raise problem

    monkeypatch.setattr(remade, where, stops)
    (verdict,) = proof.verify(archive, "a.zip").findings
    assert (verdict.code, verdict.values["path"], verdict.values["kind"]) == ("BNDL14", path, type(problem).__name__)
    assert "non dice che l’archivio sia sbagliato" in verdict.message("it")


def test_a_fault_of_perfxl_nobody_expected_is_its_own_too(archive, monkeypatch, tmp_path):
    from perfxl.workflow import verify

    def stops(*_, **__):
        raise NotImplementedError

    monkeypatch.setattr(verify, "guarded", lambda reader, task, job, seconds: reader(task, job))
    for module, function in ((proof_outcomes, "recomputed"), (proof, "_bound")):
        with monkeypatch.context() as patched:
            patched.setattr(module, function, stops)
            (tmp_path / "a.zip").write_bytes(archive)
            assert [f.code for f in verify.verify(tmp_path / "a.zip").findings] == ["BNDL14"]


def test_a_log_of_another_form_is_the_archives_fault(quick):
    """An approval without its act, hashed again: nothing perfxl should stop over."""
    entries, previous = json.loads(quick["log.json"]), FIRST
    for e in entries:
        payload = documents.loads(e["payload"])
        if e["kind"] == "approval":
            del payload["act"]
        e["payload"], e["previous"] = documents.dumps(payload), previous
        previous = e["hash"] = entry_hash(e["number"], e["when"], kind=e["kind"], payload=e["payload"], previous=previous)
    assert codes(packed({**quick, "log.json": json.dumps(entries).encode()})) == ["BNDL01"]


def noted_zip(content: bytes, comment: bytes = b"", extra: bytes = b"") -> bytes:
    """A zip file that says something of its first entry in a place that no reader shows."""
    out, there = io.BytesIO(), opened(content)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for number, (name, inside) in enumerate(there.items()):
            entry = zipfile.ZipInfo(name)
            entry.comment, entry.extra = (b"", b"") if number else (comment, extra)
            made.writestr(entry, inside)
    return out.getvalue()


def between(content: bytes, at: int, more: bytes) -> bytes:
    """A zip file with ``more`` between two of its entries, at ``at``, and the places of all that follow moved."""
    start = int.from_bytes(content[-6:-2], "little")
    listed, found = bytearray(content[start:-22]), content[:at] + more + content[at:start]
    k = 0
    while k < len(listed):
        here = int.from_bytes(listed[k + 42:k + 46], "little")
        listed[k + 42:k + 46] = (here + len(more) if here >= at else here).to_bytes(4, "little")
        k += 46 + sum(int.from_bytes(listed[k + n:k + n + 2], "little") for n in (28, 30, 32))
    return found + bytes(listed) + content[-22:-6] + (start + len(more)).to_bytes(4, "little") + content[-2:]


def test_an_archive_of_another_version_says_so_before_what_does_not_agree(quick, tmp_path, capsys, monkeypatch):
    from perfxl.workflow import verify

    monkeypatch.setattr(verify, "guarded", lambda reader, task, job, seconds: reader(task, job))
    manifest = json.loads(opened(packed({**quick, "originals.json": b"[]"}))[bundle.MANIFEST]) | {"perfxl": "0.0.9"}
    rest = [(n, b"[]" if n == "originals.json" else c) for n, c in quick.items() if n != bundle.MANIFEST]
    (tmp_path / "a.zip").write_bytes(zipped((bundle.MANIFEST, json.dumps(manifest).encode()), *rest))
    assert main(["bundle", "--verify", str(tmp_path / "a.zip")]) == 1
    said = capsys.readouterr().out
    assert said.index("0.0.9") < said.index("BNDL08") and "può venire solo da questo" in said


@pytest.mark.parametrize("said, codes_", [({"body": "Comune di Altrove"}, ["BNDL10"]), ({"year": "2021", "own_templates": ["validazione.json"], "more": 1}, ["BNDL10"]),
                                          ({"round": "interim"}, ["BNDL08", "BNDL11"])])
def test_what_the_manifest_says_is_held_against_the_document(quick, said, codes_):
    assert set(codes(packed_as(quick, **said))) & set(codes_)


def test_files_added_with_a_manifest_that_agrees_are_found(quick):
    verdict = proof.verify(packed({**quick, "leggimi.txt": b"x", "relazione.pdf": b"%PDF"}), "a.zip")
    assert [(f.code, f.values["path"]) for f in verdict.findings] == [("BNDL11", "leggimi.txt")]


def rehashed(files: dict[str, bytes], change) -> dict[str, bytes]:
    """The archive with its final document changed, and the log that tells of it hashed again from end to end."""
    document = json.loads(files["consolidated/final.json"])
    before = sha256(files["consolidated/final.json"]).hexdigest()
    change(document)
    content = documents.dumps(document).encode()
    log, previous = json.loads(files["log.json"]), FIRST
    for e in log:
        e["payload"], e["previous"] = e["payload"].replace(before, sha256(content).hexdigest()), previous
        previous = e["hash"] = entry_hash(e["number"], e["when"], kind=e["kind"], payload=e["payload"], previous=previous)
    return {**files, "consolidated/final.json": content, "log.json": json.dumps(log).encode()}


@pytest.mark.parametrize("change", [
    lambda d: d["returned"].pop(), lambda d: d["missing"].append(d["returned"][0]), lambda d: d.update(issued=[*d["issued"], "ZZ"]),
    lambda d: d.update(places=[{"path": "/objectives/0/code", "file": "ricevute/final/altro.xlsx", "sheet": "A", "cell": "A1"}]),
    lambda d: d.update(places=[{"path": "/objectives/999/code", "file": d["sources"][0]["file"], "sheet": "A", "cell": "A1"}])])
def test_a_document_that_does_not_agree_with_itself_is_found_though_the_log_was_hashed_again(quick, change):
    assert "BNDL12" in codes(packed(rehashed(quick, change)))


def test_a_log_hashed_again_is_found_by_a_hash_kept_elsewhere_or_by_a_signature(quick, archive, tmp_path, monkeypatch):
    from perfxl.workflow import verify

    kept = proof.verify(archive, "a.zip").last
    monkeypatch.setattr(verify, "guarded", lambda reader, task, job, seconds: reader(task, job))
    (tmp_path / "a.zip").write_bytes(archive)
    assert verify.verify(tmp_path / "a.zip", kept).findings == ()
    (tmp_path / "a.zip").write_bytes(packed(rehashed(quick, lambda d: d["sources"][0].update(issue=2))))
    assert "BNDL13" in {f.code for f in verify.verify(tmp_path / "a.zip", kept).findings}


@pytest.mark.parametrize("curve", [False, True])
@pytest.mark.parametrize("options", [("DetachedSignature", "Binary"), ("DetachedSignature", "Binary", "NoAttributes"), ("Binary",)])
@pytest.mark.parametrize("text", [False, True])
def test_a_detached_signature_that_another_library_made_is_checked(tmp_path, capsys, curve, options, text):
    """PKCS #7, as signing programs leave it: with attributes and without, as bytes and as text, also with the file inside."""
    from argparse import Namespace

    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.serialization import pkcs7
    from mail_signing import Signer

    from perfxl.model.texts import Texts
    from perfxl.ui.cli.bundle import _signatures

    signer, content = Signer("Anna Sessini", curve=curve), bytes(range(256)) * 50
    made = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(signer.certificate, signer.key, hashes.SHA256()).sign(
        serialization.Encoding.PEM if text else serialization.Encoding.DER, [getattr(pkcs7.PKCS7Options, o) for o in options])
    archive, signature = tmp_path / "a.zip", tmp_path / "a.p7s"
    signature.write_bytes(made)
    said = {}
    for name, bytes_ in (("same", content), ("other", content[:-1] + b"x"), ("longer", content + b"x")):
        archive.write_bytes(bytes_)
        code = _signatures(Namespace(verify=archive, signature=signature, lang="it"), Texts("cli", "it"))
        said[name] = code, capsys.readouterr().out
    assert said["same"][0] == 0 and "Anna Sessini" in said["same"][1] and "intatto" in said["same"][1]
    assert all(said[name][0] == 1 and "non è di questo archivio" in said[name][1] for name in ("other", "longer"))


@pytest.mark.parametrize("own", [{"properties": {"a": {"type": "string", "pattern": "(?=a)"}}}, {"$ref": "http://127.0.0.1:9/x"}, 3,
                                 {"properties": {f"a{n}": {"type": "string"} for n in range(3000)}}])
def test_own_fields_that_may_not_be_used_end_the_verification_with_words(quick, own):
    finding, = [f for f in proof.verify(packed({**quick, "extension.json": json.dumps(own).encode()}), "a.zip").findings if f.code == "BNDL01"]
    assert "extension.json" in finding.message("it")


def test_patterns_of_own_fields_in_an_archive_cannot_hang_the_verification(quick):
    own = {"properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}}

    def filled(told):
        told["content"]["objectives"][0]["sheet"]["extension"] = {"a": "a" * 30_000 + "!"}
    files = rehashed(quick, filled) | {"extension.json": json.dumps(own).encode()}
    assert codes(packed(files)) == ["BNDL06"]


def test_the_verification_is_bounded_and_says_so(archive, tmp_path, monkeypatch, capsys):
    from perfxl.workflow import verify

    (tmp_path / "a.zip").write_bytes(archive)
    monkeypatch.setattr(verify, "seconds", lambda size: 1)
    assert main(["bundle", "--verify", str(tmp_path / "a.zip")]) == 1
    printed = capsys.readouterr()
    assert "BNDL09" in printed.out and "al più in 1 minuti" in printed.err


@pytest.mark.parametrize("path, content", [("consolidato.xlsx", b"PK"), ("relazione.docx", b"PK"), ("relazione.docx", zipped(("word/document.xml", b"<!DOCTYPE a><a/>"))),
                                           ("cittadini.docx", zipped(("word/document.xml", b"<a/>"))),
                                           ("dati/datapackage.json", b'{"licenses": [{"name": ["x"]}]}'), ("dati/datapackage.json", b"[")],
                         ids=("no workbook", "cut", "doctype", "no types", "licence", "not json"))
def test_a_hostile_part_is_named(quick, path, content):
    verdict = proof.verify(packed({**quick, path: content}), "a.zip").findings
    assert {(f.code, f.values["path"].partition(":")[0]) for f in verdict} == {("BNDL08", path)}


def test_templates_as_copied_are_perfxls_and_changed_ones_are_the_bodys(tmp_path):
    campaign = Campaign(tmp_path)
    templates.write(tmp_path, "it")
    assert _own(campaign, first_shape.at("final"), "it") == [] and _own(campaign, first_shape.at("final"), "en") == ["relazione.docx", "cittadini.docx", "validazione.docx"]
    path = tmp_path / "modelli" / "relazione-validazione.docx"
    word, out = Document(path), io.BytesIO()
    word.paragraphs[0].insert_paragraph_before("Ente: {{ body }}")
    word.save(out)
    path.write_bytes(out.getvalue())
    assert _own(campaign, first_shape.at("final"), "it") == ["validazione.docx"]
    made = filled(campaign, report_year.document(), language="it", name=path.name,
                  fill=lambda spoken, own: validation_pack(report_year.document(), (), spoken, own))
    assert Document(io.BytesIO(made)).paragraphs[0].text == "Ente: Unione dei Comuni della Piana delle Robinie"


def test_a_document_from_the_bodys_own_template_is_told_unchecked(quick):
    document = json.loads(quick[bundle.MANIFEST])
    files = {n: c for n, c in quick.items() if n != bundle.MANIFEST} | {"relazione.docx": b"PK of ours", "relazione.pdf": b"%PDF"}
    verdict = proof.verify(bundle.pack(document["body"], document["year"], round=document["round"], files=files, own=["relazione.docx"]), "a.zip")
    assert verdict.findings == () and verdict.own == ("relazione.docx",) and verdict.unchecked == ("relazione.pdf",)


@pytest.mark.parametrize("path", ("manifest.json", "log.json", "consolidated/final.json"))
@pytest.mark.parametrize("content", (b"", b"[]", b"{}", b"null", b"[" * 100_000, b"{\"a\": 1e999999999}", b"\xff", b"[{}]", b"[1]"))
def test_nonsense_is_refused(archive, path, content):
    files = opened(archive)
    if path != bundle.MANIFEST:
        files[path] = content
        made = packed(files)
    else:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive_:
            for name, kept in files.items():
                archive_.writestr(name, content if name == path else kept)
        made = out.getvalue()
    found = codes(made)
    if (path, content) in (("log.json", b"[]"), ("log.json", b"{}")):  # an empty log: nothing was issued, received or consolidated
        assert found == ["BNDL05", "BNDL07", "BNDL12"]
    else:
        assert found and set(found) <= {"BNDL01", "BNDL02", "BNDL05", "BNDL06", "BNDL07"}


def test_a_number_that_would_fill_the_memory_is_refused(archive):
    files = opened(archive)
    files["log.json"] = files["log.json"].replace(b'"when": "', b'"when": 1e999999999, "was": "', 1)
    assert codes(packed(files)) == ["BNDL01"]


def twice() -> bytes:
    """A zip that holds one name two times."""
    with pytest.warns(UserWarning):
        return zipped(("manifest.json", b"{}"), ("manifest.json", b"{}"))


@pytest.mark.parametrize("content", (
    b"", b"PK\x03\x04", b"not a zip at all", zipped(("manifest.json", b" " * (64 << 20))), zipped(*((f"{n}", b"") for n in range(201))),
    twice(), zipped(("../../etc/passwd", b"x")), zipped(("manifest.json", b"{}"))[:-30]),
    ids=("empty", "cut", "text", "bomb", "many", "twice", "outside", "short"))
def test_hostile_archives_are_refused(content, tmp_path, capsys):
    assert codes(content) == ["BNDL01"]
    (tmp_path / "a.zip").write_bytes(content)
    assert main(["bundle", "--verify", str(tmp_path / "a.zip")]) == 1
    said = capsys.readouterr().out
    assert "BNDL01" in said and "size" not in said and "number" not in said
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


def test_a_flipped_byte_is_found(archive):
    for at in range(200, len(archive), len(archive) // 25):
        spoiled = archive[:at] + bytes([archive[at] ^ 0x55]) + archive[at + 1:]
        assert codes(spoiled) or opened(spoiled) == opened(archive)


def test_one_of_folder_and_archive(tmp_path, capsys):
    assert main(["bundle"]) == 2
    assert main(["bundle", str(tmp_path), "--verify", str(tmp_path)]) == 2
    documents.write_bytes(Campaign(tmp_path).plan, write_plan(demo.plan(), "it"))
    assert main(["bundle", str(tmp_path)]) == 2
    assert "non c’è ancora una tornata con degli esiti" in capsys.readouterr().err


def attacked(files: dict[str, bytes], chance: Random) -> dict[str, bytes]:
    """The archive with one thing in it that perfxl did not put there so: a file, a part of one, a sign in one of its texts."""
    name = chance.choice(sorted(n for n in files if n.endswith((".docx", ".xlsx", ".csv", ".md")) or n.startswith("validazione")))
    how = chance.choice(("more", "fewer", "swapped", "sign", "sign", "sign"))
    if how == "swapped":
        other = chance.choice(sorted(n for n in files if n not in (name, bundle.MANIFEST)))
        return {**files, name: files[other], other: files[name]}
    inside = opened(files[name]) if name.endswith((".docx", ".xlsx")) else None
    if how == "more":
        added = chance.choice(("word/comments.xml", "customXml/item9.xml", "xl/vbaProject.bin", "leggimi.txt"))
        return {**files, name: zipped(*inside.items(), (added, b"<a/>"))} if inside else {**files, added: b"<a/>"}
    if how == "fewer":
        gone = chance.choice(sorted(inside or files.keys() - {bundle.MANIFEST}))
        return {**files, name: zipped(*((n, c) for n, c in inside.items() if n != gone))} if inside else {n: c for n, c in files.items() if n != gone}
    part = chance.choice(sorted(n for n in inside if n.endswith((".xml", ".rels")))) if inside else name
    content = inside[part] if inside else files[name]
    at = chance.choice([k for k in range(len(content) // 3, len(content)) if chr(content[k]).isalnum()])
    content = content[:at] + (b"7" if content[at:at + 1] != b"7" else b"1") + content[at + 1:]
    return {**files, name: zipped(*{**inside, part: content}.items()) if inside else content}


def test_whatever_is_changed_in_an_archive_is_found_though_its_manifest_agrees(quick):
    """A few times here; for many: PERFXL_ATTACKS=300 PERFXL_ATTACK_SEED=7 pytest tests/workflow/test_bundle.py -k whatever"""
    chance = Random(int(os.environ.get("PERFXL_ATTACK_SEED", "14")))
    for _ in range(int(os.environ.get("PERFXL_ATTACKS", "8"))):
        files = attacked(quick, chance)
        found = codes(packed(files))
        assert found, {n for n in files if files.get(n) != quick.get(n)}
