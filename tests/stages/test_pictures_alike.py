"""When two pictures of an archive say the same: smoothed otherwise they do, with another digit they do not, on whatever ground."""

import io
from functools import cache
from itertools import combinations

import matplotlib
import pytest
from matplotlib.figure import Figure
from PIL import Image, ImageFilter

from perfxl.stages.publish.pictures import look_alike
from perfxl.stages.report import charts

GROUNDS = {(fill, hatch) for fill, hatch in (*charts.MOMENTS.values(), charts.LATER, *charts.STATUSES.values(), *charts.BARS.values(), ("#FFFFFF", ""))}
PLAIN = sorted({fill for fill, _ in GROUNDS})
DIGITS = ("", *"0123456789")


@cache
def drawn(digit: str, fill: str, ink: str = charts.INK, hatch: str = "", hinting: str = "") -> bytes:
    """A bar of ``fill`` with ``digit`` on it, as small as a chart has any."""
    out = io.BytesIO()
    with matplotlib.rc_context({"text.hinting": hinting} if hinting else {}):
        figure = Figure(figsize=(0.6, 0.4))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.axis("off")
        axes.barh([0], [1], 0.8, color=fill, hatch=hatch, edgecolor=charts.INK, linewidth=0.5)
        axes.text(0.5, 0, digit, fontsize=7, color=ink, ha="center", va="center")
        figure.savefig(out, format="png", dpi=170)
    return out.getvalue()


@pytest.mark.parametrize("fill", PLAIN)
@pytest.mark.parametrize("ink", [charts.INK, "#000000"])
def test_another_digit_is_seen_on_every_colour(fill, ink):
    unseen = [(one, other) for one, other in combinations(DIGITS, 2) if look_alike(drawn(one, fill, ink), drawn(other, fill, ink))]
    assert unseen == []


@pytest.mark.parametrize("fill, hatch", sorted(g for g in GROUNDS if g[1]))
def test_a_digit_where_none_was_is_seen_on_every_hatch(fill, hatch):
    assert [d for d in DIGITS[1:] if look_alike(drawn("", fill, hatch=hatch), drawn(d, fill, hatch=hatch))] == []


def softer(png: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.filter(ImageFilter.GaussianBlur(0.3)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("fill", PLAIN)
def test_what_is_only_smoothed_otherwise_is_the_same(fill):
    for digit in DIGITS:
        one = drawn(digit, fill)
        assert look_alike(one, softer(one)) and look_alike(softer(one), one), digit
        assert look_alike(one, drawn(digit, fill, hinting="none")), digit


def test_a_tint_of_the_whole_is_seen():
    assert not look_alike(drawn("3", PLAIN[0]), drawn("3", PLAIN[1]))
