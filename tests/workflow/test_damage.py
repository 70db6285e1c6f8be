"""Whatever document of a campaign is damaged in whatever way, every command says so in words, or works on what is sound.

The suite damages a few times; for many: PERFXL_DAMAGES=300 PERFXL_DAMAGE_SEED=7 pytest tests/workflow/test_damage.py
"""

import os
import random
import shutil

import pytest

from perfxl.campaign import Campaign
from perfxl.ui.cli import main

TIMES, SEED = int(os.environ.get("PERFXL_DAMAGES", "16")), int(os.environ.get("PERFXL_DAMAGE_SEED", "14"))

#: What may become of the bytes of a file.
HARMS = {
    "empty": lambda content, chance: b"", "truncated": lambda content, chance: content[:chance.randrange(1, len(content))],
    "garbage": lambda content, chance: chance.randbytes(3_000), "list": lambda content, chance: b"[]", "object": lambda content, chance: b"{}",
    "null": lambda content, chance: b"null", "nested": lambda content, chance: b"[" * 100_000 + b"]" * 100_000,
    "a byte": lambda content, chance: (at := chance.randrange(len(content))) and content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1:],
    "a figure": lambda content, chance: content.replace(b"100", b"12", 1), "with a mark": lambda content, chance: b"\xef\xbb\xbf" + content,
    "UTF-16": lambda content, chance: content.decode("latin-1").encode("utf-16"), "gone": None, "a folder": None}
FILES = ("risultati/final/consolidato.json", "risultati/interim/consolidato.json", "approvati/interim.json", "registro.sqlite", ".registro.ultima.json",
         "risultati/final/consolidato.xlsx", "risultati/final/.scritto-consolidato.xlsx", "piano.xlsx", "emesse/final/S1.xlsx")
COMMANDS = (("explain", "S1", "--round", "final"), ("explain", "S1", "--round", "interim"), ("approve", "--round", "final", "--act", "DG n. 2", "--date", "2022-05-01", "--anyway"),
            ("report", "--round", "final"), ("publish", "--round", "final", "--cleared"), ("issue", "--round", "final"), ("bundle", "--round", "final"), ("status",),
            ("log", "--verify"), ("consolidate", "--round", "final"), ("ask", "--round", "final"), ("send", "--round", "final", "--dry-run"),
            ("resolve", "--round", "final"), ("check", "--round", "final"), ("collect",), ("extend", "--round", "final", "--to", "2022-08-01"), ("rebuild",))


@pytest.fixture(scope="module")
def year(small_played, tmp_path_factory):
    """A year whose interim round is approved."""
    campaign = Campaign(shutil.copytree(small_played.folder, tmp_path_factory.mktemp("damage") / "c"))
    assert main(["approve", str(campaign.folder), "--round", "interim", "--act", "DG n. 1", "--date", "2021-11-11", "--anyway"]) == 0
    return campaign


def test_damage_is_said_in_words_by_every_command(year, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("perfxl.model.safe_path.program", lambda *names: None)  # no PDF takes part
    chance = random.Random(SEED)
    for _ in range(TIMES):
        harm, file, command = chance.choice(sorted(HARMS)), chance.choice(FILES), chance.choice(COMMANDS)
        shutil.rmtree(tmp_path / "c", ignore_errors=True)
        path = shutil.copytree(year.folder, tmp_path / "c") / file
        path.chmod(0o644)
        content = path.read_bytes()
        if HARMS[harm] is not None:
            path.write_bytes(HARMS[harm](content, chance) or content)
        else:
            path.unlink()
            if harm == "a folder":
                path.mkdir()
        code = main([command[0], str(tmp_path / "c"), *command[1:]])
        told = "".join(capsys.readouterr())
        assert code in (0, 1, 2) and "guasto suo" not in told and "Traceback" not in told, (harm, file, command, told)
        assert code == 0 or told.strip(), (harm, file, command)
