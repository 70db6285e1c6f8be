"""A formula written as a Python function: what is computed for sheet after sheet is, as it takes a third of the time then.

Only the formulas of perfxl's own masters are (``quickened``). Nothing of a formula's text becomes Python: rows and columns are
numbers, texts and numbers constants that bear names made here, what is done is one of the few phrases below. The function reads its
cells beforehand and knows no errors as values: where it meets one, and wherever a phrase is missing, the same formula made into
functions (``compiling``) says what it comes to.
"""

from collections import ChainMap
from collections.abc import Callable
from typing import Any

from perfxl.workbook.formulas import compiling
from perfxl.workbook.formulas.functions import WHOLE
from perfxl.workbook.formulas.parsing import Node
from perfxl.workbook.formulas.phrases import Phrase, Phrases, Unfit, boxed
from perfxl.workbook.formulas.products import Products

#: Blocks of statements in one another: Python takes a hundred.
_DEEPEST = 80
_HEAD = ("def formula(of, page, row):", " cell = page.cell; block = page.block; known = page.values.get; comma = of.comma")
#: Blocks of so many cells are asked for cell by cell.
_FEW = 6


def function(node: Node) -> Callable[..., Any]:
    """The function of who computes, page and row that says what ``node`` comes to; raises ``Unfit`` where none can be written, and
    itself ``Otherwise`` or ``Wrong`` where only ``compiling`` knows."""
    writer = Writer()
    phrase = writer.scalar(node)
    writer.line(f"return {boxed(phrase)}")
    exec(compile("\n".join((*_HEAD, *writer.lines)), "<formula>", "exec"), writer.names)
    made: Callable[..., Any] = writer.names["formula"]
    return made


class Writer(Phrases):
    """Writes the statements of one function."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._depth = 1
        self._known: ChainMap[Node, Phrase] = ChainMap()  # of nodes, in the branch that is written and in those around it
        self._risks = 0  # statements that may come to an error

    def line(self, text: str) -> None:
        """Write a statement."""
        self.lines.append(" " * self._depth + text)

    def named(self, phrase: Phrase) -> Phrase:
        """``phrase`` worked out once, here."""
        if phrase.text.isidentifier():
            return phrase
        name = self.fresh()
        self.line(f"{name} = {phrase.text}")
        return Phrase(name, phrase.kind)

    def risk(self) -> None:
        """Note that what is written may come to an error."""
        self._risks += 1

    def condition(self, phrase: Phrase) -> str:
        """``phrase`` where a condition is wanted."""
        if phrase.kind == "bool":
            return phrase.text
        if phrase.kind in ("count", "number"):
            return f"({phrase.text} != 0)"
        self.risk()
        return f"holds({phrase.text})"

    def scalar(self, node: Node) -> Phrase:
        """What ``node`` comes to, one value."""
        if node in self._known:
            return self._known[node]
        phrase = self._scalar(node)
        if not phrase.safe:
            self.risk()
            phrase = self.named(phrase)  # whoever comes later has it without an error
        elif node.kind == "call" and node.value == "SUBSTITUTE":
            phrase = self.named(phrase)  # which takes long, and is asked for again
        self._known[node] = phrase
        return phrase

    def _scalar(self, node: Node) -> Phrase:
        if node.kind in ("cell", "near"):
            return self._cell(node)
        if node.kind == "name":
            name = self.fresh()
            self.line(f"{name} = single(of.named({self.constant(node.value.casefold())}, page))")
            return Phrase(name)
        if node.kind in ("unary", "binary"):
            return self.applied(node, [self.scalar(part) for part in node.parts]) or self._otherwise(node)
        if node.kind == "call":
            return self._call(node)
        return self.literal(node) or self._otherwise(node)

    def _cell(self, node: Node) -> Phrase:
        name = self.fresh()
        sheet, there, column = node.value if node.kind == "cell" else (None, node.value[0], node.value[1])
        if sheet is None:
            place = f"{there:d}, {column:d}" if node.kind == "cell" else f"row + {there:d}, {column:d}"
            self.line(f"{name} = known(({place}))")
            self.line(f"if {name} is None or {name}.__class__ not in plain_kinds: {name} = single(cell({place}))")
        else:
            self.line(f"{name} = single(of.page({self.constant(sheet)}).cell({there:d}, {column:d}))")
        return Phrase(name)

    def block(self, node: Node) -> str:
        """What the values of a block of cells are called; none of them is an error."""
        key = Node("values", None, (node,))
        if key in self._known:
            return self._known[key].text
        phrase = self.named(Phrase(f"plain({self.asked_for(node)})"))
        self._known[key] = phrase
        return phrase.text

    def asked_for(self, node: Node) -> str:
        """How a block of cells is asked for; raises ``Unfit`` where one of its ends moves and the other does not."""
        if node.kind == "range":
            sheet, top, left, bottom, right = node.value
            asked, rows = "block" if sheet is None else f"of.page({self.constant(sheet)}).block", (f"{top:d}", f"{bottom:d}")
        else:
            top, left, bottom, right, moves, other = node.value
            if moves != other:
                raise Unfit
            top, bottom = min(top, bottom), max(top, bottom)
            asked, rows = "block", (f"row + {top:d}", f"row + {bottom:d}") if moves else (f"{top:d}", f"{bottom:d}")
        return f"{asked}(({rows[0]}, {left:d}, {rows[1]}, {right:d}))"

    def _otherwise(self, node: Node) -> Phrase:
        """What only the function of functions knows to do."""
        return self.named(Phrase(f"checked({self.constant(compiling.made(node))}(of, page, row))", safe=False))

    def _call(self, node: Node) -> Phrase:
        write: Callable[[Node], Phrase] | None = {"IF": self._if, "IFERROR": self._iferror, "AND": self._both, "OR": self._both, "NOT": self._not,
                 "HYPERLINK": lambda node: self.scalar(node.parts[-1])}.get(node.value)
        if write is not None:
            return write(node)
        if node.value == "SUMPRODUCT":
            return Products(self).sum_phrase(node) or self._otherwise(node)
        if node.value in ("ISERROR", "ISNUMBER", "ISTEXT", "ISBLANK") and len(node.parts) == 1:
            return self.contained(node, self.scalar) or self._asked(node)
        if node.value in WHOLE:
            return self._whole(node)
        if any(part.kind in ("range", "nearby") for part in node.parts) or not self.knows(node):
            return self._otherwise(node)
        return self.applied(node, [self.scalar(part) for part in node.parts]) or self._otherwise(node)

    # -- functions of blocks
    def _whole(self, node: Node) -> Phrase:
        if node.value in ("COUNT", "COUNTA", "MAX", "MIN", "SUM") and node.parts and all(part.kind in ("range", "nearby") for part in node.parts):
            lists = [self._values(part) for part in node.parts]
            values = lists[0] if len(lists) == 1 else f"[{', '.join(f'*{one}' for one in lists)}]"
            if node.value == "COUNTA":
                return Phrase(f"(len({values}) - {values}.count(None))", "count")
            numbers = f"[v for v in {values} if v.__class__ is float]"
            if node.value == "COUNT":
                return Phrase(f"len({numbers})", "count")
            return self.named(Phrase(f"float(sum({numbers}))" if node.value == "SUM" else f"{node.value.lower()}({numbers}, default=0.0)", "number"))
        if any(part.ranged and part.kind not in ("range", "nearby") for part in node.parts):
            return self._otherwise(node)
        given = [self._given(part) if part.kind in ("range", "nearby") else boxed(self.scalar(part)) for part in node.parts]
        return Phrase(f"checked({self.constant(WHOLE[node.value])}({', '.join(given)}))", safe=False)

    def _cells(self, node: Node) -> list[str]:
        """The names of the cells of a small block; [] of others."""
        top, left, bottom, right, *moves = node.value if node.kind == "nearby" else node.value[1:]
        if moves[:1] != moves[1:] or node.kind == "range" and node.value[0] is not None or (abs(bottom - top) + 1) * (right - left + 1) > _FEW:
            return []
        kind = "near" if moves and moves[0] else "cell"
        return [self.scalar(Node(kind, (row, column) if kind == "near" else (None, row, column))).text
                for row in range(min(top, bottom), max(top, bottom) + 1) for column in range(left, right + 1)]

    def _values(self, node: Node) -> str:
        """The list of the values of a block."""
        cells = self._cells(node)
        return self.named(Phrase(f"[{', '.join(cells)}]")).text if cells else self.block(node)

    def _given(self, node: Node) -> str:
        """A block as functions are given it."""
        cells = self._cells(node)
        if not cells:
            self.block(node)  # which holds no error
            return self.asked_for(node)
        columns = node.value[3 if node.kind == "nearby" else 4] - node.value[1 if node.kind == "nearby" else 2] + 1
        return f"Block([{', '.join(cells)}], {columns:d})"

    # -- branches
    def within(self, head: str, write: Callable[[], Any]) -> None:
        """Statements below ``head``; what is found out there is not known after."""
        self.line(head)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Unfit
        around, self._known = self._known, self._known.new_child()
        write()
        self._known = around
        self._depth -= 1

    def _if(self, node: Node) -> Phrase:
        if not 2 <= len(node.parts) <= 3:
            return self._otherwise(node)
        test, name, kinds = self.condition(self.scalar(node.parts[0])), self.fresh(), set[str]()

        def branch(part: Node) -> Callable[[], None]:
            def write() -> None:
                phrase = self.scalar(part)
                kinds.add(phrase.kind)
                self.line(f"{name} = {boxed(phrase)}")
            return write
        self.within(f"if {test}:", branch(node.parts[1]))
        self.within("else:", branch(node.parts[2]) if len(node.parts) > 2 else branch(Node("bool", False)))
        kinds = {"number" if kind == "count" else kind for kind in kinds}
        return Phrase(name, kinds.pop() if len(kinds) == 1 else "any")

    def _iferror(self, node: Node) -> Phrase:
        if len(node.parts) != 2:
            return self._otherwise(node)
        name = self.fresh()
        self._tried(node.parts[0], name)
        self.within("except Wrong:", lambda: self.line(f"{name} = {boxed(self.scalar(node.parts[1]))}"))
        return Phrase(name)

    def _tried(self, node: Node, name: str) -> None:
        self.within("try:", lambda: self.line(f"{name} = {boxed(self.scalar(node))}"))

    def _asked(self, node: Node) -> Phrase:
        """Whether a part is an error, or of some kind, which an error is not."""
        part, name = node.parts[0], self.fresh()
        if part.kind in ("cell", "near"):  # an error there is not read here at all
            return self.is_kind(node.value, self.scalar(part))
        phrase = self._sound(part)
        if phrase is not None:
            return self.is_kind(node.value, phrase)
        self._tried(part, name)
        wrong = node.value == "ISERROR"
        test = "False" if wrong else self.is_kind(node.value, Phrase(name)).text
        self.within("except Wrong:", lambda: self.line(f"{name}_ = {wrong}"))
        self.within("else:", lambda: self.line(f"{name}_ = {test}"))
        return Phrase(f"{name}_", "bool")

    def _sound(self, node: Node) -> Phrase | None:
        """What ``node`` comes to where that can be no error; None, and nothing written, where it may."""
        lines, known, risks = len(self.lines), self._known.copy(), self._risks
        phrase = self.scalar(node)
        if self._risks == risks:
            return phrase
        del self.lines[lines:]
        self._known = known
        return None

    def _both(self, node: Node) -> Phrase:
        if not node.parts or any(part.kind in ("range", "nearby") for part in node.parts):
            return self._otherwise(node)
        tests = []
        for part in node.parts:
            phrase = self.scalar(part)
            test = self.condition(phrase)
            tests.append(test if phrase.kind in ("bool", "count", "number") else self.named(Phrase(test, "bool")).text)
        word = " and " if node.value == "AND" else " or "
        return Phrase(f"({word.join(f'({test})' if test[-1:] != ')' else test for test in tests)})", "bool") if len(tests) > 1 else \
            Phrase(f"bool({tests[0]})", "bool")

    def _not(self, node: Node) -> Phrase:
        if len(node.parts) != 1 or node.parts[0].kind in ("range", "nearby"):
            return self._otherwise(node)
        phrase = self.scalar(node.parts[0])
        test = self.condition(phrase)
        return Phrase(f"(not {test if phrase.kind in ('bool', 'count', 'number') else self.named(Phrase(test)).text})", "bool")
