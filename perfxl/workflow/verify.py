"""``perfxl bundle --verify``: an archive verified in a process of its own, within bounds; what is kept outside of it compared too."""

from dataclasses import dataclass, replace
from pathlib import Path

from perfxl.model.findings import Finding, Place
from perfxl.stages.mail.incoming import signed
from perfxl.stages.mail.incoming.model import Signature
from perfxl.stages.publish import proof
from perfxl.stages.publish.proof import Verdict
from perfxl.workflow.workers import ReaderFailed, guarded

#: Seconds that a verification may take: for any archive, and more for each megabyte of it.
SECONDS, SECONDS_EACH = 120, 60
MB = 1 << 20
#: Bytes of a detached signature.
MOST_SIGNATURE = 4 * MB


@dataclass(frozen=True)
class Given:
    """The archive to verify, as it travels to the process that does: its bytes and what findings call it."""

    content: bytes
    name: str


def seconds(size: int) -> int:
    """How long the verification of an archive of ``size`` bytes may take."""
    return SECONDS + SECONDS_EACH * (size // MB + 1)


def verify(path: Path, known: str = "") -> Verdict:
    """The verdict on the archive at ``path``. ``known``: a hash of its log that is known from elsewhere, as from the act that
    approved the round: the log must contain it."""
    content = path.read_bytes()
    try:
        verdict = guarded(_verified, Given(content, path.name), None, seconds(len(content)))
    except ReaderFailed as lost:
        from perfxl.workflow.workers.processes import MEMORY_LIMIT

        reason = Finding(lost.code, values=lost.values)
        words = {language: reason.say(language)["found"].rstrip(".") for language in ("it", "en")}
        return Verdict((Finding("BNDL09", Place(path.name), {"reason": words, "memory": MEMORY_LIMIT // MB}),))
    if known and known.strip().lower() not in verdict.hashes and not any(f.code == "BNDL01" for f in verdict.findings):
        return replace(verdict, findings=(*verdict.findings, Finding("BNDL13", Place(path.name), {"hash": known})))
    return verdict


def _verified(given: Given, _job: None) -> Verdict:
    """The verdict; an error that nobody expected is perfxl's own, and is not told as one of the archive."""
    try:
        return proof.verify(given.content, given.name)
    except MemoryError:
        raise
    except Exception as problem:  # whatever perfxl can fail with
        return Verdict((Finding("BNDL14", Place(given.name), {"path": given.name, "kind": type(problem).__name__}),))


def signatures(archive: Path, signature: Path) -> tuple[Signature, ...]:
    """What a detached signature (.p7s, .p7m) says of the archive; () when the file is no signature."""
    with signature.open("rb") as opened:
        envelope = signed.open_signed(opened.read(MOST_SIGNATURE))
    return () if envelope is None else envelope.signatures(archive.read_bytes())
