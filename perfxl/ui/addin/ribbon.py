"""The ribbon tab: its buttons, and its XML as Office reads it (customUI 2006/01, Excel 2007 and later)."""

from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

NAMESPACE = "http://schemas.microsoft.com/office/2006/01/customui"
MODULE = "Performance"  # the VBA module that holds the callbacks
TAB = "perfxlTab"


@dataclass(frozen=True)
class Button:
    """One button. ``stage``: what it runs, also its icon; ``macro``: its VBA callback; ``keytip``: the letter of the keyboard;
    ``large``: whether it has the height of the tab, as those that are pressed most."""

    stage: str
    macro: str
    keytip: str
    large: bool = True

    @property
    def id(self) -> str:
        """The id of the control: what getLabel and its like are asked about."""
        return f"perfxl_{self.stage}"


#: The groups of the tab, each with its buttons, in the order of the year.
GROUPS: tuple[tuple[str, tuple[Button, ...]], ...] = (
    ("begin", (Button("new", "NuovaCampagna", "N"), Button("issue", "EmettiSchede", "E"), Button("next", "AnnoSeguente", "U", False),
               Button("extend", "Proroga", "P", False))),
    ("post", (Button("send", "Invia", "I"), Button("collect", "Raccogli", "R"), Button("remind", "Sollecita", "L", False))),
    ("control", (Button("check", "Controlla", "C"), Button("consolidate", "Consolida", "O"), Button("resolve", "Risolvi", "V", False),
                 Button("ask", "Chiedi", "D", False))),
    ("outcome", (Button("explain", "Spiega", "S"), Button("report", "Relazione", "Z"), Button("approve", "Approva", "A", False),
                 Button("publish", "Pubblica", "B", False), Button("bundle", "Archivio", "H", False))),
    ("state", (Button("status", "Stato", "T"), Button("guide", "Guida", "G", False))),
)
BUTTONS: tuple[Button, ...] = tuple(button for _, buttons in GROUPS for button in buttons)

_BUTTON = ('<button id={id} size="{size}" image={image} keytip={keytip} onAction={action} '
           'getLabel="{module}.RibbonLabel" getScreentip="{module}.RibbonScreentip" getSupertip="{module}.RibbonSupertip"/>')


def ribbon_xml() -> bytes:
    """The part ``customUI/customUI.xml`` of the add-in."""
    groups = []
    for name, buttons in GROUPS:
        drawn = "".join(_BUTTON.format(id=quoteattr(b.id), image=quoteattr(b.stage), keytip=quoteattr(b.keytip), size="large" if b.large else "normal",
                                       action=quoteattr(f"{MODULE}.{b.macro}"), module=MODULE) for b in buttons)
        groups.append(f'<group id="perfxl_group_{name}" getLabel="{MODULE}.RibbonLabel">{drawn}</group>')
    return (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<customUI xmlns="{NAMESPACE}"><ribbon><tabs>'
            f'<tab id="{TAB}" keytip="ZP" getLabel="{MODULE}.RibbonLabel">{"".join(groups)}</tab>'
            "</tabs></ribbon></customUI>").encode()
