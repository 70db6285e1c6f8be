"""Consolidates whenever a file arrives among the received ones: ``perfxl watch DIR``."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from perfxl.campaign import Campaign
from perfxl.ui.addin.troubles import in_words
from perfxl.workflow.consolidate import Run, consolidate
from perfxl.workflow.running import CannotRun

#: How often the folder is looked at, and how long it must have been still, in seconds.
EVERY, STILL = 2.0, 3.0
#: How long to wait before trying again what the system has refused, in seconds.
PAUSE = 30.0

Seen = dict[Path, tuple[int, int]]


def snapshot(campaign: Campaign, round: str) -> Seen:
    """The received files with their size and time: what changes when one arrives, is replaced or is taken away."""
    files = {}
    for path in campaign.received_files(round):
        try:
            status = path.stat()
        except OSError:  # gone between the listing and the look
            continue
        files[path] = (status.st_size, status.st_mtime_ns)
    return files


def watch(campaign: Campaign, round: str, language: str, rest: Callable[[float], None] = time.sleep,
          clock: Callable[[], float] = time.monotonic) -> Iterator[Run | CannotRun]:
    """The result of a consolidation now, and of one after every change, without end.

    A change is taken up when the folder has been still for ``STILL`` seconds, so that no file is read half copied. What
    keeps a consolidation from being done is given back, not raised: the next change may mend it; what the system refuses
    is tried again.
    """
    done: Seen | None = None
    last, since = snapshot(campaign, round), clock() - STILL
    while True:
        now = snapshot(campaign, round)
        if now != last:
            last, since = now, clock()
        if now != done and clock() - since >= STILL:
            done = now
            try:
                yield consolidate(campaign, round, language)
            except CannotRun as reason:
                yield reason
            except OSError as problem:  # a folder that is out of reach for a while, a file still held by who copies it
                done = None
                yield CannotRun(in_words(problem, language))
                rest(PAUSE)
        else:
            rest(EVERY)
