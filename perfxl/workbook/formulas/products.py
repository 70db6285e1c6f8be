"""Sums of products written as Python: one loop in which a row that does not meet the first condition is not asked the others."""

import re
from typing import TYPE_CHECKING

from perfxl.workbook.formulas.compiling import several
from perfxl.workbook.formulas.functions import SINGLE, WORDED
from perfxl.workbook.formulas.parsing import Node
from perfxl.workbook.formulas.phrases import Phrase, Unfit

if TYPE_CHECKING:
    from perfxl.workbook.formulas.writing import Writer

_WHOLE = frozenset(("bool", "count"))


class Products:
    """Writes one ``SUMPRODUCT`` with ``writer``."""

    def __init__(self, writer: "Writer"):
        self._writer = writer
        self._shape: tuple[int, int] | None = None
        self._loops: dict[Node, tuple[str, str]] = {}

    def sum_phrase(self, node: Node) -> Phrase | None:
        """The phrase of its sum, the statements before it written; None where it cannot be said so."""
        if not any(map(several, node.parts)):
            return self._alone(node)
        try:
            if len(node.parts) == 1:
                return self._sum(_factors(node.parts[0]), [])
            return self._sum(_factors(node.parts[0]) if node.parts[0].kind == "binary" else [], node.parts if node.parts[0].kind != "binary" else node.parts[1:])
        except Unfit:
            return None

    def _alone(self, node: Node) -> Phrase | None:
        """The sum of a single product."""
        if len(node.parts) != 1:
            return None
        part = self._writer.scalar(node.parts[0])
        if part.kind in ("count", "number"):
            return Phrase(part.text, part.kind)
        return Phrase(f"counted({part.text})", "number")

    def _sum(self, factors: list[Node], parts: tuple[Node, ...] | list[Node]) -> Phrase:
        """The sum over the rows of the product of ``factors`` and of other ``parts``, of which texts and conditions count nothing."""
        elements = [self._element(factor) for factor in factors]
        if len(elements) == 1 and elements[0].kind != "number" and elements[0].kind != "count":
            if elements[0].kind == "bool" or not elements[0].safe:
                raise Unfit  # which alone counts nothing
            elements = [Phrase(f"counted({elements[0].text})", "number")]
        elements = [phrase if phrase.kind in ("bool", "count", "number") else Phrase(f"numeric({phrase.text})", "number", safe=False)
                 for phrase in elements if phrase.literal != 1]
        for part in parts:
            phrase = self._element(part)
            if phrase.kind == "bool" or not phrase.safe:
                raise Unfit
            elements.append(phrase if phrase.kind in ("count", "number") else Phrase(f"counted({phrase.text})", "number"))
        tests = [phrase.text for phrase in elements if phrase.kind == "bool" and phrase.safe]
        values = [phrase for phrase in elements if phrase.kind != "bool" or not phrase.safe]
        if all(phrase.kind == "count" and phrase.safe for phrase in values):
            return self._counted(tests, [phrase.text for phrase in values])
        return self._added(tests, values)

    def _head(self) -> str:
        names, lists = zip(*self._loops.values(), strict=True)
        return f"for {names[0]} in {lists[0]}" if len(names) == 1 else f"for {', '.join(names)} in zip({', '.join(lists)})"

    def _counted(self, tests: list[str], values: list[str]) -> Phrase:
        """How many rows meet all ``tests``, or the sum of their whole numbers."""
        if not self._loops:
            raise Unfit
        met = f" if {' and '.join(tests)}" if tests else ""
        if values:
            return self._writer.named(Phrase(f"sum([{' * '.join(values)} {self._head()}{met}])", "count"))
        return self._writer.named(Phrase(f"len([1 {self._head()}{met}])", "count"))

    def _added(self, tests: list[str], values: list[Phrase]) -> Phrase:
        """The sum of the products in the rows that meet all ``tests``; what may be an error is worked out in all of them."""
        if not self._loops:
            raise Unfit
        writer, name = self._writer, self._writer.fresh()
        writer.line(f"{name} = 0.0")
        risky = {phrase.text: self._blank(phrase.text) for phrase in values if not phrase.safe}

        def each() -> None:
            texts = []
            for phrase in values:
                texts.append(phrase.text if phrase.safe else writer.fresh())
                if not phrase.safe:
                    self._risked(phrase.text, texts[-1], *risky[phrase.text])
            added = f"{name} += {' * '.join(texts)}"
            writer.line(f"if {' and '.join(tests)}: {added}" if tests else added)
        writer.within(f"{self._head()}:", each)
        return Phrase(name, "number")

    def _blank(self, text: str) -> tuple[str, str]:
        """The only cell that an expression looks at, and what keeps what it comes to where that is blank; "" where it looks at others."""
        self._writer.risk()
        cells = [name for name, _ in self._loops.values() if re.search(rf"\b{name}\b", text)]
        if len(cells) != 1:
            return "", ""
        kept = self._writer.fresh()
        self._writer.line(f"{kept} = Block")
        return cells[0], kept

    def _risked(self, text: str, name: str, cell: str, kept: str) -> None:
        """Work out what may be an error; where most cells are blank, once for them."""
        line = self._writer.line
        if not cell:
            line(f"{name} = {text}")
            return
        line(f"if {cell} is not None: {name} = {text}")
        line(f"elif {kept} is not Block: {name} = {kept}")
        line(f"else: {name} = {kept} = {text}")

    # -- what stands in each row
    def _element(self, node: Node) -> Phrase:
        if not several(node):
            return self._still(node)
        if node.kind in ("range", "nearby"):
            return self._cells(node)
        if node.kind not in ("unary", "binary") and not (node.kind == "call" and (node.value in SINGLE or node.value in WORDED)):
            raise Unfit
        if node.kind == "call" and len(node.parts) == 1 and (held := self._writer.contained(node, self._element)) is not None:
            return held
        phrase = self._writer.applied(node, [self._element(part) for part in node.parts])
        if phrase is None:
            raise Unfit
        return phrase

    def _still(self, node: Node) -> Phrase:
        """What is the same in all rows, worked out before."""
        phrase = self._writer.scalar(node)
        if phrase.literal is not None:
            return phrase
        phrase = self._writer.named(phrase)
        if phrase.kind != "text":
            return phrase
        name = self._writer.fresh()
        self._writer.line(f"{name} = {phrase.text}.casefold()")
        return Phrase(phrase.text, "text", folded=name)

    def _cells(self, node: Node) -> Phrase:
        if node not in self._loops:
            if node.kind == "range":
                _, top, left, bottom, right = node.value
            else:
                top, left, bottom, right, one, other = node.value
                if one != other:
                    raise Unfit
            shape = abs(bottom - top), right - left
            if self._shape not in (None, shape):
                raise Unfit
            self._shape = shape
            self._loops[node] = self._writer.fresh(), self._writer.block(node)
        return Phrase(self._loops[node][0])


def _factors(node: Node) -> list[Node]:
    """What is multiplied, from left to right."""
    if node.kind == "binary" and node.value == "*":
        return [*_factors(node.parts[0]), node.parts[1]]
    return [node]
