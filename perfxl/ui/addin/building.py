"""Builds ``perfxl.xlam``: xlwings' own template with our macros, our ribbon and our icons. Same inputs, same bytes."""

import struct
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from perfxl.model.version import __version__
from perfxl.ui.addin.icons import icon
from perfxl.ui.addin.macros import PROJECT, TemplateChanged, performance_module, xlwings_module
from perfxl.ui.addin.ribbon import BUTTONS, MODULE, ribbon_xml
from perfxl.workbook.packing import packed

NAME = "perfxl.xlam"
TEMPLATE = "quickstart_addin_ribbon.xlam"
_SAMPLE = "RibbonMyAddin"  # the module of the template that ours takes the place of
_PROJECT = b"MyAddin"  # what it calls its macros
_SETTINGS = "Dictionary"  # the class that held settings written in a sheet
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_RIBBON = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
_RIBBON_2007 = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_CORE = (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/'
         f'package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Performance</dc:title>'
         f"<dc:creator>perfxl</dc:creator><cp:version>{__version__}+xlwings.{{xlwings}}</cp:version></cp:coreProperties>")


def carried(name: str) -> Path:
    """The file called ``name`` that the installed xlwings carries; raises ``TemplateChanged`` when it has none."""
    module = find_spec("xlwings")
    path = Path(module.origin).parent / name if module and module.origin else None
    if path is None or not path.is_file():
        raise TemplateChanged(name)
    return path


def template() -> Path:
    """The template of the add-in that xlwings carries."""
    return carried(TEMPLATE)


def build() -> bytes:
    """The add-in, as the bytes of ``perfxl.xlam``."""
    parts = _parts(_with_macros(template().read_bytes()))
    parts["xl/vbaProject.bin"] = _named(parts["xl/vbaProject.bin"])
    parts["customUI/customUI.xml"] = ribbon_xml()
    parts["customUI/_rels/customUI.xml.rels"] = _icons()
    parts |= {f"customUI/images/{b.stage}.png": icon(b.stage) for b in BUTTONS}
    parts["docProps/core.xml"] = _CORE.format(xlwings=version("xlwings")).encode()
    types = parts["[Content_Types].xml"].decode()
    parts["[Content_Types].xml"] = types.replace("<Override", '<Default Extension="png" ContentType="image/png" /><Override', 1).encode()
    parts["_rels/.rels"] = _ribbon_related(parts["_rels/.rels"].decode()).encode()
    parts["xl/workbook.xml"] = _renamed(parts["xl/workbook.xml"].decode()).encode()
    return packed(parts.items())


def _with_macros(made: bytes) -> bytes:
    """The template with its modules replaced."""
    from pyopenvba import ExcelFile

    with tempfile.TemporaryDirectory(prefix="perfxl-") as folder:
        path = Path(folder) / NAME
        path.write_bytes(made)
        with ExcelFile(path) as book:
            modules = book.vba_modules()
            if not {_SAMPLE, _SETTINGS, "xlwings"} <= modules.keys():
                raise TemplateChanged(_SAMPLE)
            book.set_module("xlwings", xlwings_module(modules["xlwings"]))
            project = book.vba_project()
            project.rename_module(_SAMPLE, MODULE)
            book.set_module(MODULE, performance_module())
            project.delete_module(_SETTINGS)
            book.save()
        return path.read_bytes()


def _named(project: bytes) -> bytes:
    """The macros under perfxl's own name: it stands in the text of the project, and in a record of its directory."""
    from pyopenvba.cfb import CFB
    from pyopenvba.vba import compress, decompress

    opened = CFB.from_bytes(project)
    text, records = opened.get_stream("PROJECT"), decompress(opened.get_stream_in_storage("VBA", "dir"), stream_name="dir")
    for name, put in ((b'Name="' + _PROJECT + b'"', f'Name="{PROJECT}"'.encode()), (_record(_PROJECT), _record(PROJECT.encode()))):
        if (text if name in text else records).count(name) != 1:
            raise TemplateChanged(_PROJECT.decode())
        text, records = text.replace(name, put), records.replace(name, put)
    opened.write_stream("PROJECT", text)
    opened.write_stream_in_storage("VBA", "dir", compress(records))
    return opened.to_bytes()


def _record(name: bytes) -> bytes:
    """The record of a project's name ([MS-OVBA] 2.3.4.2.1.6): its number, its length, the name."""
    return struct.pack("<HI", 4, len(name)) + name


def _parts(archive: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _renamed(workbook: str) -> str:
    """The workbook part with the sheet of settings, which is not read, under a name that says so; no path of another's machine."""
    start, end = workbook.find("<mc:AlternateContent"), workbook.find("</mc:AlternateContent>")
    if start < 0 or end < 0 or "_myaddin.conf" not in workbook:
        raise TemplateChanged("workbook.xml")
    workbook = workbook[:start] + workbook[end + len("</mc:AlternateContent>"):]
    # Its extensions say only how densely pictures are stored, and with a number that the format does not know.
    start, end = workbook.find("<extLst>"), workbook.find("</extLst>")
    if start >= 0:
        workbook = workbook[:start] + workbook[end + len("</extLst>"):]
    return workbook.replace("_myaddin.conf", "_perfxl")


def _ribbon_related(relations: str) -> str:
    """The package's relationships with that of the ribbon in the version its part is written in: the template's is of 2007."""
    if relations.count(_RIBBON_2007) != 1:
        raise TemplateChanged(_RIBBON_2007)
    return relations.replace(_RIBBON_2007, _RIBBON)


def _icons() -> bytes:
    links = "".join(f'<Relationship Id="{b.stage}" Type="{_IMAGE}" Target="images/{b.stage}.png"/>' for b in BUTTONS)
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_RELATIONSHIPS}">{links}</Relationships>'.encode()
