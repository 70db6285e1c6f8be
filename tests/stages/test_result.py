"""The consolidated workbook: its sheets, its texts, its links, its limits."""

import re
import zipfile
from copy import deepcopy
from decimal import Decimal
from io import BytesIO

import first_shape
import openpyxl
import pytest
from looked_at import book_with
from openpyxl.utils import range_boundaries
from result_year import consolidated, content

from perfxl.model import documents, long_text
from perfxl.model.fields import extension_fields, objective_fields
from perfxl.model.texts import area
from perfxl.model.weigh import weigh
from perfxl.stages.consolidate import book as book_module
from perfxl.stages.consolidate import inline, records, rows
from perfxl.stages.consolidate import workbook as result
from perfxl.stages.consolidate.columns import field_key, is_story, revised_key
from perfxl.stages.consolidate.gantt import bars, months
from perfxl.stages.consolidate.links import file_link
from perfxl.stages.consolidate.origins import as_ranges
from perfxl.stages.consolidate.packaged import PackedWorkbook
from perfxl.stages.consolidate.plain_text import clean
from perfxl.stages.consolidate.view import View
from perfxl.stages.report import charts

SHEETS = ["Cruscotto", "Settori", "SG", "DG", *(f"S{n}" for n in range(1, 10)), "Valutazioni", "Richieste", "Considerazioni", "_elenchi", "Obiettivi", "Fasi", "Risultati", "Modifiche", "Letture", "Relazioni",
          "Misure", "Risorse", "Cascata", "Gantt", "Rilievi", "Fonti"]


def opened(document: dict, *titles: str, language: str = "it", extension: dict | None = None, values: bool = True):
    """The workbook of ``document`` with what stands in the sheets of these ``titles``; in all, where none is named."""
    made = result.write(document, language, extension)
    how = {"data_only": values, "rich_text": not values}
    return book_with(made, *titles, **how) if titles else openpyxl.load_workbook(BytesIO(made), **how)


def cells(sheet) -> list:
    return [c for row in sheet.iter_rows() for c in row if c.value is not None]


def find(sheet, value):
    """The first cell that holds ``value``."""
    return next(c for c in cells(sheet) if c.value == value)


@pytest.fixture(scope="module")
def final():
    return opened(consolidated())


def test_the_case_is_a_consolidated_document():
    assert list(documents.violations("consolidated", consolidated())) == []


@pytest.mark.parametrize("key", ["id", "text"])
def test_rows_without_what_they_must_have_are_shown_all_the_same(key):
    document = deepcopy(consolidated())
    rows = [item for o in document["content"]["objectives"] for name in ("phases", "results") for item in o.get("sheet", {}).get(name, ())]
    for item in rows:
        item.pop(key, None)
    book = opened(document, "Relazioni", "Letture")
    stories = {p["done"] for item in rows for p in item.get("readings", ()) if "done" in p}
    assert stories and stories <= {c.value for c in cells(book["Relazioni"])} | {c.value for c in cells(book["Letture"])}


def test_sheets_in_order(final):
    assert final.sheetnames == SHEETS


def test_english_is_complete():
    book = opened(consolidated(), language="en")
    assert book.sheetnames[0] == "Dashboard" and book.sheetnames[-1] == "Sources"
    italian = {m["it"] for m in area("result").values()} - {m["en"] for m in area("result").values()}
    shown = {c.value for ws in book for c in cells(ws) if isinstance(c.value, str)}
    assert shown & italian - {"Settore"} == set()


def test_texts_have_both_languages_and_the_same_placeholders():
    for key, message in area("result").items():
        assert set(message) == {"it", "en"}, key
        assert sorted(re.findall(r"{(\w+)}", message["it"])) == sorted(re.findall(r"{(\w+)}", message["en"])), key


def test_same_document_same_bytes():
    assert result.write(consolidated()) == result.write(consolidated())


@pytest.mark.parametrize(("sector", "interim", "final_"), [("DG", 0.977, 1), ("S2", 0.8235, 0.94), ("S3", 0.82, 1), ("S9", 0.8001, 0.9966)])
def test_sector_sheet_carries_the_printed_totals(final, sector, interim, final_):
    total = find(final[sector], area("result")["total"]["it"]).row
    assert [final[sector].cell(total, c).value for c in (3, 6, 8)] == [1, interim, final_]
    assert [final[sector].cell(total + 1, c).value for c in (6, 8)] == [1, 1]


def test_summary_sheets_refer_to_the_sector_sheet():
    book = opened(consolidated(), "S2", "Settori", "Cruscotto", "Obiettivi", "Cascata", values=False)
    total = find(book["S2"], area("result")["total"]["it"]).row
    assert book["S2"].cell(total, 8).value.startswith("=IF(SUMPRODUCT(")
    sectors = [c.value for c in book["Settori"]["Q"] if isinstance(c.value, str) and "'S2'!" in c.value]
    assert sectors == [f"='S2'!$H${total}"]
    for name in ("Cruscotto", "Obiettivi", "Cascata"):
        assert any(re.search(r"'(Settori|S2)'!\$", str(c.value)) for c in cells(book[name])), name


def test_no_formula_beyond_what_libreoffice_computes():
    book = opened(consolidated(), values=False)
    found = [c.value for ws in book for c in cells(ws) if c.data_type == "f"]
    assert not [f for f in found if re.search(r"XLOOKUP|FILTER|LET\(|\$?[A-Z]+:\$?[A-Z]+(?!\d)", f)]
    assert max(map(len, found)) < 8000


def test_footnotes_follow_their_marks(final):
    titles = {c.value.split("  ")[0]: c.value for c in final["S3"]["A"] if isinstance(c.value, str) and "  " in c.value}
    notes = [c.value for c in final["S3"]["A"] if isinstance(c.value, str) and c.value.startswith("*")]
    assert titles["S3.00004"].endswith(" *") and titles["S3.00009"].endswith(" **") and not titles["S3.00001"].endswith("*")
    assert [n.split()[0] for n in notes] == ["*", "**"]
    assert "S3.00012" in notes[1]
    assert [c.value for c in final["SG"]["A"] if str(c.value).startswith("* ")] == [f"* {area('result')['note_not_weighted']['it']}"]


def test_evaluated_outcome_is_explained_on_the_sector_sheet(final):
    assert any("riconosciuto 90,00%" in str(c.value) and "fase" in c.value for c in cells(final["S6"]))


def test_closing_sentence_states_outcome_and_denominator(final):
    said = [c.value for c in cells(final["S1"]) if isinstance(c.value, str) and "raggiunto i propri obiettivi" in c.value]
    assert [re.findall(r"\d+,\d\d%", s) for s in said] == [["57,25%", "100,00%"], ["100,00%", "100,00%"]]


def test_revised_stands_beside_approved_in_its_colour():
    with zipfile.ZipFile(BytesIO(result.write(consolidated()))) as zipped:
        sheet = zipped.read(f"xl/worksheets/sheet{SHEETS.index('S3') + 1}.xml").decode()
    runs = re.findall(r"<r>(<rPr>(?:(?!</r>).)*</rPr>)<t[^>]*>(10,00%| 0,00%)</t></r>", sheet)
    assert [(re.search(r'rgb="(\w+)"', look)[1], "<strike/>" in look, text) for look, text in runs] == \
        [("FF000000", True, "10,00%"), ("FF0033CC", False, " 0,00%")]


def test_moments_colour_the_columns(final):
    header = next(r for r in final["Obiettivi"].iter_rows() if r[0].value == "Obiettivo")
    by_title = {c.value: c.column for c in header}
    row = next(r for r in range(header[0].row + 1, 99) if final["Obiettivi"].cell(r, by_title["Titolo modificato"]).value)
    colours = [final["Obiettivi"].cell(row, by_title[t]).font.color.rgb for t in ("Titolo", "Titolo modificato", "Dichiarato · consuntivo")]
    assert colours == ["FF000000", "FF0033CC", "FF00702E"]


def test_plan_round_has_no_outcomes():
    book = opened(consolidated("plan"), "Cruscotto", "Settori", "S1", "Cascata")
    assert "Gantt" in book.sheetnames
    assert not [c for ws in book for c in cells(ws) if "onsuntivo" in str(c.value) and ws.title in ("Cruscotto", "Settori", "S1", "Cascata")]
    assert book["Cruscotto"]._charts == []


@pytest.mark.parametrize("round", ("interim", "final"))
def test_weight_against_outcome_is_a_chart_of_excel_on_the_counted_objectives(round):
    given = consolidated(round)
    book = opened(given, "Cruscotto")
    sheet, chart = book["Cruscotto"], next(c for c in book["Cruscotto"]._charts if c.tagname == "scatterChart")
    whole, *names = chart.series
    ranges = [re.findall(r"\$([A-Z]+)\$(\d+)", source.numRef.f) for source in (whole.xVal, whole.yVal)]
    x, y = ([sheet[f"{column}{n}"].value for n in range(int(first), int(last) + 1)] for (column, first), (_, last) in ranges)
    told = sorted((float(Decimal(o["weight"]) / 100), float(Decimal(o["value"]) / 100)) for o in given["outcomes"][round]["objectives"] if o["counted"])
    assert sorted(pair for pair in zip(x, y, strict=True) if pair != (None, None)) == told and len(told) > 50
    codes = [sheet[s.tx.strRef.f.partition("!")[2].replace("$", "")].value for s in names]
    lost = {c: v for v, c in sorted((Decimal(o["weight"]) * (100 - Decimal(o["value"])), o["objective"]) for o in given["outcomes"][round]["objectives"]
                                    if o["counted"])}
    assert len(names) == 8 and [lost[c] for c in codes if c] == sorted((v for v in lost.values() if v), reverse=True)[:8]


def test_the_sector_that_leads_speaks_for_the_status_of_a_direction():
    given = deepcopy(consolidated())
    for o in given["content"]["objectives"]:
        o["holders"] = [{"sector": "S9", "holding": {}}, *o["holders"]] if o["lead"] != "S9" else o["holders"]
    given["outcomes"] = weigh(given["content"], "final")
    rows_ = [[c.value for c in row] for row in opened(given, "Cruscotto")["Cruscotto"].iter_rows()]
    start = next(n for n, row in enumerate(rows_) if "Raggiunto" in row)
    told = [row[rows_[start].index("Raggiunto")] for row in rows_[start + 1: start + 4]]
    assert told == [counted["achieved"] for *_, counted in charts.directions(View(given))]
    leads = {o["code"]: o["lead"] for o in given["content"]["objectives"]}
    speaking = [o["status"] for o in given["outcomes"]["final"]["objectives"] if o["sector"] == leads[o["objective"]]]
    assert sum(told) == speaking.count("achieved") and len(speaking) == len(leads)


def test_interim_round_has_one_outcome():
    book = opened(consolidated("interim"), "S1")
    total = find(book["S1"], area("result")["total"]["it"]).row
    assert book["S1"].cell(total, 6).value == 0.5725
    assert "final" not in " ".join(c.key for c in rows.sectors(View(consolidated("interim"))).columns)


def test_charts_show_cells_that_exist(final):
    with zipfile.ZipFile(BytesIO(result.write(consolidated()))) as zipped:
        charts = [zipped.read(n).decode() for n in zipped.namelist() if n.startswith("xl/charts/chart")]
    bars = [chart for chart in charts if "<c:barChart>" in chart]
    references = [r for chart in bars for r in re.findall(r"<c:f>(.*?)</c:f>", chart)]
    assert len(bars) == len(charts) - 2 == 2 and len(references) >= 10
    assert all('<c:min val="0"/>' in bar for bar in bars)  # a bar that does not begin at 0 tells another proportion
    for reference in references:
        sheet, _, area_ = reference.partition("!")
        left, top, right, bottom = range_boundaries(area_.replace("$", ""))
        values = [final[sheet.strip("'")].cell(r, c).value for r in range(top, bottom + 1) for c in range(left, right + 1)]
        assert None not in values, reference
    assert all("<c:numCache>" in chart for chart in charts)


def test_findings_open_the_returned_file_at_the_cell(final):
    links = {c.value: (c.hyperlink.target.replace("\\", "/"), c.hyperlink.location) for c in cells(final["Rilievi"])
             if c.hyperlink and c.column_letter == "E"}
    assert links["C11"] == ("../../ricevute/final/scheda%20di%20S1.xlsx", "'S1.00001'!C11")
    assert [c.value for c in final["Rilievi"]["A"][4:]] == ["Errore", "Avviso", "Avviso", "Nota"]
    assert final["Rilievi"].auto_filter.ref.startswith("A4:")


@pytest.mark.parametrize("file", ["../fuori.xlsx", "/etc/passwd", "C:/x.xlsx", "ricevute/a/../../x.xlsx", "ricevute/x.exe", "",
                                  "ricevute\\x.xlsx", "http://x/y.xlsx", "//host/x.xlsx", "ricevute/" + "x" * 400 + ".xlsx"])
def test_links_never_leave_the_campaign(file):
    assert file_link(file, "S", "A1") is None


def test_links_keep_awkward_names():
    assert file_link("ricevute/final/50% à#1.xlsx", "L'altro #1", "B2") == \
        "external:../../ricevute/final/50%25%20%C3%A0%231.xlsx#'L''altro #1'!B2"


def test_too_many_links_become_text(monkeypatch):
    monkeypatch.setattr(book_module, "LINKS_A_SHEET", 2)
    book = opened(consolidated(), "Rilievi")
    assert sum(c.hyperlink is not None for c in cells(book["Rilievi"])) == 2
    assert len([c for c in book["Rilievi"]["A"][4:] if c.value]) == 4


HOSTILE = ["=1+1", "=HYPERLINK(\"http://x\")", "+39 059", "-1", "@SUM(A1)", "'a", "http://esempio.it", "12,5", "007", "a\x07b", "_x0041_",
           "  spazi  ", "riga\nriga", "<b>&amp;</b>", "{=1}", "𝒳" * 200]


def test_text_stays_text():
    given = content()
    for n, text in enumerate(HOSTILE):
        sheet = given["objectives"][n]["sheet"]
        sheet["purpose"] = sheet["title"] = sheet["phases"][0]["text"] = text
    given["sectors"][1]["name"] = given["sectors"][2]["manager"] = HOSTILE[0]
    book = opened(consolidated("final", given), values=False)
    for text in HOSTILE:
        shown = {clean(text), clean(text).replace("_x0041_", "_x005F_x0041_")}  # openpyxl does not always undo Excel's escape
        found = [c for name in ("Obiettivi", "Fasi") for c in cells(book[name]) if str(c.value) in shown]
        assert len(found) >= 3, text
        assert not [c for c in found if c.data_type in "fn"], text
    starts = {str(c.value).split("(")[0] for ws in book for c in cells(ws) if c.data_type == "f"}
    assert not starts & {"=1+1", "=HYPERLINK", "+39 059", "-1"}
    assert all(c.hyperlink is None or (c.hyperlink.target or "").startswith("..") or c.hyperlink.location for ws in book for c in cells(ws))


def test_narrative_continues_in_rows_and_joins_exactly(final):
    document = consolidated()
    document["content"]["objectives"][0]["sheet"]["readings"][-1]["narrative"] = wanted = "\n\n".join(f"• voce {n}: " + "à" * (n % 300) for n in range(240))[:40_000]
    document["content"]["objectives"][1]["sheet"]["readings"][-1]["narrative"] = solid = "𝒳" * 33_000
    sheet = opened(document, "Relazioni")["Relazioni"]
    for code, text in (("SG.00001", wanted), ("DG.00001", solid)):
        pieces = [r[6].value for r in sheet.iter_rows(min_row=5) if r[0].value == code and (r[2].value, r[3].value) == ("Consuntivo", "Racconto della tornata")]
        assert len(pieces) > 1 and long_text.join(pieces) == text
        assert all(len(p.encode("utf-16-le")) // 2 <= 32_767 for p in pieces)


def test_nothing_of_the_content_is_lost(final):
    """Every value of every objective, measure, request and answer is somewhere in the workbook."""
    shown = "\n".join(str(c.value) for ws in final for c in cells(ws))
    numbers = {round(c.value, 10) for ws in final for c in cells(ws) if isinstance(c.value, int | float)}
    labels = {v for f in objective_fields() for g in (f, *f.items) for v in g.labels("it")} | {"ordinary", "transversal"}
    found = content()
    lost = []

    def look(value, path):
        if isinstance(value, dict):
            for key, part in value.items():
                look(part, (*path, key))
        elif isinstance(value, list):
            for n, part in enumerate(value):
                look(part, (*path, n))
        elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            if not {round(float(value), 10), round(float(value) / 100, 10)} & numbers and f"{value},00%" not in shown:
                lost.append((path, value))
        elif isinstance(value, str) and value not in labels and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            if not all(line in shown for line in value.split("\n")) and value not in ("interim", "final", "equal"):
                lost.append((path, value))

    for part in ("objectives", "measures", "requests", "considerations", "evaluations", "cascade", "sectors"):
        look(found[part], (part,))
    assert lost == []


def test_every_field_of_the_form_has_a_column():
    view = View(consolidated())
    single = {c.key for c in rows.objectives(view).columns}
    for f in objective_fields():
        if f.path[0] not in ("holding", "sheet") or f.shows_in_force:
            continue
        if f.cell == "table" and f.key.startswith("responsibles"):
            assert f.key in single
        elif f.cell == "table":
            columns = {c.key for t in (rows.phases(view), rows.results(view), rows.money(view)) for c in t.columns}
            assert {g.key for g in f.items if not is_story(g) and not (g.reading or g.shows_in_force)} - {"result"} <= columns, f.key
            assert all(any(key.endswith(f"_{g.key}") for key in columns) for g in f.items if g.reading and not is_story(g)), f.key
        else:
            assert is_story(f) or (revised_key(f.key) if f.revision else field_key(f)) in single \
                or f.reading and any(key.endswith(f"_{f.key}") for key in single), f.path


EXTENSION = {"properties": {"cig": {"title": "Codice gara", "type": "string"}, "risk": {"title": "Rischio", "type": "number"},
                            "memo": {"title": "Memoria", "type": "string"}, "green": {"title": "Verde", "type": "boolean"}}}


def test_fields_of_the_body_become_columns():
    given = content()
    memo = "Memoria lunga. " * 900
    given["objectives"][1]["sheet"]["extension"] = {"cig": "=AB12", "risk": Decimal("2.5"), "memo": memo, "green": False}
    book = opened(consolidated("final", given), "Obiettivi", "Relazioni", extension=EXTENSION)
    header = {c.value: c.column for c in book["Obiettivi"][4]}
    row = next(r[0].row for r in book["Obiettivi"].iter_rows(min_row=5) if r[0].value == "DG.00001")
    assert [book["Obiettivi"].cell(row, header[t]).value for t in ("Codice gara", "Rischio", "Verde")] == ["=AB12", 2.5, "No"]
    assert "Relazioni" in book["Obiettivi"].cell(row, header["Memoria"]).value
    pieces = [r[6].value for r in book["Relazioni"].iter_rows(min_row=5) if r[3].value == "Memoria"]
    assert long_text.join(pieces) == memo
    assert {f.key for f in extension_fields(EXTENSION)} == set(EXTENSION["properties"])


def test_sector_codes_that_look_like_other_things():
    given = content()
    for n, code in enumerate(("FONTI", "GANTT", "R1C1")):
        given["sectors"].append({"code": code, "name": f"Settore {n}"})
    names = opened(consolidated("final", given), "Fonti").sheetnames
    assert len({n.casefold() for n in names}) == len(names)
    assert "FONTI (2)" in names and "Fonti" in names and "R1C1" in names


def test_lines_that_nobody_realises_are_marked(final):
    marked = {r[0].value for r in final["Cascata"].iter_rows(min_row=5) if r[0].fill.fgColor.rgb == "FFFFE9B8"}
    assert marked == {"01.02", "01.02.01", "01.02.02"}
    assert {r.values["line"] for r in records.cascade(View(consolidated())) if not r.values["realised"]} == marked


def test_objective_under_no_line_is_still_in_the_tree():
    given = content()
    given["objectives"][2]["sheet"]["strategic_lines"] = ["09.09.09"]
    del given["objectives"][3]["sheet"]["strategic_lines"]
    nodes = records.tree(View(consolidated("final", given)))
    assert nodes[-1].line is None
    assert [h.objective.code for h in nodes[-1].leaves] == ["DG.00002", "DG.00003", "DG.00003"]


def test_sources_name_the_cells_behind_each_row(final):
    sheet = final["Fonti"]
    row = next(r for r in sheet.iter_rows() if r[0].value == "S1.00001 · fase 1")
    assert [c.value for c in row[1:4]] == ["ricevute/final/S1.xlsx", "S1.00001!C21:D21", "Fasi"]
    assert final["Fasi"].cell(row[4].value, 1).value == "S1.00001"
    assert row[2].hyperlink.location == "'S1.00001'!C21"
    assert find(sheet, "ab" * 32)


def test_every_row_of_a_list_leads_to_a_cell_or_to_what_it_is_part_of(final):
    told = next(r for r in final["Relazioni"].iter_rows(min_row=5) if (r[0].value, r[2].value, r[3].value, r[4].value) ==
                ("S1.00001", "Consuntivo", "Che cosa è stato fatto", "3-bis"))
    assert (told[7].value, told[7].hyperlink.location) == ("S1.00001!C23", "'S1.00001'!C23")
    for name in ("Obiettivi", "Fasi", "Risultati", "Risorse"):
        assert all(r[-1].hyperlink for r in final[name].iter_rows(min_row=5)), name


def test_every_origin_of_a_row_leads_to_that_row(final):
    rows_ = [r for r in final["Fonti"].iter_rows() if r[4].value is not None and isinstance(r[4].value, int)][1:]
    for r in rows_:
        if r[3].value in SHEETS:
            assert final[r[3].value].cell(r[4].value, 1).value == r[0].value.split(" · ")[0]


def test_neighbouring_cells_become_ranges():
    assert as_ranges(["C3", "B3", "D3", "F3", "AA10", "Z10", "B60:B71", "C3"]) == "B3:D3, F3, Z10:AA10, B60:B71"


def ym(*pairs):
    return {(2021 + y, m) for y, *ms in pairs for m in ms}


@pytest.mark.parametrize(("dates", "found"), [
    ({"start_1": "2021-02-03", "end_1": "2021-04-30"}, ym((0, 2, 3, 4))),
    ({"start_1": "2021-11-01", "end_2": "2022-02-10"}, ym((0, 11, 12), (1, 1, 2))),
    ({"start_1": "2021-11-01"}, ym((0, 11, 12))),
    ({"end_1": "2021-02-01"}, ym((0, 1, 2))),
    ({"start_1": "2021-05-01", "end_1": "2021-02-01"}, set()),
    ({"start_1": "2020-11-01", "end_1": "2021-01-15"}, ym((0, 1))),
    ({"start_1": "2021-11-01", "start_2": "2022-03-01", "end_2": "2022-03-31"}, ym((0, 11, 12), (1, 3))),
    ({"start_1": "2021-02-31", "end_1": "2021-03-01"}, ym((0, 1, 2, 3))),
    ({"start_3": "2023-12-01", "end_3": "2199-12-31"}, ym((2, 12))),
    ({}, set()),
])
def test_months_of_a_phase(dates, found):
    assert months(dates, {"year": 2021}, None) == found


@pytest.mark.parametrize(("start", "dates", "found"), [
    ("2021-04-01", {"start_1": "2021-11-01"}, ym((0, 11, 12), (1, 1, 2, 3))),
    ("2021-04-01", {"end_1": "2022-01-10"}, ym((0, *range(4, 13)), (1, 1))),
    ("2021-04-01", {"start_3": "2023-10-01", "end_3": "2024-03-31"}, ym((2, 10, 11, 12), (3, 1, 2, 3))),
    ("2021-04-01", {"start_1": "2021-01-01", "end_1": "2021-05-31"}, ym((0, 4, 5))),
    ("2021-09-15", {"start_1": "2022-08-01"}, ym((1, 8, 9))),
    ("2020-09-01", {"end_1": "2021-02-01"}, ym((-1, 9, 10, 11, 12), (0, 1, 2)))])
def test_months_of_a_phase_are_of_the_plans_own_year(start, dates, found):
    assert months(dates, {"year": 2021, "start": start}, None) == found


def test_bars_tell_approved_from_revised():
    phase = {"start_1": "2021-03-01", "end_1": "2021-05-31", "start_1_revised": "2021-05-01", "end_1_revised": "2021-06-30"}
    phase, at = first_shape.item(phase), first_shape.at("interim")
    assert {m: kind for (_, m), kind in bars(phase, {"year": 2021}, at).items()} == {3: "dropped", 4: "dropped", 5: "both", 6: "revised"}
    assert set(bars({k: v for k, v in phase.items() if k != "revisions"}, {"year": 2021}, at).values()) == {"approved"}


def test_smallest_document():
    given = {k: v for k, v in content().items() if k in ("schema", "year", "body", "rounds")} | {"sectors": [{"code": "S1", "name": "Uno"}]}
    for round in ("plan", "interim", "final"):
        document = {**consolidated(round, given), "findings": [], "places": [], "sources": [], "returned": [], "missing": ["S1"]}
        book = opened(document, "Rilievi", "S1")
        assert book["Rilievi"]["A5"].value == area("result")["no_findings"]["it"]
        assert book["S1"]["A7"].value == area("result")["no_objectives"]["it"]


def test_the_document_is_not_changed():
    document = consolidated()
    before = deepcopy(document)
    result.write(document)
    assert document == before


def test_a_run_that_fails_leaves_nothing_behind(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    document = consolidated()
    document["findings"][0]["severity"] = "none such"
    with pytest.raises(ValueError):
        result.write(document)
    assert list(tmp_path.iterdir()) == []


def test_rows_that_went_to_disk_are_those_that_stayed_in_memory(monkeypatch):
    whole = result.write(consolidated())
    monkeypatch.setattr(inline, "IN_MEMORY", 100)
    assert result.write(consolidated()) == whole


def test_a_sheet_that_is_whole_is_not_written_in_again():
    book = PackedWorkbook()
    look = book.add_format({"bold": True})
    first, second = (book.add_worksheet(name, inline.PlainSheet) for name in "ab")
    for sheet in (first, second):
        sheet.put_text(0, 0, "x", look)
        sheet.put_text(1, 0, "y", look)
    with pytest.raises(ValueError, match="row 0"):
        second.put_text(0, 1, "z", look)
    second.finish()
    with pytest.raises(ValueError, match="row 0"):
        second.put_text(0, 1, "z", look)
    assert openpyxl.load_workbook(BytesIO(book.packed()))["b"]["A2"].value == "y"
