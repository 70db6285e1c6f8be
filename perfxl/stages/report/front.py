"""What stands before the sectors: cover, premise, the outcomes of body and sectors, the strategic cascade."""

from collections.abc import Mapping
from dataclasses import dataclass

from perfxl.campaign.register import Approval
from perfxl.model.arithmetic import rounded
from perfxl.model.indicators import used_in
from perfxl.model.outcomes import rules_of
from perfxl.model.readings import in_force
from perfxl.model.rounds import MONITORING, Round, names_of
from perfxl.stages.consolidate.indicators import lines_of, measured, result_of, said_of_line, said_value
from perfxl.stages.consolidate.records import Node, below, tree
from perfxl.stages.consolidate.view import Assignment, View
from perfxl.stages.report.prose import Paragraph, paragraphs
from perfxl.stages.report.runs import Runs, coloured, joined, revised
from perfxl.stages.report.speech import Speech

#: What heads a column of a round's figures, by what it holds.
HEADS = ("percent", "status", "measured", "achieved", "realised")


@dataclass(frozen=True)
class SectorLine:
    """A row of the table of outcomes: texts as they are printed, ``bold`` for the body's own row."""

    code: str
    name: str
    objectives: str
    interim: str
    final: str
    denominator: str
    coverage: str
    bold: bool = False
    fill: str = "E3EAF2"


@dataclass(frozen=True)
class CascadeLine:
    """A row of the cascade: a strategic line (``depth`` 1 to 3) or an objective that realises one (``depth`` 0)."""

    depth: int
    code: str
    title: Runs
    who: str
    interim: str
    final: str
    fill: str = "FFFFFF"


FILLS = {1: "D5DFEA", 2: "EAF0F6", 3: "F7F9FB"}
#: Fill of the lines that nobody realises; the row says so in words as well.
GAP = "FFE9B8"


def act(view: View, speech: Speech, round: str, approval: Approval | None) -> str:
    """The act that approved ``round``: as recorded with the approval, else as the plan says; blank when neither does, and where
    the recorded one is blank: that of a draft, or of a register that was made again."""
    if approval is not None:
        return speech.act(approval.act, approval.date) if approval.act else ""
    return view.dates.get(round, {}).get("act", "")


@dataclass(frozen=True)
class IndicatorLine:
    """A row of the indicators, as it is printed."""

    code: str
    name: str
    unit: str
    target: str
    interim: str
    final: str
    used: str


def premise(view: View, speech: Speech, acts: Mapping[Round, str]) -> tuple[Paragraph, ...]:
    """The paragraphs that say what the document is, what its colours mean and how its figures are computed."""
    rules, r = rules_of(view.content), view.round
    keys = [f"premise_{r.kind}", "premise_sectors" if r.reports else "premise_sectors_plan"]
    texts = [*(speech.say(k, year=view.content["year"]) for k in keys), _moments(view, speech)]
    before = [acts[q] for q in r.earlier if acts[q]]
    if before:
        texts.append(speech.say("premise_acts", acts="; ".join(before)))
    if view.rounds:
        texts += [*_measured(view, speech), speech.say("premise_mean"), *_levels(view, speech),
                  speech.say("premise_rounding_once" if view.rules().once else "premise_rounding_each",
                                                                   decimals=speech.say(f"decimals_{view.rules().decimals}")),
                  speech.say("premise_missing_" + rules["missing"]), speech.say("premise_body_" + rules["body_mean"])]
    return tuple(p for text in texts for p in paragraphs(text, "plan"))


def _moments(view: View, speech: Speech) -> str:
    """What the colours tell apart, by the names that the body gives its rounds."""
    during = [r for r in view.rounds if r.kind == MONITORING]
    if not during or not any(r.named(speech.language) for r in view.rounds):
        return speech.say(f"premise_colours_{view.round.kind}")
    return speech.say(f"premise_colours_{view.round.kind}_named", during=names_of(during, speech.language), round=view.round.name(speech.language))


def heads(view: View, speech: Speech) -> dict[str, dict[str, str]]:
    """What heads the two columns of figures, ``interim`` and ``final``, by what they hold: ``percent``, ``status``, ``measured``,
    ``achieved``, ``realised``."""
    return {"interim" if kind == MONITORING else kind: {key: speech.at(f"head_{key}", round or kind) for key in HEADS}
            for kind, round in view.columns.items()}


def _levels(view: View, speech: Speech) -> list[str]:
    """How the outcomes of sectors that stand under others enter those above and the body's; nothing where all stand side by side."""
    if not view.structure.levelled:
        return []
    rules = view.rules()
    shares = {"units": speech.number(rules.units_share), "own": speech.number(100 - rules.units_share)}
    return [speech.say(f"premise_units_{rules.units}", **shares), speech.say(f"premise_levels_{rules.levels_in_body}"),
            *([speech.say(f"premise_units_mean_{rules.units_mean}")] if rules.units != "own" else [])]


def _measured(view: View, speech: Speech) -> list[str]:
    """How the outcome of an objective follows, by the body's rules; its tables of bands; what its traffic lights mean."""
    rules, number = view.rules(), speech.number
    shares = {"phases": number(rules.share), "results": number(100 - rules.share)} if rules.counting == "mix" else {}
    sentences = [speech.say(f"premise_counting_{rules.counting}", **shares)]
    sentences += [speech.say("premise_worst")] if rules.results_as == "worst" else []
    sentences += [speech.say(f"premise_unread_{rules.unread}")] if rules.unread != "unknown" else []
    for scale, bands in rules.scales.items():
        ends = [speech.say("premise_band", low="…" if b.low is None else number(b.low), high="…" if b.high is None else number(b.high),
                           degree=number(rounded(b.degree)), label=f" ({b.label})" if b.label else "") for b in bands]
        sentences.append(speech.say("premise_bands", scale=scale, bands="; ".join(ends)))
    return sentences + ([speech.say("premise_lights", green=number(rules.green), amber=number(rules.amber))] if rules.green else [])


def colours(view: View, speech: Speech) -> tuple[Runs, ...]:
    """The legend: one line a colour, each in its own colour; none in the plan round, which has one colour."""
    moments = (view.year.all[0], *view.rounds) if view.rounds else ()
    return tuple(coloured(speech.at("colour", m, day=speech.day(view.dates.get(m, {}).get("reference_date"))), m) for m in moments)


def body_sentence(view: View, speech: Speech) -> str:
    """The outcome of the body with its denominator, in words; blank in the plan round."""
    if not view.rounds:
        return ""
    mean = view.mean(view.round, "body", "")
    if mean.outcome is None:
        return speech.words("body_none")
    excluded = ", ".join(_out(view, speech, code) for code in mean.excluded
                         if view.mean(view.round, "sectors", code).exclusion != "other_level")
    kind = view.rules().body_mean
    return speech.say(f"body_sentence_{kind}", of=speech.words.at("of", view.round), outcome=speech.percent(mean.outcome),
                      counted=mean.counted, denominator=speech.weight(mean.denominator),
                      coverage=speech.percent(mean.coverage)) \
        + (" " + speech.say("body_excluded", sectors=excluded) if excluded else "")


def _out(view: View, speech: Speech, code: str) -> str:
    """A sector out of the body's mean and, where its outcomes say it, why."""
    why = view.mean(view.round, "sectors", code).exclusion
    return f"{code} ({speech.say('out_' + why)})" if why else code


def sector_lines(view: View, speech: Speech) -> tuple[SectorLine, ...]:
    """The outcomes of every sector, and of the body last."""
    lines = [_sector_line(view, speech, kind="sectors", code=s["code"], name=s["name"], objectives=len(view.by_sector.get(s["code"], ())))
             for s in view.sectors]
    return (*lines, _sector_line(view, speech, kind="body", code=speech.words("the_body"), name=view.content["body"]["name"],
                                 objectives=len(view.objectives), bold=True))


def _sector_line(view: View, speech: Speech, kind: str, code: str, name: str, objectives: int, bold: bool = False) -> SectorLine:
    last = view.mean(view.round, kind, code)
    if kind == "sectors" and view.structure.levelled:
        name = "\N{NO-BREAK SPACE}" * 3 * (view.structure.depth(code) - 1) + name
    interim, final = (speech.outcome(view.mean(r, kind, code).outcome) for r in view.columns.values())
    return SectorLine(code, name, str(objectives), interim=interim, final=final, denominator=speech.weight(last.denominator),
                      coverage=speech.outcome(last.coverage), bold=bold)


def title(view: View, held: Assignment, speech: Speech) -> Runs:
    """The title of an objective as approved and as revised."""
    sheet = held.objective.sheet.data
    return revised(sheet.get("title"), view.revised(sheet, "title")) or coloured(speech.words("no_title"), "soft")


def cascade(view: View, speech: Speech) -> tuple[CascadeLine, ...]:
    """The strategic tree in the order of its codes, each line followed by the objectives that realise it."""
    nodes, lines = tree(view), []
    for n, node in enumerate(nodes):
        realised = any(nodes[m].leaves for m in below(nodes, n))
        lines.append(_node(view, speech, node, realised))
        lines += _indicators(view, speech, node)
        lines += _leaves(view, speech, node.leaves)
    return tuple(lines)


def _node(view: View, speech: Speech, node: Node, realised: bool) -> CascadeLine:
    if node.line is None:
        return CascadeLine(1, "", title=coloured(speech.words("no_line")), who="", interim="", final="", fill=FILLS[1])
    code = node.line["code"]
    interim, final = (speech.outcome(view.mean(r, "lines", code).outcome) if realised else "" for r in view.columns.values())
    name = joined([coloured(node.line["title"]), Runs() if realised or lines_of(view, code) else coloured(speech.say("realised_by_nobody"), "soft")])
    who = "\n".join([*node.line.get("councillors", ()), *speech.further("cascade", node.line)])
    return CascadeLine(min(3, node.depth), code, name, who, interim=interim, final=final,
                       fill=FILLS[min(3, node.depth)] if realised or lines_of(view, code) else GAP)


def _indicators(view: View, speech: Speech, node: Node) -> list[CascadeLine]:
    """The indicators that tell the public value of a line: target and, in each round, what was measured."""
    rows = []
    for indicator in lines_of(view, node.line["code"]) if node.line else ():
        values = [measured(view, indicator["code"], r) if r else (None, None) for r in view.columns.values()]
        figures = [speech.outcome(achieved) if achieved is not None else "" for _, achieved in values]
        held = result_of(view, indicator["code"])
        rows.append(CascadeLine(0, indicator["code"], coloured(said_of_line(view, indicator, speech.language), "soft"),
                                 held[0]["lead"] if held else indicator.get("owner", ""), *figures))
    return rows


def indicator_lines(view: View, speech: Speech) -> tuple[IndicatorLine, ...]:
    """The indicators that objectives and lines share: what each round measured, and where it is used."""
    lines = []
    for indicator in view.content.get("indicators", ()):
        code, held = indicator["code"], result_of(view, indicator["code"])
        target = in_force(held[1], "target", view.round) if held else indicator.get("target")
        values = [measured(view, code, r)[0] if r else None for r in view.columns.values()]
        used = [*used_in(view.content, code), *([indicator["line"]] if indicator.get("line") else [])]
        lines.append(IndicatorLine(code, indicator.get("name", ""), unit=indicator.get("unit", ""), target="" if target is None else said_value(target, speech.language),
                                   used="\n".join(used), **{key: "" if v is None else said_value(v, speech.language)
                                                            for key, v in zip(("interim", "final"), values, strict=True)}))
    return tuple(lines)


def _leaves(view: View, speech: Speech, leaves: tuple[Assignment, ...]) -> list[CascadeLine]:
    """One row an objective and outcome: sectors that have it with the same figures share the row."""
    by_leaf: dict[tuple[str, ...], list[Assignment]] = {}
    for held in leaves:
        figures = tuple(speech.outcome(view.outcome(r, held).value) for r in view.columns.values())
        by_leaf.setdefault((held.objective.code, *figures), []).append(held)
    return [CascadeLine(0, code, title(view, held[0], speech), ", ".join(h.holder.sector for h in held), *figures)
            for (code, *figures), held in by_leaf.items()]
