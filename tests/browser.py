"""Debian's Chromium without a window, driven for the tests of the page; `playwright` finds no browser of its own."""

import shutil
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]


@contextmanager
def chromium():
    """The browser, with a new empty profile; ``AssertionError`` where it is not installed."""
    path = shutil.which("chromium")
    assert path, "the tests of the page need the Debian package chromium"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
