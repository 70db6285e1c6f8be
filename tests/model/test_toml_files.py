"""Texts are parsed once and kept with the compiled modules."""

import json
import sys

import pytest

from perfxl.model import toml_files

TEXT = '[greeting]\nit = "Buongiorno"\nen = "Good morning"\n'


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder of texts, in a Python that keeps what it compiles in another."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "compiled"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "words.toml").write_text(TEXT, encoding="utf-8")
    return tmp_path


def _kept(home):
    return [path for path in (home / "compiled").rglob("*") if path.is_file()]


def test_a_file_that_was_parsed_is_kept_and_not_parsed_again(home, monkeypatch):
    path = home / "texts" / "words.toml"
    first = toml_files.load(path)
    [kept] = _kept(home)
    assert json.loads(kept.read_bytes())["said"] == first == {"greeting": {"it": "Buongiorno", "en": "Good morning"}}
    monkeypatch.setitem(sys.modules, "tomllib", None)  # whoever imports it fails
    assert toml_files.load(path) == first


def test_a_file_that_changed_is_parsed_anew(home):
    path = home / "texts" / "words.toml"
    toml_files.load(path)
    path.write_text(TEXT.replace("Buongiorno", "Buonasera"), encoding="utf-8")
    assert toml_files.load(path)["greeting"]["it"] == "Buonasera"
    assert toml_files.load(path)["greeting"]["it"] == "Buonasera"


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"digest": 1}', b"\xff\xfe"], ids=["empty", "cut short", "a list", "without texts", "no text"])
def test_what_is_kept_and_damaged_is_made_again(home, damage):
    path = home / "texts" / "words.toml"
    said = toml_files.load(path)
    [kept] = _kept(home)
    kept.write_bytes(damage)
    assert toml_files.load(path) == said
    assert json.loads(kept.read_bytes())["said"] == said


def test_nothing_is_written_where_python_may_not_write(home, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert toml_files.load(home / "texts" / "words.toml")["greeting"]["en"] == "Good morning"
    assert not (home / "compiled").exists()


def test_a_folder_that_cannot_be_written_is_no_hindrance(home):
    (home / "compiled").write_text("a file in the way")
    assert toml_files.load(home / "texts" / "words.toml")["greeting"]["en"] == "Good morning"
