"""Makes the pictures of the documentation from the real output: plays the demo year and prints pages of it.

    python docs/pictures.py

Needs LibreOffice (soffice) and poppler (pdftoppm, pdftotext) on the PATH; writes docs/img/*.png.
"""

import subprocess
import tempfile
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.demo.play import play

IMAGES = Path(__file__).resolve().parent / "img"

#: Picture, workbook of the demo campaign, and words of the page to show.
WANTED = (
    ("form-readme", "emesse/final/S1.xlsx", ("Che cosa fare",)),
    ("form-summary", "emesse/final/S1.xlsx", ("Gli obiettivi del settore",)),
    ("form-objective", "emesse/interim/S9.xlsx", ("3. Fasi", "Somma dei pesi delle fasi")),
    ("form-final", "emesse/final/S9.xlsx", ("5. Consuntivo", "Le fasi a consuntivo")),
    ("dashboard", "risultati/final/consolidato.xlsx", ("Esiti per settore",)),
    ("sector", "risultati/final/consolidato.xlsx", ("S3 ·", "TOTALE")),
    ("gantt", "risultati/final/consolidato.xlsx", ("Gantt", "S1.00001")),
)
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>it-IT</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def main() -> None:
    """Play the year, print the workbooks, keep the pages wanted."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "profile" / "user").mkdir(parents=True)
        (work / "profile" / "user" / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        list(play(Campaign(work / "demo"), "it"))
        for source in sorted({s for _, s, _ in WANTED}):
            printed = _print(work, work / "demo" / source)
            for name, of, words in WANTED:
                if of == source:
                    _picture(printed, words, IMAGES / name)


def _print(work: Path, source: Path) -> Path:
    out = work / source.parent.name / source.stem
    subprocess.run(["soffice", f"-env:UserInstallation=file://{work}/profile", "--headless", "--convert-to", "pdf",
                    "--outdir", str(out), str(source)], check=True, capture_output=True)
    return out / f"{source.stem}.pdf"


def _picture(printed: Path, words: tuple[str, ...], target: Path) -> None:
    pages = subprocess.run(["pdftotext", "-layout", str(printed), "-"], check=True, capture_output=True, text=True).stdout.split("\f")
    page = next(number for number, text in enumerate(pages, 1) if all(word in text for word in words))
    subprocess.run(["pdftoppm", "-png", "-singlefile", "-r", "90", "-f", str(page), "-l", str(page), str(printed), str(target)],
                   check=True)


if __name__ == "__main__":
    main()
