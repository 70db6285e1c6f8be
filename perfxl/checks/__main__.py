"""``python -m perfxl.checks`` writes ``docs/rilievi.md`` from the catalogue of findings."""

from pathlib import Path

from perfxl.checks.catalogue_page import page

if __name__ == "__main__":
    Path("docs/rilievi.md").write_text(page(), encoding="utf-8")
