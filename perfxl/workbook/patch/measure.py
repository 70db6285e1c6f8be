"""How many lines a text takes in a wrapped cell: the form's font has letters of very different widths."""

from functools import lru_cache

#: Advance of each character of Arial in thousandths of its size; what is not here is taken as wide as a capital.
_ADVANCES = {222: "ijl'’‘", 191: "|", 278: " .,:;!/\\ftI[]ìíÌÍ", 333: "()-r\"“”{}*°", 500: "ckszvxyJç", 584: "+<=>~–",
             556: "abdeghnopquLàèéòóùáúñ0123456789?_«»€$#", 611: "FTZ", 667: "ABEKPSVXYÀÈÉ&", 833: "mM", 889: "%",
             722: "CDHNRUwÙ", 778: "GOQÒ", 944: "W", 1000: "—…@"}
_ADVANCE = {c: advance for advance, characters in _ADVANCES.items() for c in characters}
_OTHER, _BEYOND = 700, 1000

#: Points of one unit of column width (a digit of the default font), and the share of a line that wrapping leaves empty.
_UNIT, _LOSS = 5.25, 1.05


class _Advances(dict[str, int]):
    """The advance of any character."""

    def __missing__(self, character: str) -> int:
        advance = self[character] = _OTHER if character < "\u0400" else _BEYOND
        return advance


_advances = _Advances(_ADVANCE)


@lru_cache(1024)
def lines(text: str, width: float, size: float = 10) -> int:
    """Lines that ``text`` takes in a column ``width`` units wide, in letters of ``size`` points."""
    room = max(1.0, (width - 1) * _UNIT) * 1000 / (size * _LOSS)
    advance = _advances.__getitem__
    return sum([max(1, -int(-sum(map(advance, line)) // room)) for line in text.split("\n")])
