"""Where the schemas and the masters are: inside the installed package, or beside it in a checkout."""

from functools import cache
from pathlib import Path

_MODEL = Path(__file__).resolve().parent
CHECKOUT = _MODEL.parents[1]


@cache
def folder(name: str) -> Path:
    """The folder of the resource ``schemas``, ``templates`` or ``guide``.

    A wheel carries them inside ``perfxl/model``; an editable install finds them at the top of the checkout.
    """
    in_checkout = {"schemas": "schemas", "templates": "workbooks/templates", "guide": "docs"}[name]
    for candidate in (_MODEL / name, CHECKOUT / in_checkout):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"perfxl is installed without its {name}: reinstall it")
