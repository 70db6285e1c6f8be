"""What the forms say that the invented sectors fill in."""

from typing import Any

from perfxl.stages import read


def prefilled(form: bytes, sector: str) -> dict[str, Any]:
    """The return that the issued ``form`` of ``sector`` holds; ``ValueError`` where it cannot be read, which no form of ours is."""
    reading = read.read(form, sector)
    if reading.document is None:
        raise ValueError("; ".join(f.message("en") for f in reading.findings))
    return reading.document
