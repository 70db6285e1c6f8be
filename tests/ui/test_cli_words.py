"""What the command line says when it is called wrongly: what is the matter, what to do, exit code 2."""

import io
import re
from datetime import date

import pytest

from perfxl.model.findings import Finding, Place
from perfxl.ui import cli, screen


def said(capsys, *arguments) -> tuple[int, str]:
    code = cli.main([str(a) for a in arguments])
    captured = capsys.readouterr()
    assert not captured.out
    return code, captured.err


@pytest.mark.parametrize("command", ("consolidate", "issue", "resolve"))
def test_a_folder_that_is_no_campaign(tmp_path, capsys, command):
    missing = tmp_path / "città di prova"
    code, words = said(capsys, command, missing, "--round", "interim")
    assert code == 2 and f'perfxl new "{missing}"' in words
    assert not missing.exists()


def test_a_folder_without_files_is_not_clean(tmp_path, capsys):
    code, words = said(capsys, "check", tmp_path)
    assert code == 2 and str(tmp_path) in words


def test_a_complaint_of_the_system_is_in_the_language_asked_for(tmp_path, capsys):
    assert "è una cartella" in said(capsys, "read", tmp_path)[1]
    assert "it is a folder" in said(capsys, "read", tmp_path, "--lang", "en")[1]
    assert "non esiste" in said(capsys, "read", tmp_path / "S1.xlsx")[1]


@pytest.mark.parametrize("room", (200, 64, 40, 12))
def test_a_table_fits_and_breaks_no_word_while_there_is_room(room):
    columns = [["Settore", "S2 Personale e Organizzazione", "S8 Pianificazione"], ["Emessa", "n. 1, 30/11/2026"], ["Avvisi", ""], ["", ""]]
    widths = screen.column_widths(columns, room)
    if room < 40:
        assert widths is None
        return
    assert sum(widths) <= room and min(widths) >= 1
    if room == 200:
        assert widths == [29, 16, 6, 1]
    else:
        assert all(len(word) <= width for column, width in zip(columns, widths, strict=True) for text in column for word in text.split())
    assert screen.column_widths([], room) == []


class Terminal(io.StringIO):
    """What a terminal of 80 columns is shown."""

    def isatty(self) -> bool:
        return True

    def lines(self) -> list[str]:
        return re.sub(r"\x1b\[[\d;]*m", "", self.getvalue()).splitlines()


def test_no_table_breaks_a_word_that_fits_in_80_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    headings = ["Settore", "Stato", "Scheda", "Invio", "Restituita", "Ritardo", "Errori", "Avvisi", "Note", "Domande"]
    cells = ["S2 Personale e Organizzazione", "ricevuta in ritardo", "n. 2 il 30/09/2021", "consegnata", "1 versione, 18/10/2021 (prot. 12345/2021)", "3", "2",
             "14", "1", "5"]
    wide = ["ricevute/consuntivo/relazione-del-settore-personale-e-organizzazione-definitiva.xlsx", "presa"]
    for names, row in ((headings, cells), (headings[:3], cells[:3]), (headings[:2], wide), (headings[:1], cells[:1])):
        shown = Terminal()
        screen.show_table(names, [row], shown)
        lines = shown.lines()
        assert max(map(len, lines)) <= 80
        assert not [w for cell in row for w in cell.split() if len(w) <= 76 and not any(w in line for line in lines)], shown.getvalue()


def test_the_place_of_a_finding_is_broken_at_its_folders_alone(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    shown = Terminal()
    finding = Finding("OUTC01", Place("ricevute/consuntivo/Settore-8-definitiva.xlsx", "S8.00001", "C12"), field={"it": "Esito dichiarato"}, sector="S8")
    screen.show_findings([finding], "it", shown)
    lines = shown.lines()
    assert max(map(len, lines)) <= 80
    assert all(any(part in line for line in lines) for part in ("ricevute/consuntivo", "/Settore-8-definitiva.xlsx", "S8.00001", "C12", "dichiarato"))


@pytest.mark.parametrize("given", ("2021-06-30", "30/06/2021"))
def test_the_day_of_an_act_is_written_either_way(given):
    asked = cli.parser("it").parse_args(["approve", "c", "--round", "interim", "--act", "DG n. 86", "--date", given])
    assert asked.date == date(2021, 6, 30)


def test_a_day_that_does_not_exist_is_refused_in_words(capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["approve", "c", "--round", "interim", "--act", "DG n. 86", "--date", "31/06/2021"])
    assert stopped.value.code == 2 and "«31/06/2021»" in capsys.readouterr().err
