"""``perfxl template``: the masters of the forms, the templates of the reports and of the messages, for the body to restyle."""

from argparse import Namespace

from perfxl.campaign import Campaign
from perfxl.model.languages import document_language
from perfxl.model.rounds import KINDS
from perfxl.model.texts import Texts
from perfxl.stages.issue.form import masters
from perfxl.stages.mail import wording
from perfxl.stages.report import templates
from perfxl.ui.cli.arguments import Arguments
from perfxl.ui.cli.shared import CLEAN
from perfxl.ui.screen import show_path
from perfxl.workflow.own_folders import require_own
from perfxl.workflow.plan_workbook import plan_of
from perfxl.workflow.running import CannotRun


def arguments(given: Arguments) -> None:
    """What the command takes."""
    given.campaign()
    given.add("--force", action="store_true", text="force")


def run(args: Namespace) -> int:
    """Do it; the exit code."""
    say = Texts("cli", args.lang)
    campaign = Campaign(args.folder)
    require_own(campaign, args.lang)
    plan, _ = plan_of(campaign, args.lang)
    reports = [campaign.folder / "modelli" / name for name in templates.names()]
    mails = [wording.own_template(args.folder, kind) for kind in wording.KINDS]
    there = [p for p in (*(campaign.master(k) for k in KINDS), *reports, *mails) if p.exists()]
    if there and not args.force:
        raise CannotRun(say("masters_exist", paths=", ".join(map(str, there))))
    language = plan["body"].get("language", "it")
    for path in (*masters.write(args.folder, language, campaign.extension), *templates.write(args.folder, document_language(language)),
                 *wording.write(args.folder, language)):
        show_path(path)
    print(say("template_done"))
    return CLEAN
