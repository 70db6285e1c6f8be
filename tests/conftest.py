import gc
import os
import pickle
import shutil
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from hypothesis import settings
from once import made_once

#: Examples are the same at every run: what fails once fails again, for whoever looks.
settings.register_profile("the same", derandomize=True)
settings.load_profile("the same")


#: The files that take longest, longest first: begun first, so that all processes end together.
LONGEST = ("test_conservation.py", "test_bundle.py", "test_libreoffice.py", "test_kill.py", "test_addin_buttons.py", "test_valid_files.py",
           "test_keyboard.py", "test_window.py", "test_mail_servers.py", "test_review.py", "test_mail_collect.py", "test_story.py",
           "test_result_recalculated.py", "test_trust.py", "test_work.py", "test_read_fill.py", "test_mail_together.py", "test_issue.py",
           "test_report.py", "test_system.py", "test_publish.py", "test_reissue.py", "test_mark.py", "test_ask.py", "test_safe_path.py",
           "test_campaigns.py", "test_year.py", "test_report_short.py", "test_read_fuzz.py", "test_interrupted.py", "test_live.py")


def pytest_configure(config):
    config.option.loadscopereorder = False  # pytest-xdist would begin with the files of most tests


def pytest_sessionstart(session):
    """Asked to end (by ``timeout``, by a system that shuts down), no test fails in the middle: the run ends after the one under way."""
    own = os.getpid()

    def ends(number, _):
        if os.getpid() == own:
            session.shouldstop = f"asked to end: {signal.Signals(number).name}"
        else:  # a process that a test started
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, ends)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Some more processes than processors: tests also wait, for LibreOffice, windows and mail servers."""
    return (os.cpu_count() or 1) * 3 // 2


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="module", autouse=True)
def looked_through_once():
    """What stands when a file begins, imported or kept for all, stays: the collector looks through what comes after it only."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def usual_words():
    """Every test begins with the usual words, whatever body's plan was read before it in the same process."""
    from perfxl.model import terms

    terms.use_words(terms.words_of({}))


@pytest.fixture(scope="session")
def demo_year(tmp_path_factory):
    """The demo campaign with its interim and final rounds played; not to be changed. Beside it, what each consolidation made."""
    from perfxl.campaign import Campaign
    from perfxl.demo.play import play

    def make(folder):
        (folder.parent / "runs").write_bytes(pickle.dumps(list(play(Campaign(folder), "it"))))
    return Campaign(made_once(tmp_path_factory, "demo", make))


@pytest.fixture(scope="session")
def small_played(tmp_path_factory):
    """The year of two sectors with its rounds played; not to be changed."""
    import small_year

    from perfxl.campaign import Campaign

    return Campaign(made_once(tmp_path_factory, "small", lambda folder: small_year.play(Campaign(folder))))


@pytest.fixture(scope="session")
def issued(tmp_path_factory):
    """A campaign of the demo's plan with the interim round issued to two sectors; not to be changed."""
    from perfxl import demo
    from perfxl.campaign import Campaign
    from perfxl.workflow.issue import issue
    from perfxl.workflow.new import new

    def make(folder):
        new(Campaign(folder), 2021, demo.plan(), "it")
        issue(Campaign(folder), "interim", ("S1", "S8"), "it")
    return Campaign(made_once(tmp_path_factory, "issued", make))


@pytest.fixture
def campaign(issued, tmp_path):
    """A copy of it to be spoiled."""
    from perfxl.campaign import Campaign

    return Campaign(shutil.copytree(issued.folder, tmp_path / "c"))
