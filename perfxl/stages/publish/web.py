"""What the web pages of perfxl share: the shell around their contents, and that every text that goes in is escaped."""

from functools import cache
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined, Template


@cache
def template(package: str) -> Template:
    """``page.html`` of ``package``, which may extend ``shell.html``."""
    shell = (files(__name__.rpartition(".")[0]) / "shell.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
                              loader=DictLoader({"shell.html": shell}))
    return environment.from_string((files(package) / "page.html").read_text(encoding="utf-8"))
