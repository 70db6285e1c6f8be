"""Documents that travel to many processes, each of which asks for a few."""

import pickle
from collections.abc import Iterator, Mapping
from typing import Any


class Packed(Mapping[str, dict[str, Any]]):
    """Documents by key, each packed until it is asked for; the last that was is at hand."""

    def __init__(self, documents: Mapping[str, dict[str, Any]]):
        self._packed = {key: pickle.dumps(document, pickle.HIGHEST_PROTOCOL) for key, document in documents.items()}
        self._last: tuple[str, dict[str, Any]] | None = None

    def __getitem__(self, key: str) -> dict[str, Any]:
        if self._last is None or self._last[0] != key:
            self._last = key, pickle.loads(self._packed[key])
        return self._last[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)
