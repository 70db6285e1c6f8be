"""``python tests/programs [FOLDER]``: saves a filled-in form with every program that is there, reads what each leaves, and
writes the table docs/programmi.md.

LibreOffice, Gnumeric, Calligra and R's openxlsx are taken where they are installed; exceljs, SheetJS and xlsx-populate by npm into
FOLDER where Node is, PhpSpreadsheet by composer where PHP is. A program that is not there is left out of the table, and said.
"""

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from matrix import Form, rows_of  # noqa: E402
from savers import savers  # noqa: E402

PAGE = HERE.parents[1] / "docs" / "programmi.md"
HEAD = """# Programmi con cui si può compilare la scheda · Programs to fill in the form with

Una scheda compilata è aperta da ogni programma, vi si scrive un testo, è salvata, e perfxl la rilegge: *uguale* se dice in
tutto il resto le stesse cose, *riconosciuta* se si sa ancora di chi è, *modifica* se il testo scritto arriva. Con le note
perfxl dice che cosa ha rimesso a posto. Piano e consolidato, che usa il controllore, sono per Excel e LibreOffice. Le schede emesse prima di questa versione hanno i testi in un altro modo, che Calligra (3.2)
non legge e a cui openxlsx toglie le righe vuote. PhpSpreadsheet salva la scheda come .xlsx soltanto. La tabella si rifà con `python tests/programs`.

A filled-in form is opened by each program, a text is typed into it, it is saved, and perfxl reads it again: *same* when it
says all the rest alike, *known* when it is still known whose it is, *edit* when the text that was typed arrives. The notes
are what perfxl put right. The plan and the consolidated workbook, which the controller uses, are for Excel and LibreOffice. Forms issued before this version hold their texts in another way, which Calligra (3.2) does not read and
of which openxlsx takes out the blank lines. PhpSpreadsheet saves the form as .xlsx only. The table is made by `python tests/programs`.

| programma · program | salva come · saved as | uguale · same | riconosciuta · known | modifica · edit | rilievi · findings |
|---|---|---|---|---|---|
"""


def main() -> int:
    """Run every program that is there; 1 when any of them loses something."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for row in rows_of(Form.of_the_demo(folder), savers(folder), folder):
        print(row.line, flush=True)
        lines.append(row)
    PAGE.write_text(HEAD + "".join(f"{row.line}\n" for row in lines), encoding="utf-8")
    return int(not all(row.kept for row in lines))


if __name__ == "__main__":
    raise SystemExit(main())
