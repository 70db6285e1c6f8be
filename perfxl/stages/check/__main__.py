"""``python -m perfxl.stages.check`` writes ``docs/rilievi.md`` from the catalogue of findings."""

from pathlib import Path

from perfxl.stages.check.catalogue_page import page

if __name__ == "__main__":
    Path("docs/rilievi.md").write_text(page(), encoding="utf-8")
