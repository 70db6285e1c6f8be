"""What a key of a return is called by those who fill in the form: *S4.00002, Fase 2, Peso*."""

from perfxl.merge import shape
from perfxl.merge.flat import Id, Key


def called(key: Key) -> dict[str, str]:
    """``key`` by language, in the titles that the form has."""
    return {language: ", ".join(_parts(key, language)) for language in ("it", "en")}


def _parts(key: Key, language: str) -> list[str]:
    told: list[str] = []
    way: tuple[str, ...] = ()
    for part in key:
        way = (*way, shape.ROW if isinstance(part, Id) else part)
        title = shape.title(way).get(language, "")
        if not isinstance(part, Id):
            if title and way != ("objectives",):
                told.append(title)
        elif way == ("objectives", shape.ROW):
            told.append(part)
        else:
            told[-1:] = [f"{title or (told[-1] if told else '')} {part.replace(':', ' ')}".strip()]
    return told
