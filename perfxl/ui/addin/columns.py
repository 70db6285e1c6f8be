"""The columns of a table in a window: as wide as they need to be within what there is, longer texts on several lines."""

from collections.abc import Callable, Sequence

#: Pixels around a text in its column.
_AROUND = 12
#: The narrowest column, in pixels.
_LEAST = 28

Measure = Callable[[str], int]


def widths(headings: Sequence[str], rows: Sequence[Sequence[str]], total: int, measure: Measure, bold: Measure) -> list[int]:
    """The width of each column, ``total`` pixels in all: room for its longest word and for its heading on two lines, and what is left to
    those whose cells are longer, first to those that lack least. ``measure``, ``bold``: the pixels that a text takes in a cell, in a
    heading."""
    columns = list(zip(*rows, strict=True)) or [()] * len(headings)
    least = [max(_LEAST, _halved(heading, bold), *(measure(word) for text in cells for word in text.split())) + _AROUND
             for heading, cells in zip(headings, columns, strict=True)]
    lacking = [max(0, *(measure(text) + _AROUND - most for text in cells), 0) for cells, most in zip(columns, least, strict=True)]
    left = max(0, total - sum(least))
    for number in sorted(range(len(least)), key=lacking.__getitem__):
        given = min(lacking[number], left)
        least[number] += given
        left -= given
    return least


def _halved(heading: str, bold: Measure) -> int:
    """The pixels that ``heading`` needs on two lines, cut where they are fewest."""
    words = heading.split()
    return min(max(bold(" ".join(words[:cut])), bold(" ".join(words[cut:]))) for cut in range(len(words) or 1))


def wrapped(text: str, width: int, measure: Measure) -> str:
    """``text`` on as many lines as a column of ``width`` pixels makes of it; a word is not broken."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and measure(joined) + _AROUND <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return "\n".join(lines)


def lines(texts: Sequence[str]) -> int:
    """How many lines the longest of ``texts`` has, one at least."""
    return max((text.count("\n") + 1 for text in texts), default=1)
