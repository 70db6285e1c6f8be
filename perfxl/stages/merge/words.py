"""What a key of a return is called by those who fill in the form: *S4.00002, Fase 2, Peso*."""

from perfxl.stages.merge import schema_paths
from perfxl.stages.merge.flat import Id, Key


def key_title(key: Key) -> dict[str, str]:
    """``key`` by language, in the titles that the form has."""
    return {language: ", ".join(_parts(key, language)) for language in ("it", "en")}


def written_key_title(written: str) -> dict[str, str]:
    """The same of a key as people read and type it (``flat.key_text``): *S4.00002, Fase 2, Peso*."""
    return key_title(_key(written))


def _key(written: str) -> Key:
    """The key that ``written`` stands for: the steps that it leaves out put back, rows told from names by the schema."""
    parts = written.split("/")
    way: tuple[str, ...] = ()
    key: list[str] = []
    if not schema_paths.node((parts[0],)):
        key, way, parts = ["objectives", Id(parts[0])], ("objectives", schema_paths.ROW), parts[1:]
    for part in parts:
        steps = next((s for s in ((part,), ("sheet", part)) if schema_paths.node((*way, *s))), None)
        if steps is None:
            key.append(Id(part))
            way = (*way, schema_paths.ROW)
        else:
            key += steps
            way = (*way, *steps)
    return tuple(key)


def _parts(key: Key, language: str) -> list[str]:
    titles: list[str] = []
    way: tuple[str, ...] = ()
    for part in key:
        way = (*way, schema_paths.ROW if isinstance(part, Id) else part)
        title = schema_paths.title(way).get(language, "")
        if not isinstance(part, Id):
            if title and way[-1] not in ("objectives", "sheet", "holding", "reading"):
                titles.append(title)
        elif way == ("objectives", schema_paths.ROW):
            titles.append(part)
        else:
            titles[-1:] = [f"{title or (titles[-1] if titles else '')} {_row(part, way, language)}".strip()]
    return titles


def _row(name: str, way: tuple[str, ...], language: str) -> str:
    """The identifier of a row in words: each of its parts as its cell shows it."""
    pieces = name.split(":")
    for n, key in enumerate(schema_paths.IDENTIFIERS.get(way[-2], ())[: len(pieces)]):
        about = schema_paths.field((*way, key))
        if about and about.cell == "choice":
            pieces[n] = about.labels(language).get(pieces[n], pieces[n])
    return " ".join(pieces)
