"""Damaged and mischievous files: whatever the bytes, a reading or a refusal, never an exception, never a hang.

``PERFXL_FUZZ=20000 pytest tests/stages/test_read_fuzz.py`` runs longer; ``PERFXL_FUZZ_SEED`` repeats a run, and a failure names
its seed and case. The cells of a form are spoiled in ``test_conservation.py``, with a seed of its own.
"""

import io
import os
import random
import re
import time
import zipfile

import pytest
from full_return import EXTENSION, document
from hostile import packed
from plain_form import form
from test_conservation import Round

from perfxl.model import documents
from perfxl.stages.read import Reading, read

CASES = int(os.environ.get("PERFXL_FUZZ", "240"))
SEED = int(os.environ.get("PERFXL_FUZZ_SEED", "2021"))
NASTY = ["", "-1", "0", "99999999999999999999", "1e999", "NaN", "A1:XFD1048576", "'", '"', "&#0;", "&#x110000;", "&amp;", "\u202e",
         "<c>", "</c>", "<v>", "<!--", "]]>", "#REF!", "true", "inlineStr", "s", "e", "d", "4r", "4f", "#", "_x0000_", "_xD800_", "١", "x" * 40_000]


def _parts(data: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return {name: archive.read(name) for name in archive.namelist()}


SOUND = _parts(form(document(1), EXTENSION))


def _mutated(chance: random.Random, sound: dict[str, bytes]) -> bytes:
    found = dict(sound)
    for _ in range(chance.randint(1, 3)):
        name = chance.choice(sorted(found))
        data = found[name]
        kind = chance.randrange(6)
        if kind == 0 and data:
            at = chance.randrange(len(data))
            data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1:]
        elif kind == 1 and data:
            at = chance.randrange(len(data))
            data = data[:at] + data[at + chance.randint(1, 200):]
        elif kind == 2 and data:
            at, size = chance.randrange(len(data)), chance.randint(1, 400)
            data = data[:at] + data[at:at + size] * chance.randint(2, 6) + data[at + size:]
        elif kind == 3:
            values = list(re.finditer(rb'"[^"<>]*"|>[^<>]+<', data))
            if values:
                hit = chance.choice(values)
                data = data[:hit.start() + 1] + chance.choice(NASTY).encode("utf-8", "replace") + data[hit.end() - 1:]
        elif kind == 4:
            data = data.replace(*chance.choice([(b't="s"', b't="n"'), (b"<v>", b"<v>9"), (b'r="B', b'r="C'), (b"px01", b"px99"),
                                                (b"px01", b"px00"), (b">#<", b">1<"), (b"$B$", b"$XFD$"), (b"$1", b"$1048576")]))
        else:
            found.pop(name)
            continue
        found[name] = data
    return packed(found)


@pytest.mark.parametrize("batch", range(8))
def test_mutated_parts(batch):
    for case in range(CASES // 8):
        chance = random.Random(f"{SEED}/{batch}/{case}")
        data = _mutated(chance, SOUND)
        start = time.process_time()
        reading = read(data, "x.xlsx", EXTENSION, 2021)
        assert isinstance(reading, Reading), (SEED, batch, case)
        assert reading.document is not None or reading.findings, (SEED, batch, case)
        documents.dumps(reading.document).encode()
        for finding in reading.findings:
            assert finding.message("it") and finding.message("en")
        assert time.process_time() - start < 5, (SEED, batch, case)


def _bytes_changed(chance: random.Random, data: bytes) -> bytes:
    """The file itself, not its parts, with bytes changed, dropped, doubled or cut off."""
    for _ in range(chance.randint(1, 4)):
        at, size = chance.randrange(len(data)), chance.choice([1, 1, 4, 64, 4_000])
        kind = chance.randrange(5)
        piece = {0: chance.randbytes(size), 1: b"", 2: data[at:at + size] * 2, 3: bytes(size), 4: b"\xff" * size}[kind]
        data = data[:at] + piece + data[at + size:] if data[at + size:] else data[: at + 1]
    return data


@pytest.fixture(scope="module")
def year(demo_year, tmp_path_factory):
    return Round(demo_year, "interim", tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("sector", ["SG", "S8"])
def test_mutated_returns_are_consolidated_or_refused(year, sector):
    """Real returns, changed in their parts or in their bytes, through everything up to the consolidated document."""
    sound = year.files[sector].read_bytes()
    sound_parts = _parts(sound)
    for case in range(max(10, CASES // 16)):
        chance = random.Random(f"{SEED}/{sector}/{case}")
        data = _mutated(chance, sound_parts) if case % 3 else _bytes_changed(chance, sound)
        start = time.process_time()
        made, _ = year.consolidated({sector: data})
        assert made["returned"] == [sector] or any(f.get("file") or f["code"] == "RETN01" for f in made["findings"]), (SEED, sector, case)
        assert time.process_time() - start < 5, (SEED, sector, case)
