"""Whether a document breaks no limit of its schema, told fast.

A sound return is the rule: proving it sound with the validator that says what is wrong takes as long as reading a fifth of the
workbook. jsonschema-rs tells it in a twentieth of a millisecond; only a document that it doubts goes to the other.
"""

from typing import Any, Protocol

from perfxl.model import documents
from perfxl.model.terms import cached_in_words, using_words


class _Validator(Protocol):
    def is_valid(self, document: Any) -> bool: ...


def surely_valid(name: str, document: Any, extension: dict[str, Any] | None = None) -> bool:
    """True when ``document`` surely breaks nothing in schema ``name``; False asks for the full validator."""
    with using_words(documents.plan_in(name, document)):
        validator = _validator(name, documents.own_place(extension))
    try:
        return validator is not None and validator.is_valid(document)
    except (TypeError, ValueError):  # what is no value of JSON
        return False


@cached_in_words
def _validator(name: str, extension: str) -> _Validator | None:
    """The validator; None where an engine whose time grows with the text alone cannot have a pattern of the body's."""
    import jsonschema_rs

    loaded = documents.schemas_for(name, extension)
    resources: list[tuple[str, Any]] = [(f"json-schema:///{n}.schema.json", schema) for n, schema in loaded.items()]
    try:
        return jsonschema_rs.Draft202012Validator(loaded[name], registry=jsonschema_rs.Registry(resources, draft=jsonschema_rs.Draft202012),
                                                  validate_formats=True)
    except ValueError:
        return None
