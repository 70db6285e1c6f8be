"""Documents in and out of JSON, and their validation against ``schemas/``.

Numbers are exact: they are read as ``Decimal`` (integers as ``int``) and written as the shortest
JSON number that reads back the same. Two documents are equal when their Python values are.
"""

import errno
import json
import os
import re
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from perfxl.model import points, resources
from perfxl.model.own_fields import with_own_fields
from perfxl.model.terms import cached_in_words, in_body_words, using_words, words_in_use
from perfxl.model.upgrade import upgraded


def loads(text: str | bytes) -> Any:
    """The document in ``text``, in today's shape; raises ``ValueError`` on bad JSON, NaN, infinities and half characters (lone surrogates)."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not a number")

    document = json.loads(text, parse_float=Decimal, parse_constant=refuse)
    if (b"\\u" in text if isinstance(text, bytes) else "\\u" in text):  # a half can only be written as an escape
        encoded(document)
    return upgraded(document)


class NotAFile(OSError):
    """What stands at a path is no file: a pipe or a device, which might never end, or a link that leads nowhere."""


def file_exists(path: Path) -> bool:
    """Whether a file stands at ``path``, which may be missing; raises ``NotAFile`` or ``IsADirectoryError`` when something else does."""
    if path.is_file() or not os.path.lexists(path):
        return path.is_file()
    raise (IsADirectoryError if path.is_dir() else NotAFile)(errno.EISDIR if path.is_dir() else errno.EINVAL, "not a file", str(path))


def load(path: Path) -> Any:
    """The document in the UTF-8 file ``path``; raises ``OSError`` or ``ValueError``."""
    path = Path(path)
    file_exists(path)
    return loads(path.read_bytes())


def get_path(place: Any, path: Iterable[str | int]) -> Any:
    """The value at ``path`` below ``place``; None where there is none."""
    for key in path:
        place = place.get(key) if isinstance(place, dict) else None
    return place


def put_path(place: dict[str, Any], path: Sequence[Any], value: Any) -> None:
    """Set ``value`` at ``path`` below ``place``, making the objects on the way."""
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = value


def day_of(value: Any) -> date | None:
    """The day that a document's date is; None when blank or not a day of the calendar."""
    try:
        return date.fromisoformat(value) if value else None
    except (TypeError, ValueError):
        return None


def plain(number: Decimal) -> int | float:
    """``number`` as JSON writes it: 15, not 15.0. Exact up to 15 significant digits."""
    return int(number) if number == number.to_integral_value() else float(number)


def _default(value: Any) -> int | float:
    if isinstance(value, Decimal):
        return plain(value)
    raise TypeError(f"{type(value).__name__} cannot stand in a document")


def dumps(document: Any, *, indent: int | None = 1) -> str:
    """``document`` as JSON text, keys in their own order, ending with a newline."""
    return json.dumps(document, ensure_ascii=False, indent=indent, default=_default, allow_nan=False) + "\n"


def encoded(document: Any) -> bytes:
    """``dumps(document)`` in UTF-8, made piece by piece: the text of a long document is never held beside its bytes."""
    pieces = json.JSONEncoder(ensure_ascii=False, indent=1, default=_default, allow_nan=False).iterencode(document)
    out = BytesIO()
    while text := "".join(islice(pieces, 50_000)):
        out.write(text.encode())
    out.write(b"\n")
    return out.getvalue()


def digest(document: Any) -> str:
    """First 16 hexadecimal digits of the SHA-256 of the canonical JSON of ``document``."""
    text = json.dumps(document, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=_default)
    return sha256(text.encode()).hexdigest()[:16]


def write_bytes(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` in one step: whoever reads sees the old file or the new one. ``OSError`` names ``path``."""
    beside = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(beside, allowed(0o666))
        if path.name.startswith("."):
            hide(beside)
        os.replace(beside, path)
    except BaseException as problem:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)
        if isinstance(problem, OSError):
            problem.filename = str(path)
        raise


def hide(path: Path | str) -> None:
    """Hide the file on Windows, where a name that begins with a dot does not; where that cannot be done it is seen, and works."""
    if sys.platform == "win32":
        import ctypes

        system = ctypes.windll.kernel32
        attributes = system.GetFileAttributesW(str(path))
        if attributes not in (-1, 0xFFFFFFFF):
            system.SetFileAttributesW(str(path), attributes | stat.FILE_ATTRIBUTE_HIDDEN)


def allowed(mode: int) -> int:
    """``mode`` as far as the user's mask lets new files have it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mode & ~mask


#: How one schema refers to another.
_REFERENCE = re.compile(r'"\$ref": "(\w+)\.schema\.json')


@cached_in_words
def schema(name: str) -> dict[str, Any]:
    """The JSON Schema ``name`` (``plan``, ``return``, ``objective``, ``consolidated``, ``findings``), with the body's own fields of the
    plan in use, and its weights in points where they are."""
    own = words_in_use().own
    written = with_own_fields(name, raw_schema(name), own) if own else raw_schema(name)
    return points.with_points(name, written) if words_in_use().points else written


@cache
def raw_schema(name: str) -> dict[str, Any]:
    """The JSON Schema ``name`` as its file has it."""
    return json.loads(_text(name))


@cache
def _text(name: str) -> str:
    return (resources.folder("schemas") / f"{name}.schema.json").read_text(encoding="utf-8")


@cache
def _with_referred(name: str) -> tuple[str, ...]:
    """``name`` and the schemas that it refers to, those that they refer to among them."""
    referred = [name]
    for known in referred:
        referred += [n for n in dict.fromkeys(_REFERENCE.findall(_text(known))) if n not in referred]
    return tuple(referred)


@dataclass(frozen=True)
class Violation:
    """A place of a document that its schema refuses.

    ``path``: keys and indexes from the root; ``rule``: the schema keyword broken (``maxLength``);
    ``limit``: that keyword's value, of ``additionalProperties`` the names that the schema does not know; ``value``: what stands there; ``title``: {"it": ..., "en": ...} of the field.
    """

    path: tuple[Any, ...]
    rule: str
    limit: Any
    value: Any
    title: dict[str, Any]


def _of_part(given: Any, part: str) -> Any:
    """A schema without the properties that only the other kind of document has (``x-in``): a return or a plan."""
    if isinstance(given, list):
        return [_of_part(v, part) for v in given]
    if not isinstance(given, dict):
        return given
    kept = {k: _of_part(v, part) for k, v in given.items() if k != "patternProperties"}  # own fields are declared, or refused
    if isinstance(kept.get("properties"), dict):
        kept["properties"] = {k: v for k, v in kept["properties"].items()
                               if not isinstance(v, dict) or part in v.get("x-in", (part,))}
    return kept


def own_place(extension: dict[str, Any] | None) -> str:
    """What the place of a body's own fields takes, as JSON: nothing without an ``extension``."""
    return dumps({key: (extension or {}).get(key, empty) for key, empty in (("properties", {}), ("required", []))}, indent=None)


def schemas_for(name: str, extension: str) -> dict[str, dict[str, Any]]:
    """The schema ``name`` and those that it refers to, as they apply to its documents; ``extension``: as ``own_place`` says it."""
    part = "return" if name == "return" else "plan"
    loaded = {n: _of_part(schema(n), part) for n in _with_referred(name)}
    if extension and "objective" in loaded:  # those of this part are new: the schemas as they are kept stay as they were
        place = loaded["objective"]["$defs"]["sheet"]["properties"]["extension"]
        place |= {**loads(extension), "additionalProperties": False}
    for one in loaded.values():
        one.pop("$schema", None)  # where a schema names its draft, the usual validator of the draft goes on, with patterns that hang
    return loaded


@cached_in_words
def _validator(name: str, extension: str) -> Any:
    from jsonschema import Draft202012Validator, validators
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    loaded = schemas_for(name, extension)
    registry = Registry().with_resources((f"{n}.schema.json", DRAFT202012.create_resource(s)) for n, s in loaded.items())
    return validators.extend(Draft202012Validator, {"pattern": _pattern})(
        loaded[name], registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
    )


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: dict[str, Any]) -> Iterator[Any]:
    """``pattern`` as JSON Schema has it, in an engine whose time grows with the text alone."""
    from jsonschema import ValidationError

    if isinstance(instance, str) and not pattern_search(pattern)(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


@cache
def pattern_search(pattern: str) -> Callable[[str], Any]:
    """What looks for ``pattern`` in a text. perfxl's own patterns that RE2 does not know are few and harmless; those of others
    are refused before they come here."""
    from perfxl.model.extension import linear

    compiled = linear(pattern)
    return re.compile(pattern).search if compiled is None else lambda text: compiled.search(text) is not None


def plan_in(name: str, document: Any) -> dict[str, Any] | None:
    """The plan whose own fields ``document``, of the schema ``name``, has to agree with, whatever plan was read before; None for others."""
    plan = document.get("content") if name == "consolidated" and isinstance(document, dict) else document
    sound = isinstance(plan, dict) and all(isinstance(plan.get(part, {}), dict) for part in ("body", "words", "rules"))
    return plan if name in ("plan", "consolidated") and sound else None


def violations(name: str, document: Any, extension: dict[str, Any] | None = None) -> Iterator[Violation]:
    """Every place where ``document`` breaks schema ``name``, in document order.

    ``extension`` is the body's own schema of the ``extension`` place: an object schema with ``properties``.
    Without one, that place accepts nothing.
    """
    with using_words(plan_in(name, document)):
        errors = sorted(_validator(name, own_place(extension)).iter_errors(document), key=lambda e: [str(p) for p in e.absolute_path])
    for error in errors:
        path = tuple(error.absolute_path)
        about = error.schema if isinstance(error.schema, dict) else {}
        title = about.get("title", str(path[-1]) if path else name)
        limit = error.validator_value
        if error.validator == "additionalProperties" and isinstance(error.instance, dict):
            limit = ", ".join(sorted(k for k in error.instance if k not in about.get("properties", {})))  # which it is about
        yield Violation(path, error.validator, limit=limit, value=error.instance,
                        title={"it": in_body_words(title, "it"), "en": in_body_words(about.get("x-en", {}).get("title", title), "en")})


def pointer(path: tuple[Any, ...]) -> str:
    """``path`` as a JSON Pointer (RFC 6901)."""
    plain = "/".join(map(str, path))
    if "~" not in plain and plain.count("/") == len(path) - 1:  # nothing to escape, as nearly always
        return "/" + plain
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
