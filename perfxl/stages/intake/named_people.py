"""The people whom one cell names: one below another, or in a line."""

import re

#: What stands between people whatever they are called; a comma may also stand between a surname and its name.
_APART = re.compile(r"[;\n]+|\s+[/–]\s+")
_TITLED = re.compile(r"(?:dott|dr|ing|arch|avv|geom|rag|prof|sig|p\.\s?i|com|cap|ten|isp|mr|mrs|ms)[a-z.ssa]*\s", re.I)


def people(text: str) -> list[str]:
    """The people in ``text``; a comma parts them where each has a name and a surname, or a title before it."""
    persons = []
    for part in _APART.split(text):
        names = [" ".join(n.split()) for n in part.split(",")]
        whole = all(len(n.split()) > 1 or _TITLED.match(n) for n in names)
        persons += names if whole else [" ".join(part.split())]
    return [name for name in persons if name]
