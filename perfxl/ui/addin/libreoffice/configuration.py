"""What the extension tells LibreOffice: its menu, its toolbar, the addresses behind them (``.xcu``), in both languages."""

from xml.sax.saxutils import escape

from perfxl.model.texts import LANGUAGES, area
from perfxl.ui.addin.ribbon import GROUPS

PROTOCOL, STARTER = "org.perfxl:", "org.perfxl.Starter"
TOOLBAR = "org.perfxl.toolbar"
CANCEL = "cancel"
#: Where the menu shows: on spreadsheets and where no document is open yet; the toolbar on spreadsheets.
SPREADSHEETS, START = "com.sun.star.sheet.SpreadsheetDocument", "com.sun.star.frame.StartModule"
_DATA = ('<?xml version="1.0" encoding="UTF-8"?>\n<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
         'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:package="{package}" oor:name="{name}">{nodes}</oor:component-data>\n')


def _data(package: str, name: str, nodes: str) -> bytes:
    return _DATA.format(package=package, name=name, nodes=nodes).encode()


def _node(name: str, *inside: str) -> str:
    return f'<node oor:name="{name}" oor:op="replace">{"".join(inside)}</node>'


def _set(name: str, *inside: str) -> str:
    return f'<node oor:name="{name}">{"".join(inside)}</node>'


def _text(name: str, value: str) -> str:
    return f'<prop oor:name="{name}" oor:type="xs:string"><value>{escape(value)}</value></prop>'


def _words(name: str, key: str) -> str:
    """A text in each language; what other languages see stands first, as English."""
    words = area("addin")[key]
    said = "".join(f'<value xml:lang="{tag}">{escape(words[language])}</value>'
                   for tag, language in (("en-US", "en"), *((spoken, spoken) for spoken in LANGUAGES)))
    return f'<prop oor:name="{name}" oor:type="xs:string">{said}</prop>'


def _command(name: str, stage: str, context: str) -> str:
    return _node(name, _text("URL", PROTOCOL + stage), _words("Title", f"button_{stage}"), _text("Target", "_self"),
                 _text("Context", context))


def _separator(name: str) -> str:
    return _node(name, _text("URL", "private:separator"))


def _menu() -> str:
    """A submenu a group, in the order of the year, and the way to stop below."""
    groups = []
    for number, (group, buttons) in enumerate(GROUPS, 1):
        inside = [_command(f"b{n:02d}", button.stage, f"{SPREADSHEETS},{START}") for n, button in enumerate(buttons, 1)]
        groups.append(_node(f"g{number:02d}", _words("Title", f"group_{group}"), _text("Context", f"{SPREADSHEETS},{START}"),
                            _set("Submenu", *inside)))
    last = [_separator("g90"), _command("g91", CANCEL, f"{SPREADSHEETS},{START}")]
    return _set("OfficeMenuBar", _node("org.perfxl.menu", _words("Title", "tab"), _text("Context", f"{SPREADSHEETS},{START}"),
                                       _set("Submenu", *groups, *last)))


def _toolbar() -> str:
    inside: list[str] = []
    number = 0
    for _, buttons in (*GROUPS, ("", ())):
        if inside:
            number += 1
            inside.append(_separator(f"b{number:02d}"))
        for button in buttons:
            number += 1
            inside.append(_command(f"b{number:02d}", button.stage, SPREADSHEETS))
    inside.append(_command(f"b{number + 1:02d}", CANCEL, SPREADSHEETS))
    return _set("OfficeToolBar", _node(TOOLBAR, *inside))


def _images() -> str:
    """The icons, by the address that they stand for."""
    stages = [*(button.stage for _, buttons in GROUPS for button in buttons), CANCEL]
    return _set("Images", *(_node(f"org.perfxl.image.{stage}", _text("URL", PROTOCOL + stage), _set(
        "UserDefinedImages", _text("ImageSmallURL", f"%origin%/images/{stage}_16.png"),
        _text("ImageBigURL", f"%origin%/images/{stage}_26.png"))) for stage in stages))


def addons() -> bytes:
    """Menu, toolbar and icons (``Addons.xcu``)."""
    return _data("org.openoffice.Office", "Addons", _set("AddonUI", _menu(), _toolbar(), _images()))


def protocol() -> bytes:
    """Who answers the addresses (``ProtocolHandler.xcu``)."""
    names = f'<prop oor:name="Protocols" oor:type="oor:string-list"><value>{PROTOCOL}*</value></prop>'
    return _data("org.openoffice.Office", "ProtocolHandler", _set("HandlerSet", _node(STARTER, names)))


def window_state() -> bytes:
    """The toolbar is shown from the first, below the others (``CalcWindowState.xcu``): by itself it would only be listed."""
    def fact(name: str, kind: str, value: str) -> str:
        return f'<prop oor:name="{name}" oor:type="xs:{kind}"><value>{value}</value></prop>'

    state = _node(f"private:resource/toolbar/addon_{TOOLBAR}", _words("UIName", "tab"), fact("Visible", "boolean", "true"),
                  fact("Docked", "boolean", "true"), fact("DockingArea", "int", "0"), fact("DockPos", "string", "0,9"),
                  fact("ContextSensitive", "boolean", "false"), fact("Style", "int", "0"))
    return _data("org.openoffice.Office.UI", "CalcWindowState", _set("UIElements", _set("States", state)))


def manifest() -> bytes:
    """What each file of the extension is (``META-INF/manifest.xml``)."""
    data = "application/vnd.sun.star.configuration-data"
    files = {"perfxl_starter.py": "application/vnd.sun.star.uno-component;type=Python", "Addons.xcu": data, "ProtocolHandler.xcu": data,
             "CalcWindowState.xcu": data}
    entries = "".join(f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>' for name, kind in files.items())
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">'
            f"{entries}</manifest:manifest>\n").encode()


def description(version: str) -> bytes:
    """Name, version and what the extension needs (``description.xml``)."""
    names = "".join(f'<name lang="{language}">{escape(area("addin")["office_name"][language])}</name>' for language in LANGUAGES)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<description xmlns="http://openoffice.org/extensions/description/2006" '
            'xmlns:d="http://openoffice.org/extensions/description/2006" xmlns:xlink="http://www.w3.org/1999/xlink">'
            f'<identifier value="org.perfxl"/><version value="{version}"/><display-name>{names}</display-name>'
            '<dependencies><LibreOffice-minimal-version value="7.0" d:name="LibreOffice 7.0" '
            'xmlns="http://libreoffice.org/extensions/description/2011"/></dependencies></description>\n').encode()
