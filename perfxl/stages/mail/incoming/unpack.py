"""One message or file taken apart down to what cannot be taken apart further; what it is, its first bytes say."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from zipfile import ZipFile

from perfxl.model.findings import Finding, Place
from perfxl.model.texts import Texts
from perfxl.stages.mail.faults import raised_in
from perfxl.stages.mail.incoming import (
    archives,
    asic,
    envelopes,
    headers,
    leftovers,
    messages,
    outlook,
    pec,
    signed,
    text_attachments,
    tnef,
)
from perfxl.stages.mail.incoming.model import (
    ITEM_LIMIT,
    MB,
    Budget,
    Certified,
    Envelope,
    Item,
    Letter,
    Signature,
    Source,
    TooMuch,
)
from perfxl.stages.mail.incoming.pairing import Detached, Found, Taken, Where, Whole, pair_signatures
from perfxl.stages.mail.incoming.signed import Signed
from perfxl.stages.mail.incoming.trust import Trust

#: The headers that say how a message is built.
_CONTENT = re.compile(r"^(?:content-[\w-]+|mime-version):.*\n(?:[ \t].*\n)*", re.I | re.M)


def unpack(source: Source, trust: Trust = Trust()) -> list[Found]:
    """Everything in ``source``, news of what was sent, and findings; each thing that is whole comes once.

    ``trust``: the certificates that signatures are held against.
    """
    taken: list[Taken] = []
    try:
        for one in _Unpacking(trust).apart(source.content, source.label, Where((), arrived=source.arrived)):
            taken.append(one)
    except TooMuch as problem:
        taken.append(Finding("MAIL11", Place(source.label), {"what": problem.what, "limit": problem.limit}))
    return pair_signatures(taken, trust)


class _Unpacking:
    """The taking apart of one source, within one budget."""

    def __init__(self, trust: Trust):
        self._trust, self._budget = trust, Budget()

    def apart(self, data: bytes, name: str, where: Where) -> Iterator[Taken]:
        """What is in ``data``, which is called ``name``: itself, when it is not a container."""
        self._budget.spend(len(data))
        archive = archives.open_archive(data)
        if archive is not None:
            yield Whole(data, (*where.inside, name))
            yield from self._archive(archive, where.into(name))
        elif messages.is_message(data):
            yield from self._parsed(data, where.into(name))
        elif (msg := outlook.open_message(data)) is not None:
            yield from self._outlook(lambda: self._msg(msg, where.into(name)), where.place(name))
        elif tnef.is_tnef(data):
            yield from self._outlook(lambda: self._attached(tnef.attachments(data), where.into(name)), where.place(name))
        elif (der := envelopes.der(data)) and (kind := envelopes.kind(der)):
            yield from self._enveloped(kind, der, data=data, name=name, where=where)
        elif (how := envelopes.secret(data)):
            yield Item(name, data, inside=where.inside, envelope=where.envelope, signatures=where.signatures, secret=how)
        elif (inner := self._inner(data)) is not None:
            yield from self.apart(inner, _stem(name), where.into(name))
        elif text_attachments.is_block(data):
            yield from self._blocks(data, name, where)
        elif len(data) > ITEM_LIMIT:
            yield Finding("MAIL12", where.place(name), {"size": -(-len(data) // MB), "limit": ITEM_LIMIT // MB})
        else:
            yield Item(name, data, inside=where.inside, envelope=where.envelope, signatures=where.signatures,
                       beside=leftovers.is_leftover(name, data))

    def _inner(self, data: bytes) -> bytes | None:
        """The one file in a wrapper of a program; None when ``data`` is none."""
        for unwrap in (leftovers.data_fork, outlook.package, text_attachments.decode_bare_base64):
            inside = unwrap(data)
            if inside:
                return inside
        return archives.ungzipped(data, self._budget.room) or None

    def _blocks(self, data: bytes, name: str, where: Where) -> Iterator[Taken]:
        """The files in a file of text; itself, when there are none after all."""
        blocks = text_attachments.extract_files(data)[1]
        if not blocks:
            yield Item(name, data, inside=where.inside, envelope=where.envelope, signatures=where.signatures)
        for block in blocks:
            yield from self.apart(block.content, headers.decoded(block.name)[-200:] or name, where.into(name))

    def _archive(self, archive: ZipFile, where: Where) -> Iterator[Taken]:
        signatures = asic.Signatures() if archives.is_signed(archive) or archives.type_of(archive) else None
        made: list[Taken] = []
        for inner, content in archives.files(archive, self._budget):
            inner = headers.decoded(inner)[-200:] or "?"
            if isinstance(content, archives.Broken):
                if not leftovers.is_leftover(inner, b""):
                    yield Finding("MAIL13", where.place(), {"name": inner, "reason": _reason(content.reason)})
            elif signatures is not None and signatures.mark_read(inner, content):
                made.append(Item(inner, content, inside=where.inside, envelope=where.envelope, signatures=where.signatures, beside=True))
            else:
                made += self.apart(content, inner, where)
        for one in made:
            if signatures is not None and isinstance(one, Item) and not one.beside:
                one = replace(one, signatures=(*one.signatures, *signatures.unchecked))
            yield one

    def _enveloped(self, kind: str, der: bytes, data: bytes, name: str, where: Where) -> Iterator[Taken]:
        """What is in a wrapper of CMS (``envelopes.kind``)."""
        if kind == "encrypted":
            yield Item(name, data, inside=where.inside, envelope=where.envelope, signatures=where.signatures, secret="S/MIME")
        elif kind == "signed" and (envelope := signed.open_signed(data)) is not None:
            yield from self._signed(envelope, name, where)
        elif kind == "stamp":
            yield Item(name, data, inside=where.inside, envelope=where.envelope, signatures=where.signatures, beside=True)
        else:
            yield from self._wrapped(envelopes.open_envelope(der, self._budget.room), data, name, where)

    def _wrapped(self, wrapped: envelopes.Wrapped, data: bytes, name: str, where: Where) -> Iterator[Taken]:
        """The file in a wrapper that says nothing of it but when, or that it was made smaller."""
        if wrapped.content is None:
            yield Item(name, data, inside=where.inside, envelope=where.envelope, signatures=where.signatures)
            return
        if len(wrapped.content) > self._budget.room:
            raise TooMuch({"it": "i MB di un file compresso", "en": "the MB of a compressed file"}, self._budget.room >> 20)
        inner = headers.decoded(wrapped.name)[-200:] or _stem(name)
        if messages.is_entity(wrapped.content):
            yield from self._parsed(wrapped.content, where.into(name))
        else:
            yield from self.apart(wrapped.content, inner, where.into(name))

    def _signed(self, envelope: Signed, name: str, where: Where) -> Iterator[Taken]:
        """The file inside a signature, with what the signature says of it."""
        if envelope.content is None:
            yield Detached(name, envelope, where)
            return
        inner = _stem(name)
        yield Whole(envelope.content, (*where.inside, name))
        signatures = (*where.signatures, *envelope.signatures(envelope.content, self._trust))
        within = replace(where.into(name), signatures=signatures)
        if messages.is_entity(envelope.content):
            yield from self._parsed(envelope.content, within)
        else:
            yield from self.apart(envelope.content, inner, within)

    def _parsed(self, data: bytes, where: Where) -> Iterator[Taken]:
        """What is in the message that ``data`` is; a finding when it breaks rules that reading it depends on."""
        try:
            yield from self._message(messages.parse(data), data, where)
        except messages.FAULTS as problem:
            if not isinstance(problem, RecursionError) and not raised_in(problem, "email"):
                raise
            yield Finding("MAIL14", where.place())

    def _message(self, message: messages.Parsed, raw: bytes, where: Where) -> Iterator[Taken]:
        """The attachments of a message; ``raw``: the bytes it stands in. The outermost envelope is kept: an inner one is what
        somebody says it was, unless an operator of certified mail says so."""
        seals = self._seals(message, raw)
        known = pec.certified(message, seals[0] if seals else None)
        if known is not None and known.kind in pec.EVENTS:
            yield pec.receipt(message, known, where.place().file)
            return
        news = pec.bounce(message, where.place().file)
        if news is not None:
            yield news
            return
        carried, outermost = list(messages.parts(message)), where.envelope is None
        wrapped = known is not None and known.kind == pec.TRANSPORT or pec.anomalous(message)
        if wrapped:
            carried = [p for p in carried if isinstance(p, messages.Parsed) or p.type == "message/rfc822"]
        elif seals:
            where = replace(where, signatures=(*where.signatures, *seals))
        if outermost:
            said = next((p for p in carried if isinstance(p, messages.Parsed)), message) if wrapped else message
            where = replace(where, envelope=_certain(headers.envelope(said, messages.text(said), where.arrived), known))
        leaves = [p for p in carried if isinstance(p, messages.Parsed) or not (
            seals and p.type in ("application/pkcs7-signature", "application/x-pkcs7-signature"))]
        names = tuple(p.name or p.type for p in leaves if isinstance(p, messages.MessagePart))
        yield from self._or_the_message(self._carried(leaves, raw, where), names, where, outermost)

    def _carried(self, carried: Iterable[messages.MessagePart | messages.Parsed], raw: bytes, where: Where) -> Iterator[Taken]:
        """What is in the parts of a message."""
        for number, part in enumerate(carried, 1):
            if isinstance(part, messages.Parsed):
                inner = headers.file_name(part) or headers.header(part, "Subject") or f"message {number}"
                yield from self._message(part, raw, where.into(inner))
            elif part.inline:
                self._budget.spend(len(part.content))
                yield Item(part.name or f"part {number}", part.content, inside=where.inside, envelope=where.envelope,
                           signatures=where.signatures, inline=True)
            else:
                yield from self.apart(part.content, part.name or f"part {number} ({part.type or 'text'})", where)

    def _or_the_message(self, taken: Iterator[Taken], names: tuple[str, ...], where: Where, outermost: bool) -> Iterator[Taken]:
        """``taken``; when nothing but pictures of the text is in it, the message itself, unless it stands in another.

        ``names``: of all that is attached to it.
        """
        brought = False
        for one in taken:
            brought = brought or not (isinstance(one, Whole) or isinstance(one, Item) and one.inline)
            yield one
        if outermost and not brought and where.envelope is not None:
            yield Letter(where.envelope, where.place().file, names)

    def _seals(self, message: messages.Parsed, raw: bytes) -> tuple[Signature, ...]:
        """The signatures on the whole of a message (S/MIME)."""
        inner = messages.inner_parts(message)
        if message.get_content_type() != "multipart/signed" or len(inner) < 2:
            return ()
        envelope = signed.open_signed(messages.content(inner[1]))
        content = signed.signed_part(raw, str(message.get_boundary()))
        return envelope.signatures(content, self._trust) if envelope is not None and content is not None else ()

    def _msg(self, msg: outlook.Msg, where: Where) -> Iterator[Taken]:
        """The attachments of a message saved by Outlook; of a signed one, those of the message as it travelled."""
        written, outermost = msg.text("007D").lstrip(), where.envelope is None
        if signed_one := msg.signed:
            whole = _travelled(msg, written, signed_one)
            yield from self._parsed(whole, where)
            return
        if outermost:
            text = msg.text("1000")
            envelope = headers.envelope(messages.parse(written.encode("utf-8", "replace") + b"\n\n"), text, where.arrived)
            sender = msg.text("5D01") or msg.text("0C1F")
            where = replace(where, envelope=replace(
                envelope, sender=envelope.sender or headers.address(sender), said=envelope.said or msg.text("0C1A")[:200],
                subject=envelope.subject or headers.decoded(msg.text("0037")), arrived=envelope.arrived or msg.delivered,
                message_id=envelope.message_id or msg.text("1035")[:400],
                protocol=envelope.protocol or headers.protocol(msg.text("0037") + "\n" + text)))
        attached = list(msg.attachments())
        yield from self._or_the_message(self._attached(attached, where), tuple(a.name for a in attached), where, outermost)

    def _attached(self, attached: Iterable[outlook.Attached], where: Where) -> Iterator[Taken]:
        for number, one in enumerate(attached, 1):
            name = headers.decoded(one.name)[:200] or f"part {number}"
            if one.message is not None:
                yield from self._msg(one.message, where.into(name))
            elif one.inline and not leftovers.may_carry(one.content):
                self._budget.spend(len(one.content))
                yield Item(name, one.content, inside=where.inside, envelope=where.envelope, signatures=where.signatures, inline=True)
            else:
                yield from self.apart(one.content, name, where)

    def _outlook(self, taken: Callable[[], Iterator[Taken]], place: Place) -> Iterator[Taken]:
        """What ``taken`` gives, and a finding when Outlook's container is broken."""
        try:
            yield from taken()
        except outlook.FAULTS as problem:
            if not outlook.is_of_the_file(problem):
                raise
            yield Finding("MAIL14", place)


def _travelled(msg: outlook.Msg, written: str, signed_one: bytes) -> bytes:
    """A signed message as it travelled: its headers, which Outlook keeps apart, without those of its content."""
    said = _CONTENT.sub("", written.replace("\r\n", "\n") + "\n").strip("\n")
    sender = headers.address(msg.text("5D01") or msg.text("0C1F"))
    said = said or f"From: {sender}\nSubject: {headers.decoded(msg.text('0037'))}"
    return said.replace("\n", "\r\n").encode("utf-8", "replace") + b"\r\n" + signed_one.lstrip()


def _certain(said: Envelope, known: Certified | None) -> Envelope:
    """``said`` with what an operator of certified mail certifies in its stead."""
    if known is None or known.kind != pec.TRANSPORT:
        return said
    return replace(said, sender=known.sender or said.sender, subject=known.subject or said.subject,
                   arrived=known.at or said.arrived, certified=known)


def _stem(name: str) -> str:
    """The name of the file in a wrapper called ``name``."""
    stem, dot, suffix = name.rpartition(".")
    return stem if stem and dot and suffix.lower() in ("p7m", "p7s", "p7z", "tsd", "gz") else name


def _reason(key: str) -> dict[str, str]:
    return {language: Texts("mail", language)(key) for language in ("it", "en")}
