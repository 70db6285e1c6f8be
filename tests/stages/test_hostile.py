"""What a sector sends does no harm: hostile and broken files among the received ones, and hostile content in a return.

Each file ends in a finding that names it; the others are consolidated as if it were not there; nothing that was typed
becomes a formula or an active link; and time and memory stay bounded, measured in a process of its own.
"""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from hostile import REFUSED
from lxml import etree
from raw_form import RawForm

from perfxl.campaign import Campaign
from perfxl.model import documents
from perfxl.model.findings import NAMED, quote
from perfxl.stages import read
from perfxl.stages.read.issued import Issued
from perfxl.workflow.consolidate import consolidate
from perfxl.workflow.running import CannotRun

YEAR = {s["sector"]: s for s in json.loads((Path(__file__).parents[1] / "data" / "year-2021.json").read_text())}
PRINTED = {s: f"{Decimal(str(YEAR[s]['final'])):.2f}" for s in YEAR if s != "SG"}

#: Reads the files named on its input, says what it found and how long it took, then the most memory it had, in KB
#: (not ``ru_maxrss``, which on Linux begins with what the process that started this one had).
READER = """
import json, sys, time
from perfxl.stages import check, read
from perfxl.workbook.sheets.preflight import FILE_LIMIT
for path in json.load(sys.stdin):
    began = time.process_time()
    with open(path, "rb") as file:
        found = read.read(file.read(FILE_LIMIT + 1), path, None, 2021)
    print(json.dumps([path, [f.code for f in found.findings], [f.message("it") for f in found.findings], time.process_time() - began]))
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, demo_year):
    """A folder with every hostile file, and with one of 200 MB that says nothing."""
    folder = tmp_path_factory.mktemp("hostile")
    sound = _received(demo_year, "S8").read_bytes()
    for name, (make, _) in REFUSED.items():
        (folder / name).write_bytes(make(sound))
    (folder / "enorme.xlsx").touch()
    os.truncate(folder / "enorme.xlsx", 200 << 20)
    return folder


def _received(campaign: Campaign, sector: str, round: str = "final") -> Path:
    return next(p for p in campaign.received_files(round) if re.search(rf"\b{sector}\b|_{sector}\b", p.name))


def test_each_is_refused_within_a_second_and_half_a_gigabyte(hostile):
    names = [*REFUSED, "enorme.xlsx"]
    ran = subprocess.run([sys.executable, "-c", READER], input=json.dumps([str(hostile / n) for n in names]),
                         capture_output=True, text=True, check=True)
    *lines, most = ran.stdout.splitlines()
    told = {Path(path).name if "\\" not in path else path.rpartition("/")[2]: (codes, messages, seconds)
            for path, codes, messages, seconds in map(json.loads, lines)}
    assert {n: told[n][0] for n in names} == {n: [code] for n, (_, code) in REFUSED.items()} | {"enorme.xlsx": ["FILE02"]}
    assert all(len(message) > 60 for _, messages, _ in told.values() for message in messages)
    assert {n: seconds for n, (_, _, seconds) in told.items() if seconds > 1} == {}
    assert int(most) < 512 * 1024


# -- beside the good ones
@dataclass(frozen=True)
class Beside:
    """What consolidating by command left: the campaign, what the command said, the most memory it had in KB, the return
    of S8 that was spoiled, and what stood in the folder above before and after."""

    campaign: Campaign
    ran: subprocess.CompletedProcess
    most: int
    spoiled: str
    before: set[str]
    after: set[str]


@pytest.fixture(scope="module")
def beside(tmp_path_factory, demo_year, hostile):
    """The demo campaign with every hostile file among the received ones, and hostile content in the return of S8."""
    above = tmp_path_factory.mktemp("beside")
    folder = Path(shutil.copytree(demo_year.folder, above / "campagna"))
    received = folder / "ricevute" / "final"
    for path in hostile.iterdir():
        shutil.copyfile(path, received / path.name)
    shutil.copyfile(hostile / "zero.xlsx", os.path.join(os.fsencode(received), b"\xff\xfe rotto.xlsx"))
    (above / "fuori.xlsx").write_bytes(b"fuori dalla campagna")
    (received / "legame.xlsx").symlink_to("/etc/passwd")
    (received / "legami").symlink_to(above)
    (received / "cartella.xlsx").mkdir()
    os.mkfifo(received / "tubo.xlsx")
    spoiled = _received(Campaign(folder), "S8")
    form = RawForm(spoiled.read_bytes())
    for edit, _, stays in CONTENT.values():
        if stays:
            edit(form)
    _mark_up(form)
    spoiled.write_bytes(form.bytes())
    before = _listing(above)
    ran = subprocess.run([sys.executable, "-c", MEASURED, "consolidate", str(folder), "--round", "final", "--json"],
                         capture_output=True, text=True)
    return Beside(Campaign(folder), ran, most=int(ran.stderr.split()[-1]), spoiled=spoiled.name, before=before, after=_listing(above))


def _mark_up(form: RawForm) -> None:
    """What was done in each phase becomes one of ``MARKUP``."""
    sheet, top, left, bottom, right = form.names()["px02_t_phases_reading"]
    cells = form.cells(sheet)
    column = next(c for c in range(left, right + 1) if (top, c) in cells and cells[top, c].content == "done")
    rows = [r for r in range(top + 2, bottom + 1) if cells[r, column].content is not None]
    assert len(rows) >= len(MARKUP)
    for row, text in zip(rows, MARKUP, strict=False):
        form.put(sheet, row, column, text)


MEASURED = """
import resource, subprocess, sys
ran = subprocess.run([sys.executable, "-m", "perfxl", *sys.argv[1:]])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(ran.returncode)
"""


def _listing(folder: Path) -> set[str]:
    return {os.path.join(here, name) for here, folders, files in os.walk(folder) for name in (*folders, *files)}


def test_the_others_are_consolidated_as_if_nothing_else_were_there(beside):
    ran = beside.ran
    assert ran.returncode == 1 and "Traceback" not in ran.stderr, ran.stderr
    summary = json.loads(ran.stdout)
    assert {s: v for s, v in summary["outcomes"].items() if v is not None} == PRINTED
    assert summary["missing"] == [] and len(summary["returned"]) == 11
    assert beside.most < 512 * 1024


def test_every_file_is_named_with_what_to_ask(beside):
    campaign = beside.campaign
    document = documents.load(campaign.result("final"))
    assert not list(documents.violations("consolidated", document))
    findings = [f for f in document["findings"] if "file" in f and f["file"] != f"ricevute/final/{beside.spoiled}"]
    assert len(findings) < sum("file" in f for f in document["findings"])
    wanted = {f"ricevute/final/{name}": code for name, (_, code) in REFUSED.items()}
    wanted |= {"ricevute/final/enorme.xlsx": "FILE02", "ricevute/final/\\xff\\xfe rotto.xlsx": "FILE01"}
    wanted |= {f"ricevute/final/{name}": "FILE10" for name in ("legame.xlsx", "legami", "cartella.xlsx", "tubo.xlsx")}
    named = [wanted[f["file"]] for f in findings]  # many of one kind are one finding, which counts them and names the first
    assert named == [f["code"] for f in findings]
    counted: Counter = Counter()
    for f in findings:
        counted[f["code"]] += f.get("count", 1)
        alike = sorted(n for n, code in wanted.items() if code == f["code"])[:NAMED]
        assert f["remedy"] and f["file"] in f["message"] and ("count" not in f or all(quote(n, "it") in f["message"] for n in alike))
    assert counted == Counter(wanted.values())


def test_nothing_is_written_outside_the_campaign(beside):
    campaign = beside.campaign
    assert {p for p in beside.after - beside.before if not p.startswith(str(campaign.folder) + os.sep)} == set()
    assert beside.before <= beside.after
    assert (campaign.folder.parent / "fuori.xlsx").read_bytes() == b"fuori dalla campagna"


# -- hostile content in a return that is read
SHEET = "S8.00001"
FREE = "px02_holding__reading__note"  # open to any text, and no outcome depends on it


def put(text, kind: str = "", field: str = FREE):
    """Content in the first cell of a field; ``kind``: of the cell, ``f`` for a formula."""
    return lambda form: form.put(*form.names()[field][:3], text, kind)


def related(kind: str, target: str):
    return lambda form: form.relate(SHEET, f"r{kind}", kind, target)


def linked(form: RawForm) -> None:
    form.relate(SHEET, "rShare", kind="hyperlink", target="file://server/condivisa/x.exe", external=True)
    root = form.root(SHEET)
    links = etree.SubElement(root, root.tag.replace("worksheet", "hyperlinks"))
    etree.SubElement(links, root.tag.replace("worksheet", "hyperlink"), {
        "ref": "B2", "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id": "rShare"})


def tied(form: RawForm) -> None:
    """A link to a program, as Excel keeps it."""
    form.parts["xl/externalLinks/externalLink1.xml"] = (
        b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>')
    form.relate("", "rTie", "externalLink", "/xl/externalLinks/externalLink1.xml")


def added(name: str, text: str):
    def edit(form):
        form.add_sheet(name)
        form.put(name, 3, 2, text)
    return edit


def lying(form: RawForm) -> None:
    form.root(SHEET).insert(0, etree.fromstring(
        '<dimension xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ref="A1:XFD1048576"/>'))


OUTCOME, REPLACED = "px02_holding__reading__percent", "px02_holding__revision__replaced_by"
#: What other programs might take for markup, a formula or an escape.
MARKUP = ("<r><t>a</t></r>", "_x0041_x0042_", "=cmd|' /C calc'!A0", "@SUM(A1)")
#: By name: what is done to the return of S8, the findings on what stands in its cells, whether its outcome stays.
CONTENT = {
    "dde": (put("cmd|' /C calc'!A0", "f"), {"FORM07"}, True),
    "webservice": (put('WEBSERVICE("http://127.0.0.1:9/"&A1)', "f", "px02_holding__reading__reason"), {"FORM07"}, True),
    "hyperlink": (put('HYPERLINK("\\\\server\\x","clicca")', "f", "px_compilation__contact"), {"FORM07"}, True),
    "dde outside": (lambda form: form.put("Leggimi", 60, 2, "cmd|' /C calc'!A0", "f"), {"FORM15"}, True),
    "tie": (tied, {"FORM23"}, True),
    "share": (linked, {"FORM22"}, True),
    "object": (related("oleObject", "../embeddings/oleObject1.bin"), {"FORM24"}, True),
    "control": (related("control", "../activeX/activeX1.xml"), {"FORM24"}, True),
    "nan": (put("NaN", "n", OUTCOME), {"FORM08"}, False),
    "infinite": (put("1e999", "n", OUTCOME), {"FORM08"}, False),
    "no number": (put("12abc", "n", OUTCOME), {"FORM08"}, False),
    "control characters": (put("a_x0000_b_x0007_c", "raw", "px_compilation__name"), {"DATA10"}, True),
    "surrogate": (put("a_xD800_d", "raw"), set(), False),
    "widest cell": (put(("x" * 999 + "\n") * 32 + "y" * 767), {"DATA01"}, False),
    "turned": (put("fattura\u202excod.exe\u202c è qui"), {"DATA24"}, False),
    "unseen": (put("a\u200bb è"), {"DATA25"}, False),
    "look-alikes": (put("Ѕ8.００００1", field=REPLACED), {"DATA23"}, False),
    "path": (added("../../x", "qui"), {"FORM17"}, True),
    "drive": (added("C:\\x", "qui"), {"FORM17"}, True),
    "reserved": (added("NUL", "=cmd|' /C calc'!A0"), {"FORM17"}, True),
    "turned sheet": (added("\u202efdp", "qui"), {"FORM17"}, True),
    "far": (lambda form: form.put(SHEET, 1_048_576, 16_384, "lontano"), {"FORM09"}, True),
    "lying": (lying, set(), True),
}


@pytest.mark.parametrize("name", CONTENT)
def test_hostile_content_is_told(demo_year, name):
    edit, wanted, _ = CONTENT[name]
    form = RawForm(_received(demo_year, "S8").read_bytes())
    edit(form)
    reading = read.read(form.bytes(), "S8.xlsx", None, 2021)
    told = reading.findings + read.extra_findings(reading, "S8.xlsx", Issued(demo_year.issued_form("final", "S8").read_bytes(), "emessa"))
    assert {f.code for f in told} == wanted
    assert all(f.place.file == "S8.xlsx" and len(f.message("en")) > 60 for f in told)


def test_all_of_it_at_once_goes_nowhere(beside):
    """The return of S8 beside the hostile files had all of this in it: the workbook made of it holds none."""
    document = documents.load(beside.campaign.result("final"))
    codes = {f["code"] for f in document["findings"] if f.get("file", "").endswith("/" + beside.spoiled)}
    assert codes >= {code for _, wanted, stays in CONTENT.values() if stays for code in wanted}
    made = beside.campaign.result("final", "consolidato.xlsx").read_bytes()
    _harmless(made)
    assert set(MARKUP) <= _texts(made)


def _parts(data: bytes):
    archive = zipfile.ZipFile(io.BytesIO(data))
    return {name: archive.read(name) for name in archive.namelist()}


def _texts(data: bytes) -> set[str]:
    """The texts of a workbook's cells, read from its XML alone."""
    found = set()
    for name, part in _parts(data).items():
        if name.startswith("xl/worksheets/sheet") or name == "xl/sharedStrings.xml":
            for item in etree.fromstring(part).iter("{*}is", "{*}si"):
                text = "".join(t.text or "" for t in item.iter("{*}t"))
                found.add(re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text))
    return found


def _harmless(data: bytes) -> None:
    """No formula holds what came from outside; links lead inside the campaign; nothing else is in the file."""
    for name, part in _parts(data).items():
        assert not re.search("externalLink|vbaProject|embedding|activeX|connections", name), name
        if name.endswith(".rels"):
            for relation in etree.fromstring(part):
                if relation.get("TargetMode") == "External":
                    target = relation.get("Target").replace("\\", "/").partition("#")[0]
                    assert re.match(r"\.\./\.\./(?:ricevute|emesse)/(?!.*\.\.)[^:]*\Z", target), target
        elif name.endswith(".xml"):
            for formula in etree.fromstring(part).iter("{*}f", "{*}formula", "{*}formula1"):
                assert not re.search(r"cmd|calc'|WEBSERVICE|server|https?:|\[\d", formula.text or "", re.I), (name, formula.text)


def test_a_broken_plan_is_told_before_anything_is_read(demo_year, tmp_path):
    campaign = Campaign(Path(shutil.copytree(demo_year.folder, tmp_path / "c")))
    campaign.plan.write_bytes(campaign.plan.read_bytes()[:3000])
    with pytest.raises(CannotRun) as refused:
        consolidate(campaign, "final", "it")
    assert [f.code for f in refused.value.findings] == ["FILE13"]


def test_a_sound_return_has_nothing_to_tell(demo_year):
    reading = read.read(_received(demo_year, "S8").read_bytes(), "S8")
    assert reading.findings == []
