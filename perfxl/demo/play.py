"""The invented year played through the real stages: plan, issue, fill in, send back, consolidate."""

from collections.abc import Iterator
from datetime import date, timedelta

from perfxl import demo
from perfxl.campaign import Campaign
from perfxl.demo.forms import prefilled
from perfxl.model import documents
from perfxl.model.texts import Texts
from perfxl.stages.issue import fill
from perfxl.workflow import register_updates
from perfxl.workflow.consolidate import Run, consolidate
from perfxl.workflow.issue import issue
from perfxl.workflow.new import new
from perfxl.workflow.running import CannotRun, Progress, quiet

#: Names that clerks give to what they send back: a file is recognised by what it contains.
NAMES = ("{sector} definitiva.xlsx", "scheda_{sector}.xlsx", "Copia di {sector} (2).xlsx", "{sector} - rev. dirigente.xlsx")


def play(campaign: Campaign, language: str, progress: Progress = quiet) -> Iterator[Run]:
    """Make the demo campaign and play its interim and final rounds; yields what each consolidation made."""
    new(campaign, demo.plan()["year"], demo.plan(), language)
    for round in ("interim", "final"):
        issue(campaign, round, sectors=(), language=language, progress=progress)
        send_back(campaign, round, language, progress)
        yield consolidate(campaign, round, language, progress)


def send_back(campaign: Campaign, round: str, language: str, progress: Progress = quiet) -> None:
    """Fill in every issued workbook of ``round`` as its sector would, and put it among the received ones."""
    sectors = campaign.issued_sectors(round)
    forms = {s: campaign.issued_form(round, s).read_bytes() for s in sectors}
    issued = {s: prefilled(form, s) for s, form in forms.items()}
    filled = demo.returns(round, issued)
    for k, sector in enumerate(progress(sectors, Texts("cli", language)("progress_fill"), len(sectors))):
        made, findings = fill.fill(forms[sector], filled[sector])
        if findings:
            raise ValueError("; ".join(f.message(language) for f in findings))
        path = campaign.folder / "ricevute" / round / NAMES[k % len(NAMES)].format(sector=sector)
        documents.write_bytes(path, made)
        with register_updates.open_register(campaign, language, CannotRun) as register:
            register.receive(made, round, campaign.relative(path), arrived=_arrival(round))


def _arrival(round: str) -> str:
    """When the returns of ``round`` came, in the invented year: the day before its deadline."""
    deadline = next(r["deadline"] for r in demo.plan()["rounds"] if r["id"] == round)
    return f"{date.fromisoformat(deadline) - timedelta(days=1)}T10:00:00+01:00"
