"""No generated formula passes what Excel takes of one, however large the campaign and whatever words are in it."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from types import SimpleNamespace

import openpyxl
import pytest
from campaigns import consolidated
from lxml import etree

from perfxl.model.documents import dumps, loads
from perfxl.model.weigh import weigh
from perfxl.stages import issue
from perfxl.stages.consolidate import workbook as result
from perfxl.stages.consolidate.formulas import literal
from perfxl.workbook.formulas.compiling import compiled

LENGTH, LEVELS, ARGUMENTS, TEXT, VALIDATION = 8192, 64, 255, 255, 255
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PIECE = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|[(),{}]')


@dataclass(frozen=True)
class Measured:
    """Where a formula stands, its signs, its levels of functions, its most arguments, the signs of its longest text."""

    place: str
    length: int
    levels: int
    arguments: int
    text: int

    def beyond(self) -> list[str]:
        """The limits that it passes."""
        most = VALIDATION if self.place.startswith("validation") else LENGTH
        return [name for name, found, limit in (("length", self.length, most), ("levels", self.levels, LEVELS), ("arguments", self.arguments, ARGUMENTS),
                                                ("text", self.text, TEXT)) if found > limit]


def measure(place: str, formula: str) -> Measured:
    """The size of ``formula`` (without =) by what Excel counts."""
    levels, arguments, text, open_ = 0, 1, 0, []
    for piece in _PIECE.findall(formula):
        if piece[0] in "\"'":
            text = max(text, len(piece[1:-1].replace('""', '"')) if piece[0] == '"' else 0)
        elif piece in "({":
            open_.append(1)
            levels = max(levels, len(open_))
        elif piece in ")}":
            open_.pop()
        elif open_:
            open_[-1] += 1
            arguments = max(arguments, open_[-1])
    return Measured(place, len(formula), levels=levels, arguments=arguments, text=text)


def formulas(book: bytes) -> Iterator[tuple[str, str]]:
    """(kind and place, formula) of every formula of a workbook: in cells, validations, conditional formats and defined names.

    Parentheses that only group count as a level too: what is within the limit so is within it.
    """
    with zipfile.ZipFile(BytesIO(book)) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/sheet"):
                sheet = name.rpartition("/")[2]
                for _, node in etree.iterparse(BytesIO(parts.read(name)), tag=[_MAIN + t for t in ("c", "formula1", "formula2", "formula", "conditionalFormatting")]):
                    kind = node.tag.removeprefix(_MAIN)
                    if kind == "c":
                        told = node.findtext(_MAIN + "f")
                        if told:
                            yield f"cell {sheet}!{node.get('r')}", told
                        node.clear()
                    elif kind.startswith("formula") and node.text:
                        yield f"{'validation' if kind[-1].isdigit() else 'format'} {sheet}", node.text
            elif name == "xl/workbook.xml":
                for node in etree.fromstring(parts.read(name)).iter(_MAIN + "definedName"):
                    yield f"name {node.get('name')}", node.text or ""


def sizes(book: bytes) -> list[Measured]:
    """Every formula of ``book``, measured."""
    return [measure(place, formula) for place, formula in formulas(book)]


def campaign(objectives: int, sectors: int = 1, *, monitorings: int = 12, items: int = 0, entities: int = 0, measures: int = 0, **more) -> dict:
    """A plan of so many objectives, sectors and monitorings, each objective with ``items`` phases and results."""
    rounds = [{"id": "plan", "kind": "plan"}, *({"id": f"m{k:02d}", "kind": "monitoring", "reference_date": f"2026-{k:02d}-28"} for k in range(1, monitorings + 1)),
              {"id": "final", "kind": "final", "reference_date": "2026-12-31"}]

    def told(**values):
        return {"readings": [{"round": r["id"], **values} for r in rounds[1:]]}

    codes = [f"DIREZIONE-GENERALE{n:02d}"[:20] for n in range(sectors)] if sectors > 1 else ["S1"]
    made = []
    for k in range(objectives):
        sheet = {"title": f"Obiettivo {k}", "strategic_lines": ["01.01"]}
        sheet |= {"phases": [{"id": str(n), "text": "Fase", "weight": 1, **told(realised=50)} for n in range(items)],
                  "results": [{"id": str(n), "text": "Risultato", "weight": 1, **told(actual=5), **({"target": 10} if n else {})} for n in range(items)],
                  "entities": [{"result": "0", "entity": f"Comune {n}", "target": 10, **told(actual=5)} for n in range(entities)]} if items else {}
        lead = codes[k % sectors]
        kind, holders = ("transversal", ["S2", lead]) if measures else ("ordinary", [lead])
        made.append({"code": f"{lead[:10]}.{k:05d}", "lead": holders[0], "kind": kind, "sheet": sheet,
                     "holders": [{"sector": s, "holding": {"weight": 1, **told(percent=50)}} for s in holders]})
    content = {"schema": "perfxl/plan/2", "year": 2026, "body": {"code": "UNI", "name": "Ente di Prova"}, "rules": {"light_green": 60, "light_amber": 30},
               "rounds": rounds, "sectors": [{"code": c, "name": c} for c in (*codes, *(("S2",) if measures else ()))],
               "cascade": [{"code": "01", "title": "Linea"}, {"code": "01.01", "title": "Linea"}], "objectives": made, "evaluations": [],
               "measures": [{"sector": "S1", "measure": {"objective": o["code"], "id": str(n), "measure": "Misura", **told(percent=70)}} for o in made for n in range(measures)]}
    return loads(dumps({**content, **more}))


def longest(book: bytes) -> int:
    found = sizes(book)
    assert len(found) > 20 and [(m.place, m.beyond()) for m in found if m.beyond()] == []
    return max(m.length for m in found)


def written(content: dict) -> bytes:
    return result.write(consolidated("final", content, weigh(content, "final")))


def test_a_formula_is_measured_as_excel_counts_it():
    assert measure("x", 'IF(SUM(A1,B1,"a,(b""c"),{1,2},0)').__dict__ == {"place": "x", "length": 32, "levels": 2, "arguments": 3, "text": 6}
    assert measure("x", "SUM(" + ",".join(["1"] * 256) + ")").beyond() == ["arguments"]
    assert measure("x", "ABS(" * 65 + ")" * 65).beyond() == ["levels"]
    assert measure("x", '"' + "a" * 256 + '"').beyond() == ["text"] and measure("validation x", "A" * 256).beyond() == ["length"]


@pytest.mark.parametrize("text", ["", "breve", 'con "virgolette"', "a" * 1000, '"' * 400, "🙂" * 200, '" & HYPERLINK("http://x.example","y") & "'])
def test_any_text_stands_in_a_formula_as_itself(text):
    assert not measure("x", literal(text)).beyond()
    assert compiled(literal(text) + '&""')(SimpleNamespace(comma=True), None) == text


def test_the_formulas_of_the_result_do_not_grow_with_the_campaign():
    few, many = longest(written(campaign(4, 2, monitorings=1))), longest(written(campaign(160, 2, monitorings=1)))
    assert many < few + 40 < LENGTH / 4  # what grows are the digits of addresses


def test_a_year_of_twelve_monitorings_with_sectors_without_weight_and_quotes_in_names_stays_within_the_limits():
    content = campaign(14, 14, rules={"body_mean": "weighted", "missing": "last_known", "light_green": 60, "light_amber": 30})
    content["sectors"][0]["weight"] = 1
    for r in content["rounds"]:
        r["name"] = f'Tornata "{r["id"]}" ' + "y" * 40
    book = written(content)
    longest(book)
    assert max(m.levels for m in sizes(book)) < LEVELS / 2
    first = next(s for s in openpyxl.load_workbook(BytesIO(book)).worksheets)
    for formula in (c.value[1:] for row in first.iter_rows() for c in row if c.data_type == "f"):
        compiled(formula)  # a quote in a name ends no text
    notes = [c.value for c in openpyxl.load_workbook(BytesIO(book), data_only=True).worksheets[0][6] if "senza il peso" in str(c.value)]
    assert [n.count("DIREZIONE") for n in notes] == [8, 8]


def test_the_formulas_of_a_form_with_more_rows_than_usual_stay_within_the_limits():
    content = campaign(1, items=20, entities=30, measures=45, monitorings=1)
    assert longest(issue.issue(issue.returns(content, "final")["S2"], content, None, "it")) < LENGTH * 3 / 4  # what lies between is for words longer than these
