"""What the controller should know of how a form came: who sent it, who signed it, what is certified and what is not."""

from collections.abc import Iterable, Iterator

from perfxl.campaign.register.words import moment
from perfxl.model.findings import Finding, Place
from perfxl.model.texts import LANGUAGES, Texts
from perfxl.stages.mail.incoming import senders
from perfxl.stages.mail.incoming.model import Envelope, Item, Signature
from perfxl.stages.mail.out import REFERENCE
from perfxl.stages.mail.out import of as reference_of


def concerns(envelope: Envelope, known: Iterable[str]) -> bool:
    """Whether a message without attachments is of the campaign: it answers one of ours, quotes the reference, or comes from
    one of the addresses ``known``, or one that looks like it. Others' mail in the same mailbox is nobody's business here."""
    known = tuple(known)
    return bool(REFERENCE.search(envelope.subject) or any(map(reference_of, envelope.answers))
                or known and senders.standing(envelope.sender, known) in ("known", "alike"))


def doubts(item: Item, place: Place, sector: dict) -> Iterator[Finding]:
    """What there is to say of a form of ``sector`` (of the plan) that came as ``item``, found at ``place``."""
    code = sector["code"]
    for signature in item.signatures:
        yield _signed(signature, place, code)
    envelope = item.envelope
    if envelope is None:
        return
    if envelope.certified:
        yield _certified(envelope, place, code)
    named = tuple(filter(None, (sector.get("email"), *sector.get("copies", ()))))
    stands = {"elsewhere": "MAIL26", "alike": "MAIL27"}.get(senders.standing(envelope.sender, named))
    if stands:
        yield Finding(stands, place, {"sector": code, "sender": envelope.sender, "known": ", ".join(named)}, sector=code)
    quoted = REFERENCE.search(envelope.subject)
    if quoted and quoted[4] != code:
        yield Finding("MAIL29", place, {"sector": code, "quoted": quoted[4]}, sector=code)


def _signed(signature: Signature, place: Place, sector: str) -> Finding:
    """What a signature says of a form."""
    if not signature.intact:
        return Finding("MAIL35", place, {"signer": signature.signer, "reason": _words(signature.problem)}, sector=sector)
    return Finding("MAIL36" if signature.problem else "MAIL34", place,
                   {"signer": signature.signer, "at": _moment(signature.at), "trust": _trust(signature)}, sector=sector)


def _certified(envelope: Envelope, place: Place, sector: str) -> Finding:
    """What an operator certifies of a form, and how far that can be relied on."""
    known = envelope.certified
    if known.seal is None or not known.seal.intact:
        return Finding("MAIL30", place, {"sector": sector, "sender": envelope.sender}, sector=sector)
    return Finding("MAIL38", place, {"sector": sector, "sender": known.sender, "at": _moment(known.at), "operator": known.operator,
                                     "identifier": known.identifier, "signer": known.seal.signer, "trust": _trust(known.seal)},
                   sector=sector)


def _trust(signature: Signature) -> dict[str, str]:
    """How the certificate of a whole signature was checked."""
    if signature.trust:
        return _words("trust_known", store=signature.trust)
    return _words(signature.problem or "trust_unchecked")


def _words(key: str, **values: str) -> dict[str, str]:
    return {language: Texts("mail", language)(key, **values) for language in LANGUAGES}


def _moment(iso: str) -> dict[str, str]:
    return {language: moment(iso, language) if iso else "" for language in LANGUAGES}
