"""A formula taken apart: its text becomes a tree of nodes."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from perfxl.workbook.sheets.refs import MAX_COLUMN, column_number, parse_cell


class Unsupported(Exception):
    """The formula uses something that is not computed here."""


@dataclass(frozen=True)
class Node:
    """``kind``: number, text, bool, error, blank, cell (sheet or None, row, column), range (sheet, top, left, bottom, right), name,
    call, unary, percent or binary; near (rows from its own, column) and nearby (top, left, bottom, right) with rows that count from
    its own, and, of both ends, whether they do; ``value``: what it holds; ``parts``: the nodes in it."""

    kind: str
    value: Any = None
    parts: tuple["Node", ...] = ()

    @cached_property
    def ranged(self) -> bool:
        """Whether there is a range in it."""
        return self.kind in ("range", "nearby") or any(part.ranged for part in self.parts)

    @cached_property
    def moves(self) -> bool:
        """Whether it says something else in another row."""
        return self.kind in ("near", "nearby") or any(part.moves for part in self.parts)

    @cached_property
    def _hash(self) -> int:
        return hash((self.kind, self.value, self.parts))

    def __hash__(self) -> int:
        """The same, worked out once: trees are looked up by it."""
        return self._hash


_TOKEN = re.compile(r"""\s*(?:
    (?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)
  | "(?P<text>(?:[^"]|"")*)"
  | (?P<error>\#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!))
  | (?P<ref>(?:(?:'(?:[^']|'')+'|[A-Za-z_\u00C0-\u024F][\w.]*)!)?\$?[A-Za-z]{1,3}(?:\$?\d{1,7}|\x00-?\d+\x01)(?![\w(.])(?::\$?[A-Za-z]{1,3}(?:\$?\d{1,7}|\x00-?\d+\x01)(?![\w(]))?)
  | (?P<call>[A-Za-z_][\w.]*)\(
  | (?P<name>[A-Za-z_\\\u00C0-\u024F][\w.\\]*)
  | (?P<sign><=|>=|<>|[-+*/^&=<>%(),])
)""", re.VERBOSE)
#: How tightly each operator binds; higher first.
_BINDS = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_DEEPEST = 64
_MOVING = re.compile(r"\$?([A-Za-z]{1,3})(?:\$?(\d{1,7})|\x00(-?\d+)\x01)")


def parse(formula: str) -> Node:
    """The tree of ``formula`` (without its equals sign), as it stands or as ``relative`` says it; ``Unsupported`` when it cannot be read."""
    tokens, at = list[tuple[str, str]](), 0
    while formula[at:].strip():
        token = _TOKEN.match(formula, at)
        if not token or token.end() == at:
            raise Unsupported(formula[at:at + 20])
        kind = token.lastgroup or ""
        tokens.append((kind, token[kind]))
        at = token.end()
    reader = _Reader(tokens)
    node = reader.expression(0)
    if reader.at < len(tokens):
        raise Unsupported(str(tokens[reader.at]))
    return node


class _Reader:
    """Reads tokens by precedence climbing."""

    def __init__(self, tokens: list[tuple[str, str]]):
        self.tokens, self.at, self.depth = tokens, 0, 0

    def _sign(self) -> str:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return text if kind == "sign" else ""

    def _demand(self, sign: str) -> None:
        if self._sign() != sign:
            raise Unsupported(f"{sign} is missing")
        self.at += 1

    def expression(self, least: int) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Unsupported("too deep")
        left = self._operand()
        while (sign := self._sign()) in _BINDS and _BINDS[sign] > least:
            self.at += 1
            left = Node("binary", sign, (left, self.expression(_BINDS[sign])))
        self.depth -= 1
        return left

    def _operand(self) -> Node:
        sign = self._sign()
        if sign in ("-", "+"):
            self.at += 1
            self.depth += 1
            if self.depth > _DEEPEST:
                raise Unsupported("too deep")
            node = Node("unary", sign, (self._operand(),))  # a sign binds tighter than a power: -2^2 is 4
            self.depth -= 1
            return node
        node = self._plain()
        while self._sign() == "%":
            self.at += 1
            node = Node("percent", None, (node,))
        return node

    def _plain(self) -> Node:
        if self.at >= len(self.tokens):
            raise Unsupported("ends early")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "sign" and text == "(":
            node = self.expression(0)
            self._demand(")")
            return node
        if kind == "call":
            return Node("call", text.upper().removeprefix("_XLFN."), self._arguments())
        return _leaf(kind, text)

    def _arguments(self) -> tuple[Node, ...]:
        arguments: list[Node] = []
        if self._sign() == ")":
            self.at += 1
            return ()
        while True:
            arguments.append(Node("blank") if self._sign() in (",", ")") else self.expression(0))
            if self._sign() != ",":
                self._demand(")")
                return tuple(arguments)
            self.at += 1


def _leaf(kind: str, text: str) -> Node:
    if kind == "number":
        return Node("number", float(text))
    if kind == "text":
        return Node("text", text.replace('""', '"'))
    if kind == "error":
        return Node("error", text)
    if kind == "ref":
        return _reference(text)
    if kind == "name":
        return Node("bool", text.upper() == "TRUE") if text.upper() in ("TRUE", "FALSE") else Node("name", text)
    raise Unsupported(text)


def _reference(text: str) -> Node:
    if "\0" in text:
        return _moving(text)
    sheet, mark, cells = text.rpartition("!")
    name = sheet.strip("'").replace("''", "'") if mark else None
    if name is not None and "[" in name:
        raise Unsupported(text)
    first, _, last = cells.partition(":")
    one, other = parse_cell(first), parse_cell(last) if last else None
    if one is None or (last and other is None):
        raise Unsupported(text)
    if other is None:
        return Node("cell", (name, *one))
    return Node("range", (name, min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])))


def _moving(text: str) -> Node:
    """The node of cells of which a row counts from that of the formula."""
    ends = [_MOVING.fullmatch(end) for end in text.split(":")]
    if None in ends:
        raise Unsupported(text)
    places = [(int(end[3] or end[2]), column_number(end[1]), end[3] is not None) for end in ends if end]
    if any(column > MAX_COLUMN for _, column, _ in places):
        raise Unsupported(text)
    (row, column, moves), *last = places
    if not last:
        return Node("near", (row, column))
    return Node("nearby", (row, min(column, last[0][1]), last[0][0], max(column, last[0][1]), moves, last[0][2]))
