"""Which Python perfxl is in, and the few words that are needed when it cannot be started."""

import json
import os
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[2]


def built_with() -> "dict[str, Any]":
    """What the extension was built with: ``words`` by key and language, ``tokens``: names in which workbooks say what they are."""
    return json.loads((HERE / "perfxl.json").read_text(encoding="utf-8"))


def home() -> Path:
    """Where perfxl keeps what belongs to the user."""
    return Path(os.environ.get("PERFXL_HOME") or Path.home() / ".perfxl")


def machine() -> "dict[str, Any] | None":
    """``python``: the program to start; ``path``: where perfxl is when it is not among its packages. None when not installed."""
    try:
        said = json.loads((home() / "libreoffice.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) and isinstance(said.get("python"), str) else None


def language(context: Any) -> str:
    """``it`` or ``en``: as the office program speaks."""
    from com.sun.star.beans import PropertyValue

    provider = context.ServiceManager.createInstanceWithContext("com.sun.star.configuration.ConfigurationProvider", context)
    place = PropertyValue("nodepath", 0, "/org.openoffice.Setup/L10N", 0)
    node = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", (place,))
    spoken = str(node.getByName("ooLocale") or "")
    return "it" if spoken.partition("-")[0] == "it" else "en"


def word(key: str, language_: str, **values: Any) -> str:
    """The words of ``key``."""
    return built_with()["words"][key][language_].format(**values)
