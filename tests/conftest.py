import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from hypothesis import settings

#: Examples are the same at every run: what fails once fails again, for whoever looks.
settings.register_profile("the same", derandomize=True)
settings.load_profile("the same")


@pytest.fixture(autouse=True)
def usual_words():
    """Every test begins with the usual words, whatever body's plan was read before it in the same process."""
    from perfxl.model import terms

    terms.adopt(terms.of({}))


@pytest.fixture(scope="session")
def demo_year(tmp_path_factory):
    """The demo campaign with its interim and final rounds played; not to be changed."""
    from perfxl.campaign import Campaign
    from perfxl.demo.play import play

    campaign = Campaign(tmp_path_factory.mktemp("demo") / "campagna")
    list(play(campaign, "it"))
    return campaign


@pytest.fixture(scope="session")
def small_played(tmp_path_factory):
    """The year of two sectors with its rounds played; not to be changed."""
    import small_year

    from perfxl.campaign import Campaign

    return small_year.play(Campaign(tmp_path_factory.mktemp("small") / "c"))


@pytest.fixture(scope="session")
def issued(tmp_path_factory):
    """A campaign of the demo's plan with the interim round issued to two sectors; not to be changed."""
    from perfxl import demo
    from perfxl.campaign import Campaign
    from perfxl.workflow.issue import issue
    from perfxl.workflow.new import new

    campaign = Campaign(tmp_path_factory.mktemp("issued") / "c")
    new(campaign, 2021, demo.plan(), "it")
    issue(campaign, "interim", ("S1", "S8"), "it")
    return campaign


@pytest.fixture
def campaign(issued, tmp_path):
    """A copy of it to be spoiled."""
    from perfxl.campaign import Campaign

    return Campaign(shutil.copytree(issued.folder, tmp_path / "c"))
