"""Changes every rule of the figures in turn, one change at a time, and tells those that no test notices.

``python tests/support/mutations.py [MODULE[.FUNCTION] ...]`` (``pip install mutmut`` for the changes that it knows) runs the tests
that a change can reach, in a process of its own forked from one that has collected them, and tells the changes that survive. Those
that ``tests/data/changes-of-no-figure.toml`` gives a reason for are not tried. ``JOBS`` (by default, the processors) says how many
are tried at a time. Exit code 0 when none survived.
"""

import ast
import gc
import os
import re
import resource
import signal
import sys
import time
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from multiprocessing import Pipe
from pathlib import Path
from types import CodeType, FunctionType, GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import Any

import libcst as cst
import pytest
from coverage import Coverage
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider, WhitespaceInclusivePositionProvider
from mutmut.mutation.mutators import mutation_operators

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
MODEL = ROOT / "perfxl" / "model"
#: Where figures come about.
MODULES = ("arithmetic", "bands", "cascade", "degrees", "derived", "indicators", "lateness", "lights", "means", "methods", "outcomes", "readings", "result_degree",
           "shares", "structure", "tree", "weigh")
#: The tests that have to notice, quick ones; what they let pass is tried again with those of whole campaigns and of formulas.
QUICK, SLOW = (tuple(f"tests/model/test_{name}.py" for name in names) for names in (
    ("outcomes", "guarded", "guarded_degrees", "guarded_methods", "guarded_outcomes", "guarded_readings", "calculation_page", "ways", "codes"),
    ("second_opinion", "explain_redo", "cleared", "dropped", "rounds_stand", "method_formulas")))
REASONS = ROOT / "tests" / "data" / "changes-of-no-figure.toml"
#: Seconds of work, of quick tests and of slow ones, and bytes after which the tests of a change are given up: it made something
#: endless, which is noticed.
PATIENCE, ROOM = (10, 120), 2 * 2**30


@dataclass(frozen=True)
class Change:
    """One change of a rule: ``within``: the outermost function or method it is in, "" for what is done when the module is read;
    ``lines``: the first of its body and the one after its last; ``before`` and ``after``: the piece of code that was changed;
    ``source``: the whole module with it."""

    module: str
    within: str
    line: int
    before: str
    after: str
    source: str
    lines: tuple[int, int] = (0, 0)

    @property
    def said(self) -> str:
        """The change as a reason names it."""
        return f"{self.module}.{self.within or '<module>'}: {self.before} -> {self.after}"


# -- the changes -------------------------------------------------------------------------------------------------------

def _operands(node: cst.BooleanOperation) -> Iterator[cst.CSTNode]:
    """``a and b`` as either of the two alone."""
    yield from (node.left, node.right)


def _sides(node: cst.ComparisonTarget) -> Iterator[cst.CSTNode]:
    """An order the other way round."""
    other: type[Any] | None = {cst.LessThan: cst.GreaterThan, cst.GreaterThan: cst.LessThan, cst.LessThanEqual: cst.GreaterThanEqual,
             cst.GreaterThanEqual: cst.LessThanEqual}.get(type(node.operator))
    if other:
        yield node.with_changes(operator=other())


def _elements(node: cst.Tuple | cst.List | cst.Set | cst.Dict) -> Iterator[cst.CSTNode]:
    """A collection without each of its elements."""
    if len(node.elements) > 1:
        for n in range(len(node.elements)):
            yield node.with_changes(elements=[*node.elements[:n], *node.elements[n + 1:]])


def _conditions(node: cst.CompFor) -> Iterator[cst.CSTNode]:
    """A comprehension without each of its conditions."""
    for n in range(len(node.ifs)):
        yield node.with_changes(ifs=[*node.ifs[:n], *node.ifs[n + 1:]])


def _returned(node: cst.Return) -> Iterator[cst.CSTNode]:
    if node.value is not None and not (isinstance(node.value, cst.Name) and node.value.value == "None"):
        yield node.with_changes(value=cst.Name("None"))


def _branches(node: cst.If) -> Iterator[cst.CSTNode]:
    """A branch that is always, or never, taken."""
    for word in ("True", "False"):
        yield node.with_changes(test=cst.Name(word), whitespace_before_test=cst.SimpleWhitespace(" "))


def _calls(node: cst.Call) -> Iterator[cst.CSTNode]:
    """Another of two functions, or none: the least for the greatest, what is not turned round or not set in order."""
    name = node.func.value if isinstance(node.func, cst.Name) else ""
    other = {"min": "max", "max": "min", "any": "all", "all": "any", "reversed": "list", "sorted": "list", "abs": ""}.get(name)
    if other and not (name == "sorted" and len(node.args) > 1):
        yield node.with_changes(func=cst.Name(other))
    elif other == "" and len(node.args) == 1:
        yield node.args[0].value


def _texts(node: cst.BaseString) -> Iterator[cst.CSTNode]:
    """Another text; in capital or small letters it would be one more of the same kind."""
    if isinstance(node, cst.SimpleString) and not node.prefix and not node.value.startswith('"""'):
        yield node.with_changes(value=f"{node.quote}XX{node.raw_value}{node.quote}")


OPERATORS: tuple[tuple[Any, Any], ...] = (*(known for known in mutation_operators if known[0] is not cst.BaseString), (cst.BaseString, _texts), (cst.BooleanOperation, _operands), (cst.ComparisonTarget, _sides), (cst.Tuple, _elements),
             (cst.List, _elements), (cst.Set, _elements), (cst.Dict, _elements), (cst.CompFor, _conditions), (cst.Return, _returned),
             (cst.If, _branches), (cst.Call, _calls))


class _Visitor(cst.CSTVisitor):
    """Every node of a module that says a rule, with each change of it: no imports, annotations, decorators or texts that explain."""

    METADATA_DEPENDENCIES = (PositionProvider, WhitespaceInclusivePositionProvider)

    def __init__(self) -> None:
        self.found: list[tuple[cst.CSTNode, cst.CSTNode, list[cst.FunctionDef | cst.ClassDef], int, CodeRange]] = []
        self.stack: list[cst.FunctionDef | cst.ClassDef] = []
        self.read_at_once = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Import | cst.ImportFrom | cst.Annotation | cst.Decorator | cst.FormattedStringText):
            return False
        if isinstance(node, cst.SimpleStatementLine) and isinstance(node.body[0], cst.Expr) and isinstance(node.body[0].value, cst.SimpleString):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.stack.append(node)
        if isinstance(node, cst.FunctionDef) and any(isinstance(d.decorator, cst.Name) and d.decorator.value == "overload" for d in node.decorators):
            return False
        self.read_at_once += isinstance(node, cst.Parameters)
        for kind, operator in OPERATORS:
            if isinstance(node, kind) and not isinstance(node, cst.AnnAssign):
                line, at = self.get_metadata(PositionProvider, node).start.line, self.get_metadata(WhitespaceInclusivePositionProvider, node)
                self.found += [(node, changed, self._within(), line, at) for changed in operator(node)]
        return True

    def on_leave(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.stack.pop()
        self.read_at_once -= isinstance(node, cst.Parameters)

    def _within(self) -> list[cst.FunctionDef | cst.ClassDef]:
        """The function that the node is in, and the classes around it; none for a default value of a function and for what stands outside of them."""
        depth = next((n for n, node in enumerate(self.stack) if isinstance(node, cst.FunctionDef)), None)
        if depth is None or self.read_at_once and len(self.stack) == depth + 1:
            return []
        return self.stack[:depth + 1]


def changes(module: str) -> Iterator[Change]:
    """Every change of ``module`` that is Python and not the same code."""
    whole = (MODEL / f"{module}.py").read_text(encoding="utf-8")
    wrapper, lines = MetadataWrapper(cst.parse_module(whole), unsafe_skip_copy=True), whole.splitlines(keepends=True)
    visitor, seen = _Visitor(), {whole}
    wrapper.visit(visitor)
    for node, changed, within, line, at in visitor.found:
        try:
            source = _spliced(lines, at, changed)
            ast.parse(source)
        except Exception:  # a change that is no Python is none
            continue
        if source not in seen:
            seen.add(source)
            body = [wrapper.resolve(PositionProvider)[within[-1].body]] if within else []
            yield Change(module, ".".join(n.name.value for n in within), line=line, before=_code(node), after=_code(changed), source=source,
                         lines=(body[0].start.line, body[0].end.line + 1) if body else (0, 0))


def _spliced(lines: list[str], at: CodeRange, changed: cst.CSTNode) -> str:
    """The module of ``lines`` with the code of ``changed`` where another node stands."""
    first, last = at.start, at.end
    return "".join([*lines[:first.line - 1], lines[first.line - 1][:first.column], cst.Module([]).code_for_node(changed),
                    lines[last.line - 1][last.column:] if last.line <= len(lines) else "", *lines[last.line:]])


def _code(node: cst.CSTNode) -> str:
    return " ".join(cst.Module([]).code_for_node(node).split())


# -- how a change is put in its place ------------------------------------------------------------------------------------

def put_in_place(change: Change) -> None:
    """Give the module, as it was read, what ``change`` changes: the code of one function, or what is done when it is read."""
    module = sys.modules[f"perfxl.model.{change.module}"]
    code = compile(change.source, str(module.__file__), "exec")
    if not change.within:
        made = ModuleType(module.__name__)
        made.__file__ = module.__file__
        exec(code, made.__dict__)
        _take_over(module, made)
        return
    function: object = module
    for name in change.within.split("."):
        code = next(c for c in reversed(code.co_consts) if isinstance(c, CodeType) and c.co_name == name)
        function = vars(function)[name]
    _function(function).__code__ = code


def _take_over(module: ModuleType, made: ModuleType) -> None:
    """Everything that is not code of ``made`` into ``module`` and wherever it was imported to: values, those of dataclasses, defaults
    of arguments."""
    same = {id(value): vars(module)[name] for name, value in vars(made).items() if name in vars(module)}
    for name, new in vars(made).items():
        old = vars(module).get(name)
        if name.startswith("__") or old is None or isinstance(new, type | FunctionType) and new.__module__ != module.__name__:
            continue
        if isinstance(new, type):
            _class_over(old, new, same)
        elif isinstance(old, FunctionType) or hasattr(old, "__wrapped__"):
            _defaults(_function(old), _function(new), same)
        elif is_dataclass(old):
            for value in fields(old):
                object.__setattr__(old, value.name, getattr(new, value.name))
        elif isinstance(old, dict):
            old.clear()
            old.update(new)
        else:
            for other in [m for m in sys.modules.values() if isinstance(m, ModuleType) and vars(m).get(name) is old]:
                setattr(other, name, new)


def _class_over(old: type, new: type, same: dict[int, object]) -> None:
    for name, value in vars(new).items():
        if callable(value) and not name.startswith("__") and isinstance(value, FunctionType):
            _defaults(vars(old)[name], value, same)
        elif not name.startswith("__") and not isinstance(value, MemberDescriptorType | GetSetDescriptorType | property | cached_property):
            setattr(old, name, value)
    if is_dataclass(new):
        setattr(old, "__init__", vars(new)["__init__"])


def _defaults(old: FunctionType, new: FunctionType, same: dict[int, object]) -> None:
    old.__defaults__ = new.__defaults__ and tuple(same.get(id(v), v) for v in new.__defaults__)
    old.__kwdefaults__ = new.__kwdefaults__ and {k: same.get(id(v), v) for k, v in new.__kwdefaults__.items()}


def _function(target: Any) -> FunctionType:
    """The function in a property, a cached one or one that remembers."""
    for key in ("fget", "func", "__wrapped__", "__func__"):
        target = getattr(target, key, target) if not isinstance(target, FunctionType) else target
    while hasattr(target, "__wrapped__"):
        target = target.__wrapped__
    return target


# -- the tests -----------------------------------------------------------------------------------------------------------

class _First:
    """Ends the process at the first test that fails."""

    def pytest_runtest_logreport(self, report):
        if report.failed:
            os._exit(1)

    def pytest_collectreport(self, report):
        if report.failed:
            os._exit(1)


class _Loop:
    """In place of the run of the tests that were collected: a run in a forked process for each change. ``left``: what survived."""

    def __init__(self, asked: list[Change], jobs: int, choose: bool):
        self.asked, self.jobs, self.choose, self.tried = asked, jobs, choose, 0
        self.left: list[Change] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        reached, seconds = self._reached(session) if self.choose else ({}, dict.fromkeys(range(len(session.items)), 0))
        waiting = list(reversed(self.asked))
        running: dict = {}
        gc.freeze()  # what is there is not looked through, and so copied, in every process
        while waiting or running:
            while waiting and len(running) < self.jobs:
                change = waiting.pop()
                those = set().union(*(reached.get((change.module, line), ()) for line in range(*change.lines))) if change.within and self.choose else seconds
                there = reached.get((change.module, change.line), set())
                order = sorted(those, key=lambda n: (n not in there, seconds[n]))
                pid = os.fork()
                if not pid:
                    _quiet()
                    gc.disable()
                    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE[not self.choose])
                    resource.setrlimit(resource.RLIMIT_DATA, (ROOM, ROOM))
                    try:
                        put_in_place(change)
                    except Exception:  # what cannot even be read is noticed by every test
                        os._exit(1)
                    self._run(session, order)
                    os._exit(0)
                running[pid] = change
            pid, status = os.wait()
            self._tell(running.pop(pid), status == 0)
        return True

    def _tell(self, change: Change, survived: bool) -> None:
        self.tried += 1
        if survived:
            self.left.append(change)
            print(f"{change.module}.py:{change.line}  {change.said}", file=sys.stderr if self.choose else sys.stdout, flush=True)
        if self.tried % 200 == 0:
            print(f"... {self.tried} of {len(self.asked)}", file=sys.stderr, flush=True)

    @staticmethod
    def _run(session, order: Iterable[int]) -> None:
        session.config.pluginmanager.register(_First())
        chosen = [session.items[n] for n in order]
        for n, item in enumerate(chosen):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=chosen[n + 1] if n + 1 < len(chosen) else None)

    def _reached(self, session) -> tuple[dict, dict]:
        """By module and line, the tests that come to it; by test, the seconds it takes. Learnt in a process that is not used again."""
        ours, theirs = Pipe(duplex=False)
        pid = os.fork()
        if not pid:
            _quiet()
            session.config.pluginmanager.register(_First())
            covered, seconds = Coverage(data_file=None, include=[str(MODEL / f"{m}.py") for m in MODULES]), {}
            covered.start()
            for n, item in enumerate(session.items):
                started = time.perf_counter()
                covered.switch_context(str(n))
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=session.items[n + 1] if n + 1 < len(session.items) else None)
                seconds[n] = time.perf_counter() - started
            covered.stop()
            reached = {(m, line): {int(name) for name in names if name} for m in MODULES
                       for line, names in covered.get_data().contexts_by_lineno(str(MODEL / f"{m}.py")).items()}
            theirs.send((reached, seconds))
            os._exit(0)
        theirs.close()
        try:
            found = ours.recv()
        except EOFError:
            sys.exit("the tests fail without any change: mend that first")
        os.waitpid(pid, 0)
        return found


def _quiet() -> None:
    """Say nothing: what the tests of a change print is nobody's."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def reasons() -> list[re.Pattern]:
    """The changes of no figure, … standing for anything."""
    changes = tomllib.loads(REASONS.read_text(encoding="utf-8"))["change"]
    return [re.compile(re.escape(said).replace("…", ".*")) for reason in changes for said in reason["what"]]


def main(names: list[str]) -> int:
    """Try every change, or those in the modules or functions named."""
    os.chdir(ROOT)
    asked = [c for m in MODULES if not names or any(n.split(".")[0] == m for n in names) for c in changes(m)
             if not names or any(n == m or c.said.startswith(f"{n}:") or c.said.startswith(f"{n}.") for n in names)]
    known = reasons()
    left = [c for c in asked if not any(pattern.fullmatch(c.said) for pattern in known)]
    print(f"{len(asked)} changes, {len(asked) - len(left)} of no figure", flush=True)
    quick = _tried(left, QUICK, choose=True)
    slow = _tried(quick.left, SLOW, choose=False)
    print(f"{quick.tried} tried, {len(slow.left)} survived")
    return 1 if slow.left or quick.tried < len(left) or slow.tried < len(quick.left) else 0


def _tried(asked: list[Change], tests: tuple[str, ...], choose: bool) -> _Loop:
    loop = _Loop(asked, int(os.environ.get("JOBS", os.cpu_count() or 1)), choose)
    if asked:
        pytest.main(["-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:terminal", *tests], plugins=[loop])
    return loop


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
