"""The page for everybody: one HTML file a language, with all that it needs inside it and no script.

It says what the open data say, in plain words: outcome of the body, of its lines, sectors and objectives, and their
path over the rounds. The same document gives the same bytes. Every text is escaped, and the page forbids itself
anything but its own style sheet.
"""

import base64
import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from html import unescape
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from perfxl.model.languages import document_language
from perfxl.model.terms import worded
from perfxl.model.texts import LANGUAGES, Texts
from perfxl.model.version import __version__
from perfxl.stages.consolidate.view import View
from perfxl.stages.publish.package import LICENCES
from perfxl.stages.publish.page import svg
from perfxl.stages.publish.page.content import Content
from perfxl.stages.publish.page.values import clean
from perfxl.stages.publish.web import template


def file_name(language: str, own: str) -> str:
    """The page in ``language`` where the body speaks ``own``: ``index.html`` in its own language."""
    return "index.html" if language == own else f"index.{language}.html"


@worded()
def pages(view: View, data: Mapping[str, bytes], licence: str, act: str, extension: dict[str, Any] | None = None,
          draft: bool = False) -> dict[str, bytes]:
    """The page in every language by file name.

    ``data``: the files that stand beside it; ``licence``: theirs, one of ``LICENCES``; ``act``: what approved the round,
    blank when nothing has yet; ``draft``: it is not what is approved, and each screen and printed page says so.
    """
    own = document_language(view.content["body"].get("language", "it"))
    return {file_name(x, own): _page(view, x, own=own, data=data, licence=licence, act=act,
                                     extension=extension, draft=draft).encode() for x in LANGUAGES}


@cache
def _style() -> str:
    return (files(__name__) / "page.css").read_text(encoding="utf-8")


def _page(view: View, language: str, own: str, data: Mapping[str, bytes], licence: str, act: str, extension: dict[str, Any] | None,
          draft: bool) -> str:
    content, style = Content(view, language, extension), _style()
    body = view.content["body"]
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    return template(__name__).render(
        say=content.say, content=content, language=language, own=own, version=__version__, style=Markup(style), digest=digest,
        others=[(x, file_name(x, own)) for x in LANGUAGES if x != language], body=clean(body["name"]), year=view.content["year"],
        address=clean(body.get("address", "")), email=office_address(body), act=clean(act), missing=view.document["missing"],
        drawings=_drawings(content), mean=view.mean(view.round, "body", ""), round=view.round, figure=content.figures("body", ""),
        counted=content.counted(view.held), data=[(name, _size(len(held), content)) for name, held in sorted(data.items())],
        licence=LICENCES[licence], bar=svg.bar, draft=Texts("report", language)("draft_mark") if draft else "", nested=any(line.depth > 1 for line in content.lines))


def office_address(body: dict[str, Any]) -> str:
    """The mail address of the body where it is that of an office: one with the contact's own name in it stays inside."""
    given = body.get("contact_email", "")
    words = [w.casefold() for w in re.findall(r"\w{3,}", body.get("contact_name", ""))]
    return "" if any(w in given.rpartition("@")[0].casefold() for w in words) else given


def _size(count: int, content: Content) -> str:
    return content.say("size", size=content.speech.number(max(1, round(count / 1000))))


def _drawings(content: Content) -> dict[str, Markup | int]:
    """The drawings of the whole body by name; none without outcomes."""
    path = content.figures("body", "")
    if not path:
        return {}
    last, say = path[-1], content.say
    counted = content.counted(content.view.held)
    moments = "; ".join(say("chart_moment", round=f.moment.name, day=f.moment.day, value=f.written) for f in path)
    listed = "; ".join(f"{s.word}: {n}" for s, n in counted)
    drawings: dict[str, Markup | int]
    drawings = {"ring": svg.ring(last.value, last.written, state=last.state.key,
                              words=(say("chart_ring"), say("of_hundred", value=last.written)), key="ring"),
             "path": svg.path([svg.Point(f.moment.short, f.value, f.written) for f in path], (say("chart_path"), moments + "."), "path"),
             "wide": svg.width_of_path(path)}
    if counted:
        drawings["parts"] = svg.parts([(s.key, n) for s, n in counted], (say("chart_parts"), listed + "."), "parts")
    return drawings


def visible_text(page: bytes) -> str:
    """What is read on a page, without its style: for whoever looks for personal data in it. Blocks are separate lines."""
    bare = re.sub(r"<style>.*?</style>", " ", page.decode(), flags=re.S)
    return unescape(re.sub(r"<[^>]*>", "\n", bare))
