"""Collects what came back: takes messages and archives apart, files the returns, sets the rest aside, and registers all.

Messages and archives are opened only in processes of their own: one that ends, hangs or eats its process is kept, named,
and takes nothing with it.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from perfxl.campaign import Campaign
from perfxl.campaign.register import Register
from perfxl.model.findings import Finding, Place
from perfxl.model.rounds import Rounds
from perfxl.model.succession import with_former
from perfxl.model.texts import LANGUAGES, Texts
from perfxl.stages.mail.incoming import imap, sources, spool
from perfxl.stages.mail.incoming.model import Source
from perfxl.stages.mail.incoming.spool import Spooled
from perfxl.stages.mail.settings import Server, Unusable, settings
from perfxl.workflow import drafts, register_updates
from perfxl.workflow import workers as work
from perfxl.workflow.arrivals import Arrivals
from perfxl.workflow.arrived import Collected
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun, Progress, quiet
from perfxl.workflow.workers import Workers

#: Where the controller puts what is to be collected, in the campaign.
ARRIVALS = "in arrivo"
#: Messages taken apart, filed and registered together: a run that is cut short begins again from the last of these.
TOGETHER = 50


def collect(campaign: Campaign, paths: Iterable[Path], language: str, progress: Progress = quiet,
            workers: Workers = Workers()) -> Collected:
    """Collect from ``paths`` (files, folders, mbox, Maildir); without any, from the folder ``in arrivo`` and the plan's mailbox.

    Sources are only read. Collecting again what was collected changes nothing.
    """
    plan, _ = plan_of(campaign, language)
    plan = with_former(plan, dict.fromkeys(s for r in Rounds.from_plan(plan) for s in campaign.issued_sectors(r)))
    given, chosen = list(paths), settings(plan)
    remote = None if given else chosen.imap
    given = given or [p for p in (campaign.folder / ARRIVALS,) if p.exists()]
    if not given and remote is None:
        raise CannotRun(Texts("mail", language)("nothing_to_collect", folder=campaign.folder / ARRIVALS))
    missing = next((p for p in given if not p.exists()), None)
    if missing:
        raise CannotRun(Texts("cli", language)("no_path", path=missing))
    fetched = Collected()
    with register_updates.open_register(campaign, language, CannotRun) as register:
        arrivals = Arrivals(campaign, plan, register=register, fetched=fetched, language=language, workers=workers)
        listed = chain(*map(sources.on_disk, given), _remote(register, remote, chosen.folder, alone=not given))
        try:
            for batch in _batches(listed):
                arrivals.take(batch, progress)
        except Unusable as problem:
            raise CannotRun(problem.say(language), fetched.all_findings()) from None
        except work.Unavailable as problem:
            raise CannotRun(Texts("work", language)(problem.key, **problem.values), fetched.all_findings()) from None
        if remote is not None and chosen.way == "imap":
            for round in dict.fromkeys(e.payload["round"] for e in register.entries("sent", state="drafted")):
                fetched.findings += drafts.update_from_mailbox(register, chosen, round)
    fetched.findings, fetched.set_aside = fetched.all_findings(), {}
    return fetched


def _batches(listed: Iterator[Source | Finding]) -> Iterator[list[Spooled | Finding]]:
    """``listed`` some at a time, put down in a folder that is there until the next are asked for: memory holds one."""
    while True:
        with TemporaryDirectory(prefix="perfxl-") as folder:
            some = islice(enumerate(listed), TOGETHER)
            batch = [s if isinstance(s, Finding) else spool.spool_source(s, Path(folder), n) for n, s in some]
            if not batch:
                return
            yield batch


def _remote(register: Register, server: Server | None, folder: str, alone: bool) -> Iterator[Source | Finding]:
    """What came into the plan's mailbox since it was last collected. One that cannot be had is a finding, unless it is all
    there is to collect from (``alone``)."""
    if server is None:
        return
    last = register.latest("mailbox", f"{server.account}/{folder}")
    try:
        yield from imap.mailbox(server, folder, last.payload if last else None)
    except Unusable as problem:
        if alone:
            raise
        yield Finding("MAIL18", Place(f"{server.user}/{folder}"), {
            "account": server.account, "reason": problem.values.get("reason") or {
                language: Texts("mail", language)(f"short_{problem.key}") for language in LANGUAGES}})
