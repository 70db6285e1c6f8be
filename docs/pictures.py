"""Makes the pictures of the documentation from the real output: plays the demo year and prints pages of it, draws the
ribbon tab from the words and icons of the add-in, presses a button of the window and one of the extension in LibreOffice.

    python docs/pictures.py

Needs LibreOffice (soffice, in Italian), poppler (pdftoppm, pdftotext), Xvfb and xdotool on the PATH, and what the tests need; writes docs/img/*.png.
"""

import os
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.demo.play import play

IMAGES = Path(__file__).resolve().parent / "img"

#: Picture, workbook of the demo campaign, and words of the page to show.
WANTED = (
    ("dashboard", "risultati/final/consolidato.xlsx", ("Esiti per settore",)),
    ("sector", "risultati/final/consolidato.xlsx", ("S3 ·", "TOTALE")),
    ("gantt", "risultati/final/consolidato.xlsx", ("Gantt", "S1.00001")),
)
#: Picture, workbook and sheet: its first screen in LibreOffice, on a laptop.
SCREENS = (
    ("form-readme", "emesse/final/S1.xlsx", "Leggimi"),
    ("form-summary", "emesse/final/S1.xlsx", "Riepilogo"),
    ("form-objective", "emesse/interim/S9.xlsx", "S9.00001"),
    ("form-final", "emesse/final/S9.xlsx", "S9.00001"),
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
        _screens(work, work / "demo")
        _window(work / "demo", work / "home")
        _libreoffice(Campaign(work / "demo"), work)
    _ribbon()


def _screens(work: Path, campaign: Path) -> None:
    """What a clerk sees of each sheet when it opens."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))
    from keyboard import Keyboard

    hands = Keyboard(work / "keyboard")
    try:
        for name, source, sheet in SCREENS:
            hands.open(campaign / source)
            while hands.ask("where")[0] != sheet:
                hands.go("ctrl+Next")
            hands.picture(IMAGES / f"{name}.png")
            hands.close()
    finally:
        hands.end()


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


#: The window as ``perfxl window`` shows it, with *Stato* pressed once; it closes when its picture is taken.
_PRESSED = """
import sys
from pathlib import Path
from PIL import ImageGrab
from perfxl.ui import window
window.open_file = lambda path: None
class Window(window.Window):
    def _over(self, text, wrong):
        super()._over(text, wrong)
        self.after(500, self.taken)
    def taken(self):
        self.where.configure(text=self.say("campaign_is", folder="C:/Users/anna/Documents/performance-2021"))
        self.update()
        left, top = self.winfo_rootx(), self.winfo_rooty()
        ImageGrab.grab((left, top, left + self.winfo_width(), top + self.winfo_height()), xdisplay=sys.argv[3]).save(sys.argv[2])
        self.destroy()
shown = Window("it", Path(sys.argv[1]))
shown.after(500, lambda: shown.press("status"))
shown.mainloop()
"""


def _window(campaign: Path, home: Path) -> None:
    reader, writer = os.pipe()
    server = subprocess.Popen(["Xvfb", "-noreset", "-displayfd", str(writer), "-screen", "0", "1100x700x24", "-nolisten", "tcp"], pass_fds=[writer])
    os.close(writer)
    with os.fdopen(reader) as said:
        display = f":{said.readline().strip()}"
    try:
        subprocess.run([sys.executable, "-c", _PRESSED, str(campaign), str(IMAGES / "window.png"), display], check=True,
                       env={**os.environ, "DISPLAY": display, "PERFXL_HOME": str(home)})
    finally:
        server.terminate()
        server.wait()


def _libreoffice(campaign: Campaign, work: Path) -> None:
    """The extension in the real program, driven as the tests drive it: *Spiega* pressed on the outcome of an objective."""
    sys.path.insert(0, str(IMAGES.parents[1] / "tests" / "support"))
    from office import Office
    from PIL import Image
    from screens import display

    path = campaign.result("final", "consolidato.xlsx")
    with display(1400, 900) as screen:
        office = Office(work / "office", screen)
        try:
            office("open", path)
            office("select", path, "S2", "F8")  # the column of the monitoring
            office.press(path, "explain")
            office.dialog("S2.00002")
            office.until(lambda: office("toolbar", path), "the toolbar is drawn")
            office.picture(work / "screen.png")
            Image.open(work / "screen.png").resize((1000, 643), Image.Resampling.LANCZOS).save(IMAGES / "libreoffice.png", optimize=True)
        finally:
            office.close()


def _ribbon() -> None:
    """The tab as Excel lays such tabs out: a group beside the other, large buttons with the icon above the word."""
    from matplotlib.font_manager import FontProperties, findfont
    from PIL import Image, ImageDraw, ImageFont

    from perfxl.model.texts import Texts
    from perfxl.ui.addin.icons import icon
    from perfxl.ui.addin.ribbon import GROUPS

    say, ink, soft, size = Texts("addin", "it"), "#222222", "#c8c8c8", 15
    font = ImageFont.truetype(findfont(FontProperties(family=["Carlito", "DejaVu Sans"])), size)
    image = Image.new("RGB", (1600, 150), "#f3f3f3")
    draw = ImageDraw.Draw(image)
    draw.rectangle((8, 34, 1591, 141), fill="white", outline=soft)
    draw.text((24, 8), say("tab"), font=font, fill="#217346")
    draw.line((24, 30, 24 + draw.textlength(say("tab"), font=font), 30), fill="#217346", width=3)
    left = 20
    for name, buttons in GROUPS:
        start = left
        for button in (b for b in buttons if b.large):
            words = say(f"button_{button.stage}")
            width = max(64, int(draw.textlength(words, font=font)) + 22)
            drawn = Image.open(BytesIO(icon(button.stage))).resize((36, 36))
            image.paste(drawn, (left + (width - 36) // 2, 44), drawn)
            draw.text((left + width / 2, 98), words, font=font, fill=ink, anchor="ms")
            left += width
        small = [b for b in buttons if not b.large]
        for row, button in enumerate(small):
            drawn = Image.open(BytesIO(icon(button.stage))).resize((18, 18))
            image.paste(drawn, (left + 6, 42 + 25 * row), drawn)
            draw.text((left + 30, 56 + 25 * row), say(f"button_{button.stage}"), font=font, fill=ink, anchor="ls")
        if small:
            left += 42 + int(max(draw.textlength(say(f"button_{b.stage}"), font=font) for b in small))
        draw.text(((start + left) / 2, 134), say(f"group_{name}"), font=font, fill="#666666", anchor="ms")
        draw.line((left + 6, 42, left + 6, 134), fill=soft)
        left += 14
    image.crop((0, 0, left + 12, 150)).save(IMAGES / "ribbon.png")


if __name__ == "__main__":
    main()
