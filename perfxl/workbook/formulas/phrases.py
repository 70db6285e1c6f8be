"""The phrases of which a formula written as Python is made (``writing``): what is done with single values."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any

from perfxl.workbook.formulas import runtime
from perfxl.workbook.formulas.comparing import COMPARISONS
from perfxl.workbook.formulas.functions import SINGLE, WORDED
from perfxl.workbook.formulas.parsing import Node
from perfxl.workbook.formulas.values import Block

#: How Python and the functions that compare call what a formula writes as a sign; each sign with its sides changed.
_SIGNS = {"=": ("==", "eq"), "<>": ("!=", "ne"), "<": ("<", "lt"), ">": (">", "gt"), "<=": ("<=", "le"), ">=": (">=", "ge")}
_TURNED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
#: Functions of texts that come to no error where there was none, and to what.
_SOUND = {"SUBSTITUTE": "text", "UPPER": "text", "LOWER": "text", "EXACT": "bool"}
#: Functions that come to a number or an error.
_NUMERIC = frozenset(("ROUND", "ABS", "YEAR", "VALUE", "FIND"))


class Unfit(Exception):
    """What cannot be written as Python here."""


@dataclass(frozen=True)
class Phrase:
    """A Python expression: ``text``; ``kind`` of what it comes to (any, bool, count for a whole number as Python has it, number,
    text); ``safe``: whether it cannot come to an error; ``literal``: its value, of a constant; ``folded``: what its text in small
    letters is called."""

    text: str
    kind: str = "any"
    safe: bool = True
    literal: float | str | None = None
    folded: str = ""

    @property
    def whole(self) -> int | None:
        """Its value, of a whole number."""
        return int(self.literal) if isinstance(self.literal, float) and self.literal.is_integer() else None


def boxed(phrase: Phrase) -> str:
    """``phrase`` as values are: whole numbers are no more than numbers."""
    return f"float({phrase.text})" if phrase.kind == "count" else phrase.text


class Phrases:
    """Makes phrases; ``names``: what the function knows by name."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {name: getattr(runtime, name) for name in (
            "Wrong", "Otherwise", "plain", "single", "checked", "numeric", "worded", "holds", "divided", "length", "counted")}
        self.names |= {"Block": Block, "plain_kinds": frozenset((float, str, bool))} | {name: COMPARISONS[sign] for sign, (_, name) in _SIGNS.items()}
        self._count = 0

    def fresh(self) -> str:
        """A name that nothing has."""
        self._count += 1
        return f"v{self._count}"

    def constant(self, value: Any) -> str:
        """What ``value`` is called."""
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def literal(self, node: Node) -> Phrase | None:
        """The phrase of a constant."""
        if node.kind == "number":
            return Phrase(repr(node.value), "number", literal=node.value) if isfinite(node.value) else None
        if node.kind == "text":
            return Phrase(self.constant(node.value), "text", literal=node.value)
        if node.kind == "bool":
            return Phrase(str(node.value), "bool")
        return Phrase("None") if node.kind == "blank" else None

    @staticmethod
    def knows(node: Node) -> bool:
        """Whether a call is of a function of single values."""
        return node.value in SINGLE or node.value in WORDED

    def applied(self, node: Node, parts: list[Phrase]) -> Phrase | None:
        """What ``node`` does with its ``parts``; None where no phrase says it."""
        phrase = self._unary(node.value, parts[0]) if node.kind == "unary" else \
            self._binary(node.value, *parts) if node.kind == "binary" else self._called(node.value, parts)
        if phrase is None or all(part.safe for part in parts):
            return phrase
        return Phrase(phrase.text, phrase.kind, safe=False)

    # -- signs
    def _number(self, phrase: Phrase) -> tuple[str, bool]:
        """``phrase`` where a number is wanted, and whether that is safe."""
        if phrase.kind in ("number", "count", "bool"):
            return phrase.text, True
        return f"numeric({phrase.text})", False

    def _unary(self, sign: str, part: Phrase) -> Phrase:
        text, safe = self._number(part)
        exact = part.kind in ("count", "bool")
        return Phrase(f"({sign}{text})" if exact or sign == "-" else text, "count" if exact else "number", safe)

    def _binary(self, sign: str, left: Phrase, right: Phrase) -> Phrase | None:
        if sign in _SIGNS:
            return self._compared(sign, left, right)
        if sign == "&":
            return Phrase(f"({self._text(left)} + {self._text(right)})", "text") if '""' not in (left.literal, right.literal) else None
        (one, first), (other, second) = self._number(left), self._number(right)
        if sign in ("+", "-", "*"):
            exact = [phrase for phrase in (left, right) if phrase.kind in ("count", "bool")]
            if len(exact) == 2 or exact and (left.whole is not None or right.whole is not None):
                one, other = (text if phrase.whole is None else repr(phrase.whole) for phrase, text in ((left, one), (right, other)))
                return Phrase(f"({one} {sign} {other})", "count", first and second)
            return Phrase(f"({one} {sign} {other})", "number", first and second)
        return Phrase(f"divided({one}, {other})", "number", safe=False) if sign == "/" else None

    def _text(self, phrase: Phrase) -> str:
        """``phrase`` where a text is wanted."""
        return phrase.text if phrase.kind == "text" else f"worded({boxed(phrase)}, comma)"

    @staticmethod
    def _fold(phrase: Phrase) -> str:
        return phrase.folded or f"{phrase.text}.casefold()"

    def _compared(self, sign: str, left: Phrase, right: Phrase) -> Phrase:
        if left.literal is not None and right.literal is None:
            left, right, sign = right, left, _TURNED[sign]
        python, name = _SIGNS[sign]
        if left.kind == "count" and (right.kind == "count" or right.whole is not None):
            return Phrase(f"({left.text} {python} {right.text})", "bool")
        if sign in ("=", "<>"):
            same = self._same(left, right)
            if same is not None:
                return Phrase(same if sign == "=" else f"(not {same})", "bool")
        general = f"{name}({boxed(left)}, {boxed(right)})"
        if right.literal == 0 and left.text.isidentifier() and isinstance(right.literal, float):  # nothing but 0 is near to it
            return Phrase(f"({left.text} {python} 0.0 if {left.text}.__class__ is float else {general})", "bool")
        return Phrase(general, "bool")

    def _same(self, left: Phrase, right: Phrase) -> str | None:
        """Whether two parts are the same text; None where something else is compared."""
        if left.kind == right.kind == "text":
            if right.literal == "":
                return f"({left.text} == '')"
            return f"({self._fold(left)} == {self.constant(right.literal.casefold()) if isinstance(right.literal, str) else self._fold(right)})"
        if not isinstance(right.literal, str):
            return None
        if left.kind in ("bool", "count", "number"):
            return "False" if left.text.isidentifier() else None
        if not left.text.isidentifier():
            return None
        if right.literal == "":
            return f"({left.text} is None or {left.text} == '')"
        return f"({left.text}.__class__ is str and {left.text}.casefold() == {self.constant(right.literal.casefold())})"

    # -- functions
    def contained(self, node: Node, phrase: Callable[[Node], Phrase]) -> Phrase | None:
        """Whether one text stands in another, as formulas ask: whether the place of it is a number, or an error. None where something
        else is asked."""
        inner = node.parts[0]
        if node.value not in ("ISNUMBER", "ISERROR") or inner.kind != "call" or inner.value != "FIND" or len(inner.parts) != 2:
            return None
        one, other = map(phrase, inner.parts)
        if not (one.safe and other.safe):
            return None
        return Phrase(f"({self._text(one)} {'in' if node.value == 'ISNUMBER' else 'not in'} {self._text(other)})", "bool")

    def is_kind(self, name: str, part: Phrase) -> Phrase:
        """Whether ``part``, which is no error, is of some kind."""
        wanted = {"ISNUMBER": "float", "ISTEXT": "str"}.get(name)
        if name == "ISERROR":
            return Phrase("False", "bool")
        return Phrase(f"({boxed(part)}.__class__ is {wanted})" if wanted else f"({boxed(part)} is None)", "bool")

    def _called(self, name: str, parts: list[Phrase]) -> Phrase | None:
        if name in ("ISERROR", "ISNUMBER", "ISTEXT", "ISBLANK"):
            return self.is_kind(name, parts[0]) if len(parts) == 1 and parts[0].safe else None
        if name == "LEN" and len(parts) == 1:
            return Phrase(f"length({self._text(parts[0])})", "number")
        if name in ("LEFT", "RIGHT") and len(parts) == 2 and (parts[1].whole or 0) >= 1:
            cut = f":{parts[1].whole}" if name == "LEFT" else f"-{parts[1].whole}:"
            return Phrase(f"{self._text(parts[0])}[{cut}]", "text")
        do: Callable[..., Any] = SINGLE[name] if name in SINGLE else WORDED[name]
        given = ", ".join([*map(boxed, parts), *(["comma=comma"] if name in WORDED else [])])
        call = f"{self.constant(do)}({given})"
        if name in _SOUND:
            return Phrase(call, _SOUND[name])
        sound = name in ("ROUND", "ABS") and all(part.kind in ("number", "count", "bool") for part in parts)
        return Phrase(call if sound else f"checked({call})", "number" if name in _NUMERIC else "any", sound)
