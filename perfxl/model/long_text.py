"""Long texts in several cells, joined again exactly.

A cell shows about 25 lines of the wide column and cannot hold more than 32,767 characters, as UTF-16 counts them (an
emoji is two), so a long text is
carried on in the cells below. It is cut at line ends; the cells are joined with a newline. A cut inside
a line is marked by a word joiner (U+2060) at the end of the cell, and then nothing is put between.
"""

SEAM = "\u2060"
CELL_LIMIT = 32_000  # Excel's own is 32,767; the rest is left for escapes
VISIBLE_LINES, LINE_WIDTH = 25, 95


def lines_shown(text: str, width: float = LINE_WIDTH) -> int:
    """How many lines ``text`` takes in a cell ``width`` characters wide."""
    most = max(1, int(width))
    if "\n" not in text:
        return max(1, -(-len(text) // most))
    return sum([-(-len(line) // most) or 1 for line in text.split("\n")])


def units(text: str) -> int:
    """How many characters spreadsheets count in ``text``: those of UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitting(text: str, limit: int) -> int:
    """How many characters from the beginning of ``text`` make at most ``limit`` units."""
    if units(text[:limit]) <= limit:
        return limit
    left = limit
    for at, character in enumerate(text):
        left -= 2 if character > "\uffff" else 1
        if left < 0:
            return at
    return len(text)


def _cut(text: str, lines: int, limit: int) -> tuple[str, str, bool]:
    """The first piece of ``text``, of at most ``limit`` units, the rest, and whether the cut is at a line end."""
    if units(text) <= limit and lines_shown(text) <= lines:
        return text, "", True
    taken = used = size = 0
    for line in text.split("\n"):
        used += lines_shown(line)
        if taken and (used > lines or size + units(line) > limit):
            break
        taken += len(line) + 1
        size += units(line) + 1
    end = taken - 1
    piece = text[:end]
    if end and units(piece) <= limit and lines_shown(piece) <= lines and piece.strip() and text[end + 1:].strip() \
            and not piece.endswith(SEAM):
        return piece, text[end + 1:], True
    end = min(fitting(text, limit), lines * LINE_WIDTH, len(text) - 1)
    space = text.rfind(" ", end // 2, end)
    end = space + 1 if space > 0 else end
    while end > 1 and (text[end - 1] == SEAM or not text[end:].strip()):
        end -= 1
    return text[:end], text[end:], False


def split(text: str, cells: int) -> list[str] | None:
    """``text`` in at most ``cells`` pieces such that ``join`` gives it back; None when it cannot be.

    Pieces are as short as the eye wants when there are cells enough, else as long as a cell can hold.
    """
    for lines in (VISIBLE_LINES, 4 * VISIBLE_LINES, CELL_LIMIT):
        pieces: list[str] = []
        rest = text
        while rest and len(pieces) < cells:
            piece, rest, at_line_end = _cut(rest, lines, CELL_LIMIT)
            pieces.append(piece if at_line_end else piece + SEAM)
        if not rest and join(pieces) == text:
            return pieces
    return None


def join(pieces: list[str]) -> str:
    """The text whose pieces stand in several cells, in order; blank cells do not count."""
    text = ""
    for piece in (p for p in pieces if p):
        if not text:
            text = piece
        elif text.endswith(SEAM):
            text = text[: -len(SEAM)] + piece
        else:
            text += "\n" + piece
    return text
