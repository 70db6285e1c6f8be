"""The texts of the messages: templates that the body may edit, filled in a sandbox.

The first line of a template is the subject, what follows the blank line after it is the text. The body's own stand in
``modelli/posta``; perfxl's are beside this package's other words.
"""

from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from perfxl.model.documents import file_exists, write_bytes
from perfxl.model.languages import letter
from perfxl.model.terms import in_body_words
from perfxl.model.texts import LANGUAGES, Texts
from perfxl.stages.mail.settings import Unusable

if TYPE_CHECKING:
    from jinja2 import Template
#: The kinds of message, by the name of their template, which is also that of the drafts.
KINDS = {"form": "scheda", "reminder": "sollecito", "owner": "sollecito-referente", "receipt": "ricevuta", "questions": "domande"}
FOLDER = "modelli/posta"
#: Characters of a template, and of what is made of it: a text for people is shorter.
LONGEST, LONGEST_MADE = 40_000, 100_000
#: Characters of the subject without the campaign's reference.
SUBJECT = 150


def own_template(folder: Path, kind: str) -> Path:
    """Where the body's own template of ``kind`` stands in the campaign at ``folder``; may not exist."""
    return folder / FOLDER / f"{KINDS[kind]}.txt"


def standard(kind: str, language: str) -> str:
    """perfxl's own template of ``kind``, in the words in use; in English where the language has none."""
    return in_body_words(*letter(KINDS[kind], language))


def write(folder: Path, language: str) -> list[Path]:
    """Put perfxl's templates where the body may edit them; their paths."""
    paths = [own_template(folder, kind) for kind in KINDS]
    for path, kind in zip(paths, KINDS, strict=True):
        write_bytes(path, standard(kind, language).encode())
    return paths


def subject_and_text(folder: Path, kind: str, language: str, facts: dict[str, Any]) -> tuple[str, str]:
    """Subject (one line, without the reference) and text of a message of ``kind`` about ``facts``.

    ``Unusable`` when the body's own template cannot be filled in, with what is wrong in it. It may compute without end:
    whoever calls this with one does so where that can be stopped.
    """
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    path = own_template(folder, kind)
    try:
        template = _decoded(path.read_bytes()) if file_exists(path) else standard(kind, language)
        if len(template) > LONGEST:
            raise Unusable("template_long", path=path, limit=LONGEST)
        room = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        text = _made(room.from_string(in_body_words(template, language)), facts, path)
    except (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError, RecursionError) as problem:
        raise Unusable("template_wrong", path=path, line=_line(problem), reason=str(problem)) from None
    subject, _, body = text.lstrip().partition("\n")
    subject = " ".join(subject.split())[:SUBJECT]
    if not subject or not body.strip():
        raise Unusable("template_empty", path=path)
    return subject, body.strip() + "\n"


def _decoded(content: bytes) -> str:
    """What a text editor saved, in whichever of the encodings it may have chosen."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _line(problem: Exception) -> int:
    """The line of the template where ``problem`` is, the first one when that is not known."""
    said = [f.lineno for f in extract_tb(problem.__traceback__) if f.filename == "<template>"]
    return getattr(problem, "lineno", None) or (said or [1])[-1] or 1


def _made(template: "Template", facts: dict[str, Any], path: Path) -> str:
    """What is made of ``template``, which is given up when it does not end."""
    text = ""
    for piece in template.generate(facts):
        text += piece
        if len(text) > LONGEST_MADE:
            raise Unusable("template_long", path=path, limit=LONGEST_MADE)
    return text


def reader_failure(code: str, values: dict[str, Any]) -> dict[str, str]:
    """Why a process of its own failed (``work.ReaderFailed``), by language."""
    def in_language(value: Any, language: str) -> Any:
        return value[language] if isinstance(value, dict) else value

    return {language: Texts("mail", language)(f"lost_{code}", **{k: in_language(v, language) for k, v in values.items()})
            for language in LANGUAGES}
