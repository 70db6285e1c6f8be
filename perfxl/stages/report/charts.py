"""The charts of the documents, drawn from the figures of the consolidated document and readable in greyscale.

Every series has its own hatch and its own shade, light before and dark after; figures stand beside the bars. Each
chart is a PNG and a text that says the same; the same document gives the same bytes.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from perfxl.model import safe_path
from perfxl.model.plan_year import months_of
from perfxl.model.rounds import Round
from perfxl.stages.consolidate.charts import NAMED, heaviest
from perfxl.stages.consolidate.gantt import bars
from perfxl.stages.consolidate.records import below, tree
from perfxl.stages.consolidate.view import Assignment, View
from perfxl.stages.report.speech import Speech

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 6.3  # inches: the width of the text
INK, GRID = "#1F2933", "#D5DBE2"
#: Fill and hatch by moment, and by status: they differ in lightness and in pattern, not in colour alone.
MOMENTS = {"monitoring": ("#BFD0EA", "///"), "final": ("#22692F", "")}
#: Of the last of two monitorings side by side.
LATER = ("#5F7BA8", "")
STATUSES = {"achieved": ("#22692F", ""), "partial": ("#8FBF8A", "///"), "not_achieved": ("#F4E3B2", "xx"),
            "replaced": ("#D9D9D9", "..."), "withdrawn": ("#D9D9D9", "ooo"), "not_due": ("#FFFFFF", "\\\\"), "unknown": ("#FFFFFF", "")}
BARS = {"approved": ("#B8C0CA", ""), "both": ("#5F7BA8", ""), "revised": ("#1F4E9E", "xxx"), "dropped": ("#FFFFFF", "...")}


@dataclass(frozen=True)
class Chart:
    """A picture (PNG), how wide and high it is printed in millimetres, and the text that stands for it."""

    png: bytes
    width: float
    height: float
    alternative: str


class Charts(Mapping[str, Any]):
    """Charts by name, each drawn once, when it is asked for."""

    def __init__(self, drawn: dict[str, Callable[[], Chart | None]]):
        self._drawn = drawn
        self._made: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Chart | None:
        if key not in self._made:
            self._made[key] = self._drawn[key]()
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._drawn)

    def __len__(self) -> int:
        return len(self._drawn)


def of_body(view: View, speech: Speech) -> Charts:
    """The charts of the whole body: ``sectors``, ``lines``, ``weights``, ``directions``."""
    return Charts({"sectors": lambda: outcomes_by_sector(view, speech), "lines": lambda: status_by_direction(view, speech),
                   "weights": lambda: weight_and_outcome(view, speech), "directions": lambda: outcomes_by_direction(view, speech)})


def of_sectors(view: View, speech: Speech) -> Charts:
    """The calendar of the phases of every sector, by its code."""
    return Charts({s["code"]: partial(gantt, view, speech, s["code"]) for s in view.sectors})


def _figure(height: float, fitted: bool = True) -> "tuple[Figure, Any]":
    """A figure of ``height`` inches with its axes; one that is not fitted has fixed margins, and is drawn far sooner."""
    safe_path.matplotlib()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), dpi=170, layout="constrained" if fitted else None)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    if not fitted:
        figure.subplots_adjust(left=0.13, right=0.985, top=1 - 0.3 / height, bottom=0.28 / height)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=8, colors=INK)
    return figure, axes


def _chart(figure: "Figure", alternative: str) -> Chart:
    """The picture of a figure, without transparency: archivable PDF files want none."""
    import numpy
    from PIL import Image

    canvas: Any = figure.canvas  # that of ``_figure``, of which matplotlib only says that it is of some kind
    canvas.draw()
    out = io.BytesIO()
    Image.fromarray(numpy.asarray(canvas.buffer_rgba())[:, :, :3]).save(out, "PNG", optimize=False)
    width, height = figure.get_size_inches()
    return Chart(out.getvalue(), width * 25.4, height * 25.4, alternative)


def outcomes_by_sector(view: View, speech: Speech) -> Chart | None:
    """Horizontal bars, the last round against the one before it; None without outcomes."""
    labels = {s["code"]: s["code"] for s in view.sectors if any(view.mean(r, "sectors", s["code"]).outcome for r in view.rounds)}
    when = {r: speech.at("when", r) for r in view.rounds[-2:]}
    return _outcomes(view, speech, kind="sectors", labels=labels, when=when, words=("axis_outcome", "alt_chart_sectors")) if labels else None


def outcomes_by_direction(view: View, speech: Speech) -> Chart | None:
    """Horizontal bars by strategic direction, each moment by its date; None without outcomes or directions."""
    labels = {code: _short(title, 38) for code, title, _ in (directions(view) if view.rounds else ())}
    days = {r: speech.day(view.dates.get(r, {}).get("reference_date")) for r in view.rounds[-2:]}
    when = {r: speech.say("on_day", day=day) if day else speech.at("when", r) for r, day in days.items()}
    return _outcomes(view, speech, kind="lines", labels=labels, when=when, words=("axis_of_100", "alt_chart_directions")) if labels else None


def _outcomes(view: View, speech: Speech, kind: str, labels: dict[str, str], when: dict[Round, str], words: tuple[str, str]) -> Chart:
    """Bars of the outcomes of every code of ``labels`` (its label), one a moment of ``when`` (its name).

    ``words``: the keys of what the axis measures and of the text that stands for the chart.
    """
    axis, alternative = words
    figure, axes = _figure(0.9 + 0.33 * len(labels))
    thick = 0.8 / len(when)
    for k, r in enumerate(when):
        fill, hatch = LATER if k and r.kind == "monitoring" else MOMENTS[r.kind]
        values = [view.mean(r, kind, code).outcome for code in labels]
        places = [n + (k - (len(when) - 1) / 2) * thick for n in range(len(labels))]
        drawn = axes.barh(places, [float(v or 0) for v in values], thick * 0.92, color=fill, hatch=hatch, edgecolor=INK, linewidth=0.5, label=when[r])
        axes.bar_label(drawn, [speech.outcome(v) for v in values], fontsize=7, padding=2, color=INK)
    axes.set_yticks(range(len(labels)), list(labels.values()))
    axes.invert_yaxis()
    axes.set_xlim(0, 112)
    axes.set_xlabel(speech.say(axis), fontsize=8)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    figure.legend(loc="outside upper center", ncols=2, fontsize=8, frameon=False)
    listed = "; ".join(f"{label}: " + ", ".join(f"{when[r]} {speech.percent(view.mean(r, kind, c).outcome)}" for r in when)
                       for c, label in labels.items())
    return _chart(figure, speech.say(alternative, list=listed + "."))


def directions(view: View) -> list[tuple[str, str, Counter[str]]]:
    """For every strategic direction that some objective realises: code, title, objectives by status, each once."""
    nodes, listed = tree(view), []
    for n, node in enumerate(nodes):
        if node.line and node.depth == 1:
            held = {h.objective.code: h for m in below(nodes, n) for h in nodes[m].leaves if h.is_lead}
            if held:
                counted = Counter(view.outcome(view.round, h).state for h in held.values())
                listed.append((node.line["code"], node.line["title"], counted))
    return listed


def status_by_direction(view: View, speech: Speech) -> Chart | None:
    """Stacked bars with the number in each part; None without outcomes or directions."""
    rows = directions(view) if view.rounds else []
    if not rows:
        return None
    figure, axes = _figure(1.0 + 0.42 * len(rows))
    left = [0] * len(rows)
    for status, (fill, hatch) in STATUSES.items():
        values = [counted[status] for _, _, counted in rows]
        if any(values):
            drawn = axes.barh(range(len(rows)), values, 0.62, left=left, color=fill, hatch=hatch, edgecolor=INK, linewidth=0.5,
                              label=speech.words(f"status_{status}"))
            axes.bar_label(drawn, [str(v) if v else "" for v in values], label_type="center", fontsize=8, color=INK,
                           bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none"})
            left = [a + b for a, b in zip(left, values, strict=True)]
    axes.set_yticks(range(len(rows)), [_short(f"{code} {title}", 38) for code, title, _ in rows])
    axes.invert_yaxis()
    axes.set_xlabel(speech.say("axis_objectives"), fontsize=8)
    axes.xaxis.get_major_locator().set_params(integer=True)
    figure.legend(loc="outside upper center", ncols=3, fontsize=8, frameon=False)
    listed = "; ".join(f"{code}: " + ", ".join(f"{speech.words(f'status_{s}')} {n}" for s, n in sorted(counted.items()))
                       for code, _, counted in rows)
    return _chart(figure, speech.say("alt_chart_lines", list=listed + "."))


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def weight_and_outcome(view: View, speech: Speech) -> Chart | None:
    """Every counted objective by weight and outcome, named those that take most points away; None without outcomes."""
    counted = [o for o in view.outcomes[view.round].objectives if o.counted and o.value is not None] if view.rounds else []
    if not counted:
        return None
    figure, axes = _figure(3.4)
    points = [(float(o.weight or 0), float(o.value or 0), o) for o in counted]
    axes.scatter([x for x, _, _ in points], [y for _, y, _ in points], s=26, facecolor="#8FBF8A", edgecolor=INK, linewidth=0.7, zorder=3)
    lowest = min(0 if min(y for _, y, _ in points) < 50 else 50, 100)
    _name_points(axes, heaviest(view, view.round), view, (max(x for x, _, _ in points) / (WIDTH * 65), (104 - lowest) / (3.4 * 55)))
    axes.set_xlabel(speech.say("axis_weight_named", most=NAMED), fontsize=8)
    axes.set_ylabel(speech.say("axis_outcome"), fontsize=8)
    axes.set_ylim(lowest, 104)
    axes.set_xlim(0, max(x for x, _, _ in points) * 1.1 or None)  # room for the code beside the heaviest
    axes.grid(color=GRID, linewidth=0.6)
    full = sum(Decimal(o.value or 0) >= 100 for o in counted)
    return _chart(figure, speech.say("alt_chart_weights", count=len(counted), full=full))


def _name_points(axes: "Axes", named: list[Assignment], view: View, point: tuple[float, float]) -> None:
    """Write the code beside every point of ``named``, each in a free place; ``point``: a typographic point in the units of the axes."""
    taken: list[tuple[float, float]] = []
    for held in sorted(named, key=lambda h: h.key):
        outcome = view.outcome(view.round, held)
        x, y = float(outcome.weight or 0), float(outcome.value or 0)
        for lower in range(-3, -60, -8):
            here = (x / point[0], y / point[1] + lower)
            if all(abs(here[0] - a) > 40 or abs(here[1] - b) > 7 for a, b in taken):
                break
        taken.append(here)
        axes.annotate(held.objective.code, (x, y), xytext=(5, lower), textcoords="offset points", fontsize=7, color=INK)


def gantt(view: View, speech: Speech, sector: str) -> Chart | None:
    """The phases of the objectives that ``sector`` leads, month by month of the plan's year; None when it has none."""
    phases, shown = [], months_of(view.content, 1)
    for held in view.by_sector.get(sector, ()):
        if held.objective.lead == sector:
            for phase in held.objective.sheet.data.get("phases", ()):
                phases.append((held.objective.code, str(phase.get("id", "")), bars(phase, view.content, view.round)))
    rows = [(code, id, months) for code, id, spans in phases if (months := {shown.index(m) + 1: kind for m, kind in spans.items() if m in shown})]
    if not rows:
        return None
    figure, axes = _figure(min(9.2, 0.8 + 0.16 * len(rows)), fitted=False)
    used = set()
    for n, (_, _, months) in enumerate(rows):
        for kind in sorted(set(months.values())):
            fill, hatch = BARS[kind]
            axes.broken_barh([(m - 0.5, 1) for m in sorted(months) if months[m] == kind], (n - 0.36, 0.72), facecolor=fill, hatch=hatch,
                             edgecolor=INK, linewidth=0.4, label="" if kind in used else speech.say(f"gantt_{kind}"))
            used.add(kind)
    axes.set_yticks(range(len(rows)), [f"{code} · {id}" for code, id, _ in rows], fontsize=6.5)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    names = speech.words("months").split()
    axes.set_xticks(range(1, len(shown) + 1), [names[month - 1] for _, month in shown], fontsize=8)
    axes.set_xlim(0.5, len(shown) + 0.5)
    axes.set_axisbelow(True)
    axes.grid(color=GRID, linewidth=0.5)
    figure.legend(loc="upper center", ncols=4, fontsize=7.5, frameon=False, handlelength=1.6, columnspacing=1.2)
    return _chart(figure, speech.say("alt_gantt", count=len(rows)))
