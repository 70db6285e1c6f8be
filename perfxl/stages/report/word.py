"""A Word template filled in: texts escaped, pictures with their alternative text, contents and captions settled."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate
from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from perfxl.stages.report.charts import Chart
from perfxl.stages.report.finish import finish
from perfxl.stages.report.package import Unreadable, packed, parts, settled
from perfxl.stages.report.runs import GUARD, guarded


class TemplateRefused(ValueError):
    """The template cannot be filled in; the message says why, in the words of the engine."""


@dataclass(frozen=True)
class Picture:
    """A chart where a template names it."""

    template: DocxTemplate
    chart: Chart

    def __html__(self) -> str:
        part = self.template.current_rendering_part
        inline = part.new_pic_inline(io.BytesIO(self.chart.png), Mm(self.chart.width), Mm(self.chart.height)).xml
        described = inline.replace("<wp:docPr ", f'<wp:docPr descr="{escape(self.chart.alternative)}" ', 1)
        return f'</w:t></w:r><w:r><w:drawing>{described}</w:drawing></w:r><w:r><w:t xml:space="preserve">'


@dataclass(frozen=True)
class Pictures:
    """The charts by name, drawn when the template names them."""

    template: DocxTemplate
    charts: Mapping[str, Any]

    def __getitem__(self, key: str) -> Picture | None:
        chart = self.charts[key]
        return Picture(self.template, chart) if chart else None


def fill(template: bytes, context: dict[str, Any]) -> bytes:
    """The Word document of ``template`` with ``context``; the same bytes each time.

    Instructions in the template cannot reach beyond the context: the engine runs in a sandbox. ``TemplateRefused``
    when the file is not a Word document or one of its instructions is wrong.
    """
    try:
        made = DocxTemplate(io.BytesIO(packed(parts(template))))
        made.init_docx()
        engine = ImmutableSandboxedEnvironment(autoescape=True, finalize=lambda v: guarded(v) if type(v) is str else v)
        made.render({**context, **{key: Pictures(made, context[key]) for key in ("charts", "gantts")}}, engine, autoescape=True)
    except (TemplateError, Unreadable, KeyError, ValueError) as error:
        raise TemplateRefused(str(error) or type(error).__name__) from error
    finish(made.docx)
    out = io.BytesIO()
    made.save(out)
    contents = parts(settled(out.getvalue()))
    return packed({name: part.replace(GUARD.encode(), b"") if name.endswith(".xml") else part for name, part in contents.items()})
