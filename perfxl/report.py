"""Report: the Word document of a round from its consolidated document: Piano, Monitoraggio or Relazione."""

from collections.abc import Mapping

from perfxl import resources
from perfxl.reporting import templates
from perfxl.reporting.context import context
from perfxl.reporting.word import TemplateRefused, fill

__all__ = ["TemplateRefused", "report"]


def report(consolidated: dict, language: str = "it", template: bytes | None = None, extension: dict | None = None,
           approvals: Mapping = {}) -> bytes:
    """The .docx of a consolidated document; same document and template, same bytes.

    ``template``: the body's own Word template, else perfxl's for the round; ``extension``: the body's own fields;
    ``approvals``: the recorded approvals by round, whose acts stand on the cover. ``TemplateRefused`` when the template
    cannot be filled in.
    """
    if template is None:
        template = (resources.folder("templates") / language / templates.name(consolidated["round"])).read_bytes()
    return fill(template, context(consolidated, language, extension, approvals))
