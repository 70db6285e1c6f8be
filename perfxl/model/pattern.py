"""Regular expressions compiled when they are first used: of modules that are always loaded and seldom need them all."""

import re
from functools import cached_property
from typing import Any


class Pattern:
    """A regular expression, compiled when it is first looked for: those of long alternatives take a millisecond each."""

    def __init__(self, expression: str, flags: int = 0):
        self.expression, self.flags = expression, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.expression, self.flags)

    def __getattr__(self, name: str) -> Any:
        """What a compiled pattern has: ``search``, ``match``, ``finditer``."""
        return getattr(self._compiled, name)
