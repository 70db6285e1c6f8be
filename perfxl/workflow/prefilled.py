"""What each sector's form says before anybody fills it in."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from perfxl.campaign import Campaign
from perfxl.model import documents, terms
from perfxl.model.rounds import Rounds


def prefilled_of(campaign: Campaign, content: dict[str, Any], round: str, extensions: Mapping[str, str],
                 only: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
    """The return that each sector (each of ``only``) would be issued in ``round`` now, by sector."""
    from perfxl.stages import issue as stage

    return stage.returns(content, round, drawn_on=drawn_on(campaign, content, round), extensions=extensions, only=only)


def drawn_on(campaign: Campaign, content: dict[str, Any], round: str) -> str:
    """What stands for that on which the forms of ``round`` are made: the master and the body's own fields."""
    from perfxl.stages.issue.form.stored import stored

    kind = Rounds.from_plan(content)[round].kind
    own = campaign.master(kind)
    master = own.read_bytes() if documents.file_exists(own) else stored(kind, content["body"].get("language", "it"))
    words = terms.words_of(content).key
    return documents.digest([sha256(master).hexdigest(), campaign.extension, *([words] if words != terms.USUAL else [])])
