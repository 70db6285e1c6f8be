"""The programs that open a form, type into it and save it."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from matrix import Saver

SYSTEM_PYTHON = "/usr/bin/python3"  # the one that LibreOffice's UNO is installed for
PHP = "phpoffice/phpspreadsheet"
#: Its own version where composer knows it; else that of the series.
_PHP_VERSION = """require $argv[1]; class_exists("PhpOffice\\PhpSpreadsheet\\IOFactory") or exit(1);
echo class_exists("Composer\\InstalledVersions") ? ltrim(Composer\\InstalledVersions::getPrettyVersion("phpoffice/phpspreadsheet"), "v") : "5";"""
NPM = {"exceljs": "4", "xlsx": "0.18", "xlsx-populate": "1"}


def savers(folder: Path) -> Iterator[Saver]:
    """Every program that is there."""
    yield from in_python()
    for there, found in ((shutil.which("soffice"), partial(_office, folder)), (shutil.which("ssconvert"), _gnumeric),
                         (shutil.which("npm"), partial(_node, folder)), (shutil.which("Rscript"), _r),
                         (shutil.which("composer"), partial(_php, folder)),
                         (shutil.which("calligraconverter"), partial(_calligra, folder))):
        if there:
            yield from found()
        else:
            print(f"not there: {found}", file=sys.stderr)


def in_python() -> Iterator[Saver]:
    """The libraries that are always there."""
    import openpyxl
    import pandas

    yield Saver(f"openpyxl {openpyxl.__version__}", ".xlsx", _openpyxl)
    yield Saver(f"pandas {pandas.__version__} (to_excel)", ".xlsx", _pandas)
    yield Saver("fogli copiati in una cartella nuova · sheets copied into a new workbook", ".xlsx", _copied)


def _openpyxl(source: Path, made: Path, sheet: str, cell: str, text: str | None) -> None:
    import openpyxl

    book = openpyxl.load_workbook(source)
    if text:
        book[sheet][cell] = text
    book.save(made)


def _pandas(source: Path, made: Path, sheet: str, cell: str, text: str | None) -> None:
    import pandas

    frames = pandas.read_excel(io.BytesIO(source.read_bytes()), sheet_name=None, header=None, engine="openpyxl")
    if text:
        letters, row = re.fullmatch(r"([A-Z])(\d+)", cell).groups()
        frame = frames[sheet].astype(object)
        frame.iat[int(row) - 1, ord(letters) - 65] = text
        frames[sheet] = frame
    with pandas.ExcelWriter(made, engine="openpyxl") as writer:
        for name, frame in frames.items():
            frame.to_excel(writer, sheet_name=name, header=False, index=False)


def _copied(source: Path, made: Path, sheet: str, cell: str, text: str | None) -> None:
    import openpyxl

    old, new = openpyxl.load_workbook(source), openpyxl.Workbook()
    new.remove(new.active)
    for tab in (s for s in old if s.sheet_state == "visible"):
        copy = new.create_sheet(tab.title)
        for there in (c for row in tab.iter_rows() for c in row if c.value is not None):
            here = copy.cell(there.row, there.column)
            here.value, here.data_type, here.number_format = there.value, there.data_type, there.number_format
    if text:
        new[sheet][cell] = text
    new.save(made)


def _office(folder: Path) -> Iterator[Saver]:
    version = subprocess.run(["soffice", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    for suffix in (".xlsx", ".ods"):
        yield Saver(f"LibreOffice {version}", suffix, partial(_in_office, folder))


def _in_office(folder: Path, source: Path, made: Path, sheet: str, cell: str, text: str | None) -> None:
    script = Path(__file__).with_name("in_office.py")
    subprocess.run([SYSTEM_PYTHON, script, folder / "profile", source.resolve(), made.resolve(), sheet, cell, text or ""],
                   check=True, timeout=180)


def _gnumeric() -> Iterator[Saver]:
    version = subprocess.run(["ssconvert", "--version"], capture_output=True, text=True, check=True).stdout
    for suffix in (".xlsx", ".ods"):
        yield Saver(f"Gnumeric {re.search(r'[0-9.]+[0-9]', version)[0]}", suffix, _in_gnumeric, types=False)


def _in_gnumeric(source: Path, made: Path, sheet: str, cell: str, text: str | None) -> None:
    subprocess.run(["ssconvert", source, made], check=True, capture_output=True, timeout=120)


_IN_R = """library(openxlsx); given <- commandArgs(TRUE); book <- loadWorkbook(given[1])
if (given[4] != "") writeData(book, given[3], given[4], startCol = as.integer(given[5]), startRow = as.integer(given[6]), colNames = FALSE)
saveWorkbook(book, given[2], overwrite = TRUE)"""


def _r() -> Iterator[Saver]:
    version = subprocess.run(["Rscript", "-e", 'cat(as.character(packageVersion("openxlsx")))'], capture_output=True, text=True)
    if version.returncode:
        print("not there: openxlsx", file=sys.stderr)
    else:
        yield Saver(f"openxlsx {version.stdout.strip()} (R)", ".xlsx", _in_r)


def _in_r(source: Path, made: Path, sheet: str, cell: str, text: str | None) -> None:
    letter, row = re.fullmatch(r"([A-Z])(\d+)", cell).groups()
    given = [str(source), str(made), sheet, text or "", str(ord(letter) - 64), row]
    subprocess.run(["Rscript", "-e", _IN_R, *given], check=True, capture_output=True, timeout=180)


def _php(folder: Path) -> Iterator[Saver]:
    home = folder / "php"
    home.mkdir(exist_ok=True)
    library = home / "vendor" / "autoload.php"
    if not library.is_file():
        subprocess.run(["composer", "require", "--no-interaction", "--quiet", f"{PHP}:^5"], cwd=home, timeout=300, capture_output=True)
    version = subprocess.run(["php", "-r", _PHP_VERSION, library], capture_output=True, text=True)
    if version.returncode:
        print(f"not there: {PHP} (composer could not fetch it, or PHP lacks xml, zip, mbstring or gd)", file=sys.stderr)
    else:
        yield Saver(f"PhpSpreadsheet {version.stdout.strip()}", ".xlsx", partial(_in_php, library))


def _in_php(library: Path, source: Path, made: Path, sheet: str, cell: str, text: str | None) -> None:
    subprocess.run(["php", "-d", "memory_limit=1G", Path(__file__).with_name("in_php.php"), library, source, made, sheet, cell, text or ""],
                   check=True, capture_output=True, timeout=180)


def _calligra(folder: Path) -> Iterator[Saver]:
    yield Saver("Calligra Sheets", ".ods", partial(_in_calligra, folder), types=False)


def _in_calligra(folder: Path, source: Path, made: Path, sheet: str, cell: str, text: str | None) -> None:
    subprocess.run(["calligraconverter", "--batch", source, made], check=True, capture_output=True, timeout=180,
                   env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder)})


def _node(folder: Path) -> Iterator[Saver]:
    home = folder / "node"
    home.mkdir(exist_ok=True)
    if not (home / "node_modules").is_dir():
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", *(f"{n}@{v}" for n, v in NPM.items())],
                       cwd=home, check=True, timeout=300)
    shutil.copy(Path(__file__).with_name("in_node.js"), home)
    for name, suffixes in (("exceljs", (".xlsx",)), ("xlsx", (".xlsx", ".ods")), ("xlsx-populate", (".xlsx",))):
        version = json.loads((home / "node_modules" / name / "package.json").read_text())["version"]
        for suffix in suffixes:
            called = "SheetJS" if name == "xlsx" else name
            yield Saver(f"{called} {version}", suffix, partial(_in_node, home, name))


def _in_node(home: Path, name: str, source: Path, made: Path, sheet: str, cell: str, text: str | None) -> None:
    subprocess.run(["node", "in_node.js", name, source.resolve(), made.resolve(), sheet, cell, text or ""],
                   cwd=home, check=True, capture_output=True, timeout=120)
