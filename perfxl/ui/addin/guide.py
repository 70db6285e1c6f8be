"""The user's guide as a page that any browser shows, in each language."""

import re
from pathlib import Path

from perfxl.model.documents import write_bytes
from perfxl.model.resources import folder
from perfxl.model.terms import in_prose
from perfxl.stages.check import catalogue_page

_STYLE = ("body{font:16px/1.5 Calibri,Carlito,sans-serif;color:#1f2933;max-width:48em;margin:2em auto;padding:0 1em}"
          "h1,h2,h3{color:#22364d;line-height:1.2}table{border-collapse:collapse}td,th{border:1px solid #c9d1db;padding:.3em .6em;"
          "text-align:left;vertical-align:top}code{background:#f3f6f9;padding:.1em .3em}img{max-width:100%}"
          "pre{background:#f3f6f9;padding:.8em;overflow:auto}")


#: The guide in each language, by the name of its source.
GUIDES = {"it": "guida", "en": "guide"}
#: The pages, by the name of their source: the guides, and what they lead to; each with the language it is read in.
PAGES = {name: language for language, name in GUIDES.items()} | {"rilievi": "it", "calcolo": "it", "calculation": "en", "programmi": "it", "tastiera": "it"}
_NO_LETTER = re.compile(r"[^\w\- ]")


def page(into: Path, language: str) -> Path:
    """Write the guides as ``.html`` in the folder ``into``, and beside them the pages they lead to, in the words in use; where that of
    ``language`` is."""
    for name, spoken in PAGES.items():
        source = catalogue_page.page() if name == "rilievi" else (folder("guide") / f"{name}.md").read_text(encoding="utf-8")
        write_bytes(into / f"{name}.html", _drawn(source, spoken))
    return into / f"{GUIDES[language]}.html"


def _drawn(source: str, language: str) -> bytes:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(source)
    for head, title in zip(tokens, tokens[1:], strict=False):
        if head.type == "heading_open":
            head.attrSet("id", _anchor(title.content))  # as it is written: links lead to it whatever the body's word
        for part in title.children or ():
            if part.type == "text":
                part.content = in_prose(part.content, language)
            if part.type == "link_open":
                part.attrSet("href", re.sub(rf"^({'|'.join(PAGES)})\.md(?=#|$)", r"\1.html", str(part.attrGet("href"))))
    body = reader.renderer.render(tokens, reader.options, {})
    return (f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>perfxl</title>'
            f'<style>{_STYLE}</style></head><body>{body}</body></html>').encode()


def _anchor(title: str) -> str:
    """The name by which links lead to a heading: small letters, no signs, hyphens for blanks."""
    return _NO_LETTER.sub("", title.lower()).replace(" ", "-")
