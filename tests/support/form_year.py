"""A small plan for the tests of the form: a shared objective, one not weighted, a transversal one with measures."""

import subprocess
import tempfile
from decimal import Decimal
from functools import cache
from pathlib import Path

from perfxl.model import documents
from perfxl.model.upgrade import upgraded

_ROUNDS = (("plan", "2021-01-31", "2021-02-28"), ("interim", "2021-09-30", "2021-10-15"), ("final", "2021-12-31", "2022-01-31"))


def _phase(id_: str, text: str, weight, **more) -> dict:
    return {"id": id_, "text": text, "weight": weight, "start_1": "2021-01-15", "end_1": "2021-06-30", **more}


def plan() -> dict:
    """A valid plan of two sectors."""
    archive = {
        "title": "Riordino degli archivi", "purpose": "Trovare ogni fascicolo in due giorni.\nSempre.", "service": "Protocollo",
        "responsibles": [{"name": "Bruno Bassi"}, {"name": "Carla Dotti", "from": "2021-07-01", "to": "2021-12-31"}],
        "start": "2021-01-01", "end": "2021-12-31", "strategic_lines": ["01.01.02"], "councillors": ["Dino Este"],
        "priority": "high", "year_number": 1, "year_count": 3, "staff": ["Uno", "Due"],
        "money": [{"kind": "expense_current", "label": "Scaffali", "amount": Decimal("12345.67")}],
        "detail": ("Il riordino procede per serie. " * 40 + "\n") * 4 + "Fine.",
        "results": [{"id": "1", "text": "Fascicoli schedati", "weight": 60, "unit": "numero", "target": Decimal("250.5"), "phases": "1-2"},
                    {"id": "2", "text": "Tempo di ricerca", "weight": 40, "direction": "lower", "unit": "giorni", "target": 2}],
        "phases": [_phase("1", "Ricognizione", Decimal("33.33")), _phase("2", "=Schedatura", Decimal("33.33")),
                   _phase("3-bis", "Scarto", Decimal("33.34")), {"id": "0", "text": "Storia", "weighting": "not_weighted"}],
    }
    return upgraded({
        "schema": "perfxl/plan/1", "year": 2021,
        "body": {"code": "UTP", "name": "Unione delle Terre Piane", "contact_name": "Ada Neri", "contact_email": "piano@unione.example"},
        "rounds": [{"round": r, "reference_date": d, "deadline": e} for r, d, e in _ROUNDS],
        "sectors": [{"code": "S1", "name": "Affari generali", "manager": "Bruno Bassi"}, {"code": "S2", "name": "Personale"},
                    {"code": "S3", "name": "Senza obiettivi"}],
        "cascade": [{"code": "01.01.02", "title": "Digitalizzare gli archivi"}],
        "objectives": [
            {"code": "S1.00001", "lead": "S1", "sheet": archive,
             "holders": [{"sector": "S1", "holding": {"weighting": "weighted", "weight": 60}},
                         {"sector": "S2", "code": "S2.00007", "holding": {"weight": 95}}]},
            {"code": "S1.00002", "lead": "S1", "holders": [{"sector": "S1", "holding": {"weighting": "not_weighted"}}],
             "sheet": {"title": "Assistenza agli organi", "priority": "low", "year_number": 1, "year_count": 1,
                       "phases": [_phase("1", "Sedute", 100)]}},
            {"code": "SG.00001", "kind": "transversal", "lead": "SG",
             "holders": [{"sector": "S1", "holding": {"weight": 40}}, {"sector": "S2", "holding": {"weight": 5}}],
             "sheet": {"title": "Prevenzione della corruzione", "priority": "high", "year_number": 2, "year_count": 3}}],
        "measures": [{"sector": "S1", "measure": {"objective": "SG.00001", "id": str(n), "measure": "Pubblicare gli atti",
                                                  "deadline": "semestrale"}} for n in (1, 2, 3)],
    })


def declared(prefilled: dict) -> dict:
    """The interim return of S1 as the sector sends it back."""
    filled = documents.loads(documents.dumps(prefilled))
    first, second, _ = filled["objectives"]
    first["holding"] |= {"revision": {"weight": 50}, "reading": {"percent": Decimal("57.25"), "reason": "=1+1\n  - primo\n  - secondo"}}
    for phase, realised in zip(first["sheet"]["phases"], (100, 50, 0), strict=False):
        phase |= {"reading": {"realised": realised, "done": ("Atti e date della fase. " * 8 + "\n") * 20 + "."}}
    first["sheet"]["phases"][1] |= {"revision": {"weight": 30, "end_1": "2021-09-15"}}
    first["sheet"]["phases"][2]["revision"] = {"weight": Decimal("36.67")}
    first["sheet"]["results"][0]["reading"] = {"actual": 200}
    first["sheet"]["results"][1]["reading"] = {"actual": 4}
    first["sheet"].setdefault("reading", {})["narrative"] = "Nell’insieme 😀 _x0041_"
    second["holding"]["reading"] = {"percent": 80}
    for measure, percent in zip(filled["measures"], (100, 50, None), strict=True):
        measure |= {"revision": {"applicable": False}} if percent is None else {"reading": {"percent": percent}}
    filled["compilation"] = {"name": "Eva Fini"}
    return filled


@cache
def _settings() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory()


def converted(content: bytes, folder, to: str = "xlsx") -> bytes:
    """``content`` as LibreOffice opens, computes and saves it; its settings are made once for each process of the tests."""
    (folder / "form.xlsx").write_bytes(content)
    subprocess.run(["soffice", f"-env:UserInstallation={Path(_settings().name).as_uri()}", "--headless", "--convert-to", to,
                    "--outdir", folder / "out", folder / "form.xlsx"], check=True, capture_output=True)
    return (folder / "out" / f"form.{to}").read_bytes()
