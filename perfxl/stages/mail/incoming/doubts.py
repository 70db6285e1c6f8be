"""What the controller should know of how a form came: who sent it, who signed it, what is certified and what is not."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from perfxl.campaign.register.words import moment
from perfxl.model.findings import Finding, Place
from perfxl.model.texts import LANGUAGES, Texts
from perfxl.stages.mail.incoming import senders
from perfxl.stages.mail.incoming.model import Certified, Envelope, Item, Letter, Signature
from perfxl.stages.mail.message import REFERENCE
from perfxl.stages.mail.message import reference_in as reference_of

#: Things that a message brings and no form is, which are named.
MOST_NAMES = 6


def concerns(envelope: Envelope, known: Iterable[str]) -> bool:
    """Whether a message without attachments is of the campaign: it answers one of ours, quotes the reference, or comes from
    one of the addresses ``known``, or one that looks like it. Others' mail in the same mailbox is nobody's business here."""
    known = tuple(known)
    return bool(REFERENCE.search(envelope.subject) or any(map(reference_of, envelope.answers))
                or known and senders.classify_sender(envelope.sender, known) in ("known", "alike"))


def addresses(sector: Mapping[str, Any]) -> tuple[str, ...]:
    """The addresses the plan knows of ``sector``, lower case."""
    return tuple(a.lower() for a in (sector.get("email"), *sector.get("copies", ())) if a)


def of_letter(letter: Letter, sectors: Iterable[Mapping[str, Any]], awaited: Mapping[str, str]) -> Finding:
    """What there is to say of a message without a form. ``awaited``: the round of the form that is awaited, by sector: to be
    told more loudly, when it is the sector's that writes, or of somebody who answers what was sent to it."""
    said = letter.envelope
    values = {"sender": said.sender, "subject": said.subject, "text": said.text[:200], "carries": _words("carries_nothing")}
    if letter.carries:
        values["carries"] = _words("carries_only", names=", ".join(dict.fromkeys(letter.carries[:MOST_NAMES])))
    known = _writers(said, sectors)
    waiting = next((c for c in known if c in awaited), "")
    if not waiting:
        return Finding("MAIL37", Place(letter.label), values, sector=next(iter(known), ""))
    return Finding("MAIL42", Place(letter.label), {**values, "sector": waiting, "round": round_words(awaited[waiting])}, sector=waiting)


def of_secret(item: Item, place: Place, sectors: Iterable[Mapping[str, Any]]) -> Finding:
    """What there is to say of something encrypted; of somebody whom the plan does not know, it may be none of ours."""
    sector = next(iter(_writers(item.envelope, sectors)), "") if item.envelope else ""
    return Finding("MAIL41", place, {"name": item.name, "how": item.secret}, sector=sector, severity="" if sector else "warning")


def _writers(said: Envelope, sectors: Iterable[Mapping[str, Any]]) -> list[str]:
    """The sectors that a message comes from, by its sender; else those whose reference or message of ours it answers."""
    listed, quoted = list(sectors), REFERENCE.search(said.subject)
    answered = {r.rpartition("-")[2] for r in map(reference_of, said.answers) if r} | ({quoted[4]} if quoted else set())
    return [s["code"] for s in listed if said.sender in addresses(s)] or [s["code"] for s in listed if s["code"] in answered]


def round_words(round: str) -> dict[str, str]:
    """What people call ``round``, by language."""
    return {language: Texts("register", language).at("round", round) for language in LANGUAGES}


def doubts(item: Item, place: Place, sector: dict[str, Any], sectors: Iterable[Mapping[str, Any]] = ()) -> Iterator[Finding]:
    """What there is to say of a form of ``sector`` that came as ``item``, found at ``place``; ``sectors``: all of the plan."""
    code = sector["code"]
    for signature in item.signatures:
        yield _signed(signature, place, code)
    envelope = item.envelope
    if envelope is None:
        return
    if envelope.certified:
        yield _certified(envelope.certified, envelope.sender, place=place, sector=code)
    named = addresses(sector)
    other = next((s["code"] for s in sectors if envelope.sender in addresses(s)), code) if envelope.sender not in named else code
    stands = {"elsewhere": "MAIL26", "alike": "MAIL27"}.get(senders.classify_sender(envelope.sender, named))
    values = {"sector": code, "sender": envelope.sender, "known": ", ".join(named)}
    sealed = envelope.certified and envelope.certified.seal and envelope.certified.seal.intact
    if len(envelope.senders) > 1 and not sealed:
        yield Finding("MAIL44", place, {"sector": code, "senders": ", ".join(envelope.senders)}, sector=code)
    elif other != code:
        yield Finding("MAIL43", place, {**values, "other": other}, sector=code)
    elif stands:
        yield Finding(stands, place, values, sector=code)
    elif not sealed:
        yield from _posted(envelope, place, values, named)
    elif astray := _other_writers(envelope, named, sectors, code):
        yield Finding("MAIL44", place, {"sector": code, "senders": ", ".join((envelope.sender, *astray))}, sector=code)
    quoted = REFERENCE.search(envelope.subject)
    if quoted and quoted[4] not in (code, other):
        yield Finding("MAIL29", place, {"sector": code, "quoted": quoted[4]}, sector=code)


def _other_writers(envelope: Envelope, named: tuple[str, ...], sectors: Iterable[Mapping[str, Any]], code: str) -> list[str]:
    """Whom a certified message names as its writer inside, if it is not of the house of the one that the operator certifies."""
    others = {a for s in sectors if s["code"] != code for a in addresses(s)} - {*named}
    return [a for a in envelope.senders if a != envelope.sender and (a in others or senders.classify_sender(a, named) in ("elsewhere", "alike"))]


def _posted(envelope: Envelope, place: Place, values: dict[str, Any], named: tuple[str, ...]) -> Iterator[Finding]:
    """What there is to say of somebody who sent a form for its sector, or sent it on, and is not of its house."""
    for address in envelope.posted:
        stands = {"elsewhere": "MAIL26", "alike": "MAIL27"}.get(senders.classify_sender(address, named))
        if stands:
            yield Finding(stands, place, {**values, "sender": address}, sector=values["sector"])
            return


def _signed(signature: Signature, place: Place, sector: str) -> Finding:
    """What a signature says of a form."""
    if signature.means:
        return Finding("MAIL45", place, {"signer": signature.signer or "?", "at": _moment(signature.at), "means": signature.means}, sector=sector)
    if not signature.intact:
        return Finding("MAIL35", place, {"signer": signature.signer, "reason": _words(signature.problem)}, sector=sector)
    return Finding("MAIL36" if signature.problem else "MAIL34", place,
                   {"signer": signature.signer, "at": _moment(signature.at), "trust": _trust(signature)}, sector=sector)


def _certified(known: Certified, sender: str, place: Place, sector: str) -> Finding:
    """What an operator certifies of a form that ``sender`` sent, and how far that can be relied on."""
    if known.seal is None or not known.seal.intact:
        return Finding("MAIL30", place, {"sector": sector, "sender": sender}, sector=sector)
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
