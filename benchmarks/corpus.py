"""Campaigns of any size made from the demo year: the same returns under other sector codes.

A group of eleven sectors is the demo year with a suffix on every code and other words in every text; each file is the
demo's return with both replaced inside its parts, which takes milliseconds where issuing and filling in take tenths of
a second. What the form itself says stays as it is, as in the files of a real year.
"""

import io
import re
import shutil
import zipfile
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.demo.play import play
from perfxl.model import documents
from perfxl.model.base import base_content
from perfxl.model.fields import objective_fields, return_fields
from perfxl.model.identity import Identity, parse
from perfxl.model.outcomes import round_outcomes
from perfxl.model.weigh import weigh
from perfxl.stages import plan
from perfxl.stages.issue.form.stored import stored
from perfxl.workflow import register_updates
from perfxl.workflow.new import new
from perfxl.workflow.prefilled import prefilled_of

SECTOR = r"(?:SG|DG|S[1-9])"
_WORD = re.compile(r"\b([a-z]{7,})[a-z]{3}\b")
_CODE = re.compile(rf"\b({SECTOR})(?=\.\d{{5}})")
_CODES = re.compile(rf"{SECTOR}(?:, {SECTOR})*")
#: A text: a string item, or a cell's plain value that no formula gives.
_CELL = re.compile(r"""(<t(?: [^>]*)?>|<c [^>]*t="str"[^>]*><v>)([^<]+)(?=</t>|</v>)""")
_MOVED = re.compile(r"/objectives/(\d+)")
_TOKEN = re.compile(r"PX1\|[^<\"&]*\|[0-9a-f]{4}")
_OF_SECTORS = ("sectors", "objectives", "measures", "evaluations", "requests", "considerations")
_GROUP = re.compile(r"K\d{2,3}")
ROUND = "final"


def played(folder: Path) -> Campaign:
    """The demo year, played to its end in ``folder``."""
    campaign = Campaign(folder)
    for _ in play(campaign, "it"):
        pass
    return campaign


def grown(source: Campaign, folder: Path, returns: int) -> Campaign:
    """A campaign of at least ``returns`` sectors in whole groups, its final round issued and received."""
    suffixes = [f"K{k:02d}" for k in range(1, -(-returns // 11) + 1)]
    campaign, big = Campaign(folder), many(demo.plan(), suffixes)
    new(campaign, big["year"], big, "it")
    interim = documents.load(source.result("interim"))
    before = many(interim["content"], suffixes)
    sectors = [s["code"] for s in before["sectors"]]
    document = {**interim, "content": before, "outcomes": weigh(before, "interim"), "issued": sectors, "returned": sectors, "sources": [],
                "places": [], "changes": []}
    text = documents.encoded(document)
    # Issued on the plan as the workbook gives it back, which is what every command works with.
    read = plan.read(campaign.plan.read_bytes(), "piano.xlsx").document or {}
    prefilled = prefilled_of(campaign, base_content(read, document), ROUND, {})
    forms = [(source.issued_form(ROUND, s).read_bytes(), f"emesse/{ROUND}/{{sector}}.xlsx") for s in source.issued_sectors(ROUND)]
    sent = [(p.read_bytes(), f"ricevute/{ROUND}/{{sector}} definitiva.xlsx") for p in source.received_files(ROUND)]
    with Register.open(folder) as register, register.batch():
        register.announce_results("interim", sha256(text).hexdigest())
        documents.write_bytes(campaign.result("interim"), text)
        register.record_run("consolidate", "interim", inputs="0" * 64, results=sha256(text).hexdigest(), findings={}, questions={})
        for content, name in forms + sent:
            parts = _parts(content)
            for suffix in suffixes:
                sector, made = _renamed(parts, suffix, prefilled)
                path = folder / name.format(sector=sector)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(made)
                if name.startswith("emesse"):
                    register_updates.record_form(register, Identity(**prefilled[sector]["identity"] | {"issue": 1}), made)
    return campaign


def received(folder: Path) -> list[list[Path]]:
    """The received files of a grown campaign, a list for each group of eleven: as heavy as any other, and no text the same."""
    groups: dict[str, list[Path]] = {}
    for path in sorted((folder / "ricevute" / ROUND).iterdir()):
        if of_group := _GROUP.search(path.name):
            groups.setdefault(of_group[0], []).append(path)
    return [groups[suffix] for suffix in sorted(groups)]


def saved_again(source: Path, folder: Path, groups: int) -> None:
    """The campaign at ``source`` in ``folder``, the returns of so many groups saved anew by a spreadsheet library, with
    parts, formats and numbers of looks of its own, as another program would; the others left out."""
    from openpyxl import load_workbook

    shutil.copytree(source, folder, ignore=lambda at, names: names if Path(at).name == ROUND and "ricevute" in at else [])
    for path in (p for group in received(source)[:groups] for p in group):
        load_workbook(path).save(folder / path.relative_to(source))


def sector(path: Path) -> str:
    """The sector of a return called by it."""
    return path.stem.split()[0]


def of_before(source: Campaign, folder: Path, again: bool) -> Path:
    """A return of the round before in the campaign at ``source``, in a copy of it at ``folder``; ``again``: saved anew by a spreadsheet
    library, with the workbook that was issued."""
    from openpyxl import load_workbook

    shutil.copytree(source.folder, folder)
    campaign = Campaign(folder)
    path = next(p for p in campaign.received_files("interim") if sector(p) in campaign.issued_sectors("interim"))
    for one in (path, campaign.issued_form("interim", sector(path))) if again else ():
        load_workbook(one).save(one)
    return path


def many(content: dict, suffixes: list[str]) -> dict:
    """A plan document with every sector, objective and row about them once for each suffix."""
    return {key: [coded(item, s) for s in suffixes for item in value]
            if key in _OF_SECTORS else value for key, value in content.items()}


def _moved_on(by: int, place: re.Match[str]) -> str:
    return f"/objectives/{int(place[1]) + by}"


def wide(source: Campaign, objectives: int, phases: int = 8) -> dict:
    """A consolidated document of the final round with so many objectives, each with so many phases."""
    document = documents.load(source.result(ROUND))
    content, places = document["content"], document["places"]
    one = len(content["objectives"])
    suffixes = [f"K{k:03d}" for k in range(1, -(-objectives // one) + 1)]
    grown = many(content, suffixes)
    grown["objectives"] = [{**o, "sheet": _with_phases(o.get("sheet", {}), phases)} for o in grown["objectives"][:objectives]]
    held = {h["sector"] for o in grown["objectives"] for h in o["holders"]}
    grown["sectors"] = [s for s in grown["sectors"] if s["code"] in held]
    moved = [{**p, "path": _MOVED.sub(partial(_moved_on, k * one), p["path"])}
             for k in range(len(suffixes)) for p in places if p["path"].startswith("/objectives/")]
    issued = sorted(held)
    return {**document, "content": grown, "outcomes": {r: round_outcomes(grown, r).document() for r in ("interim", "final")},
            "issued": issued, "returned": issued, "missing": [], "findings": [], "places": moved,
            "sources": [{"sector": s, "file": f"ricevute/final/{s}.xlsx", "sha256": "0" * 64} for s in issued]}


def _with_phases(sheet: dict, count: int) -> dict:
    """The sheet with ``count`` phases: its own, over and over."""
    own = sheet.get("phases") or [{"id": "1", "text": "Fase"}]
    return {**sheet, "phases": [{**own[k % len(own)], "id": str(k + 1)} for k in range(count)]}


def coded(value: Any, suffix: str) -> Any:
    """``value`` with the suffix on every sector code in it."""
    if isinstance(value, dict):
        return {k: coded(v, suffix) for k, v in value.items()}
    if isinstance(value, list):
        return [coded(v, suffix) for v in value]
    if not isinstance(value, str):
        return value
    if _CODES.fullmatch(value):
        return ", ".join(code + suffix for code in value.split(", "))
    return _worded(_CODE.sub(rf"\g<1>{suffix}", value), suffix)


def _worded(text: str, suffix: str) -> str:
    """``text`` with the suffix at the end of its long words: no two groups say the same."""
    return _WORD.sub(rf"\g<1>{suffix.lower()}", text) if " " in text else text


@cache
def _own_words() -> frozenset[str]:
    """What cells of the form say whoever fills it in: its labels, and what its lists offer."""
    choices = {label for f in (*objective_fields(), *return_fields()) for c in (f, *f.items) for label in c.labels("it").values()}
    with zipfile.ZipFile(io.BytesIO(stored(ROUND, "it"))) as archive:
        labels = {text for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")
                  for _, text in _CELL.findall(archive.read(name).decode())}
    return frozenset(labels | choices)


def _parts(content: bytes) -> list[tuple[str, str | bytes]]:
    """Name and content of each part, text where it is XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(i.filename, archive.read(i) if i.filename.endswith(".png") else archive.read(i).decode())
                for i in archive.infolist()]


def _renamed(parts: list[tuple[str, str | bytes]], suffix: str, prefilled: dict) -> tuple[str, bytes]:
    """The sector's code with the suffix, and the workbook under it."""
    old = next(found for _, text in parts if isinstance(text, str) and (found := parse(text)))
    sector = old.sector + suffix
    token = Identity(**prefilled[sector]["identity"] | {"issue": 1}).token
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, text in parts:
            if isinstance(text, str):
                text = _CODE.sub(rf"\g<1>{suffix}", _TOKEN.sub(token, text))
                text = _CELL.sub(lambda m: m[0] if m[2] in _own_words() else m[1] + coded(m[2], suffix), text)
            archive.writestr(zipfile.ZipInfo(name, (2021, 12, 31, 12, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return sector, out.getvalue()
