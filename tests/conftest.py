import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest  # noqa: E402


@pytest.fixture(scope="session")
def demo_year(tmp_path_factory):
    """The demo campaign with its interim and final rounds played; not to be changed."""
    from perfxl.campaign import Campaign
    from perfxl.demo.play import play

    campaign = Campaign(tmp_path_factory.mktemp("demo") / "campagna")
    list(play(campaign, "it"))
    return campaign
