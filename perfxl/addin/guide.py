"""The user's guide as a page that any browser shows."""

from pathlib import Path

from perfxl.documents import write_bytes
from perfxl.resources import folder

_STYLE = ("body{font:16px/1.5 Calibri,Carlito,sans-serif;color:#1f2933;max-width:48em;margin:2em auto;padding:0 1em}"
          "h1,h2,h3{color:#22364d;line-height:1.2}table{border-collapse:collapse}td,th{border:1px solid #c9d1db;padding:.3em .6em;"
          "text-align:left;vertical-align:top}code{background:#f3f6f9;padding:.1em .3em}img{max-width:100%}"
          "pre{background:#f3f6f9;padding:.8em;overflow:auto}")


def page(into: Path) -> Path:
    """Write the guide as ``guida.html`` in the folder ``into``; where it is."""
    from markdown_it import MarkdownIt

    source = folder("guide") / "guida.md"
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(source.read_text(encoding="utf-8"))
    path = into / "guida.html"
    write_bytes(path, (f'<!doctype html><html lang="it"><head><meta charset="utf-8"><title>perfxl</title>'
                       f'<base href="{source.parent.as_uri()}/"><style>{_STYLE}</style></head><body>{body}</body></html>').encode())
    return path
