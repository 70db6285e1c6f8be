"""Damaged and mischievous parts: whatever the bytes, a reading or a refusal, never an exception, never a hang.

``PERFXL_FUZZ=20000 pytest tests/test_read_fuzz.py`` runs longer; ``PERFXL_FUZZ_SEED`` repeats a run.
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

from perfxl import documents
from perfxl.read import Reading, read

CASES = int(os.environ.get("PERFXL_FUZZ", "240"))
SEED = int(os.environ.get("PERFXL_FUZZ_SEED", "2021"))
NASTY = ["", "-1", "0", "99999999999999999999", "1e999", "NaN", "A1:XFD1048576", "'", '"', "&#0;", "&#x110000;", "&amp;", "\u202e",
         "<c>", "</c>", "<v>", "<!--", "]]>", "#REF!", "true", "inlineStr", "s", "e", "d", "4r", "#", "_x0000_", "_xD800_", "١", "x" * 40_000]


def _parts(data: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return {name: archive.read(name) for name in archive.namelist()}


SOUND = _parts(form(document(1), EXTENSION))


def _mutated(chance: random.Random) -> bytes:
    found = dict(SOUND)
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
        data = _mutated(chance)
        start = time.process_time()
        reading = read(data, "x.xlsx", EXTENSION, 2021)
        assert isinstance(reading, Reading), (SEED, batch, case)
        assert reading.document is not None or reading.findings, (SEED, batch, case)
        documents.dumps(reading.document).encode()
        for finding in reading.findings:
            assert finding.message("it") and finding.message("en")
        assert time.process_time() - start < 5, (SEED, batch, case)
