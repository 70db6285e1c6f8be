"""The result of one ``collect``: files received, messages read, findings. Nothing is read or written here."""

from dataclasses import dataclass, field

from perfxl.model.findings import Finding, grouped, in_order
from perfxl.stages.mail.incoming.pec import Notice

#: What a file that came can be: a return, one that was here already, the form as it was sent, something else.
BECAME = ("return", "copy", "blank", "aside")


@dataclass(frozen=True)
class CollectedFile:
    """One thing that came: its name, where it was, who sent it, what it became (``BECAME``), whether that was known
    already, its sector and round when it is a return, where it was filed, and the protocol number its message quotes;
    ``message``: the digest of its message, "" of what no message brought."""

    name: str
    path: str
    sender: str
    became: str
    known: bool = False
    sector: str = ""
    round: str = ""
    file: str = ""
    protocol: str = ""
    message: str = ""


@dataclass
class Collected:
    """What one collection found. ``taken``: all that came, also what was known; ``findings``, ``notices`` (news of what was
    sent): only what was not said before; ``set_aside``: findings on what was set aside, by message, those on files that no message
    brought under "", until they are told with the others; ``looked``: how many messages and files were looked into."""

    taken: list[CollectedFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    set_aside: dict[str, list[Finding]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    looked: int = 0

    def all_findings(self) -> list[Finding]:
        """All findings in order: those alike on many files of one message are one, as are those on files that lay in a folder; each
        message is told of."""
        return in_order([*self.findings, *(f for of_one in self.set_aside.values() for f in grouped(of_one))])
