"""Messages in the shapes that mail programs give them, written out by hand: the standard library writes only one shape."""

import base64
import io
import zipfile

SENDER = "affari.generali@robinie.example"
TO = "performance@robinie.example"
SUBJECT = "R: scheda [UPR-2021-interim-S1]"
DATE = "Tue, 12 Oct 2021 10:00:00 +0200"
OCTETS = "application/octet-stream"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def crlf(text: str) -> bytes:
    """``text`` with the line ends of mail."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "surrogateescape")


def b64(content: bytes) -> str:
    """``content`` in base64, in lines."""
    return base64.encodebytes(content).decode()


def qp(content: bytes) -> str:
    """``content`` in quoted-printable, every byte of it, as some gateways send even workbooks."""
    return "=\n".join("".join(f"={b:02X}" for b in content[k:k + 24]) for k in range(0, len(content), 24))


def heads(content_type: str, sender: str = SENDER, subject: str = SUBJECT, more: str = "", date: str = DATE) -> str:
    """The headers of a message."""
    return (f"From: {sender}\nTo: {TO}\nSubject: {subject}\nDate: {date}\nMessage-ID: <1@robinie.example>\n{more}"
            f"MIME-Version: 1.0\nContent-Type: {content_type}\n\n")


def part(heads_: str, body: str, boundary: str = "b") -> str:
    """One part of a multipart message."""
    return f"--{boundary}\n{heads_}\n\n{body}\n"


def text_part(text: str = "In allegato la scheda. Prot. n. 4521/2021 del 12/10/2021.", boundary: str = "b") -> str:
    """The text of a message."""
    return part("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit", text, boundary)


def simple(content: bytes, name: str = "scheda.xlsx", type_: str = OCTETS, **more) -> bytes:
    """A message with one attachment."""
    return crlf(heads('multipart/mixed; boundary="b"', **more) + text_part() + part(
        f'Content-Type: {type_}; name="{name}"\nContent-Transfer-Encoding: base64\n'
        f'Content-Disposition: attachment; filename="{name}"', b64(content)) + "--b--\n")


def outlook(content: bytes, name: str = "scheda definitiva è questa.xlsx") -> bytes:
    """Outlook: encoded words in the names, HTML beside the text, the crest of the signature as an inline picture."""
    word = "=?utf-8?B?" + base64.b64encode(name.encode()).decode() + "?="
    alternative = (text_part(boundary="c") + part("Content-Type: text/html; charset=\"iso-8859-1\"\nContent-Transfer-Encoding: "
                   "quoted-printable", "<html><body>In allegato =E8 la scheda</body></html>", "c") + "--c--\n")
    related = part('Content-Type: multipart/alternative; boundary="c"', alternative, "r") + part(
        'Content-Type: image/png; name="image001.png"\nContent-Description: image001.png\nContent-Disposition: inline; '
        'filename="image001.png"\nContent-ID: <image001.png@01D7>\nContent-Transfer-Encoding: base64',
        b64(b"\x89PNG\r\n\x1a\nstemma"), "r") + "--r--\n"
    more = "Thread-Topic: scheda\nX-MS-Has-Attach: yes\nIn-Reply-To: <perfxl.x@robinie.example>\n"
    return crlf(heads('multipart/mixed;\n\tboundary="b"', more=more) + part(
        'Content-Type: multipart/related; boundary="r"; type="multipart/alternative"', related) + part(
        f'Content-Type: {XLSX};\n\tname="{word}"\nContent-Disposition: attachment;\n\tfilename="{word}"; size={len(content)}\n'
        'Content-Transfer-Encoding: base64', b64(content)) + "--b--\n")


def thunderbird(content: bytes) -> bytes:
    """Thunderbird: names over several parameters (RFC 2231), a preamble."""
    return crlf(heads('multipart/mixed;\n boundary="b"', more="User-Agent: Mozilla Thunderbird\nX-Mozilla-Status: 0001\n")
                + "This is a multi-part message in MIME format.\n" + text_part() + part(
        f"Content-Type: {XLSX};\n name*0*=UTF-8''scheda%20S1%20%E2%80%93%20;\n name*1*=definitiva%20perch%C3%A9.xlsx\n"
        "Content-Transfer-Encoding: base64\nContent-Disposition: attachment;\n filename*0*=UTF-8''scheda%20S1%20%E2%80%93%20;\n"
        " filename*1*=definitiva%20perch%C3%A9.xlsx", b64(content)) + "--b--\n")


def gmail(content: bytes) -> bytes:
    """Gmail: received by servers, the latest first, its own attachment numbers."""
    received = ("Received: by mx.robinie.example with SMTP id a1\n\tfor <x@robinie.example>; Tue, 12 Oct 2021 10:00:07 +0200 (CEST)\n"
                "Received: by mail-lf1.example with SMTP id b2; Tue, 12 Oct 2021 01:00:02 -0700 (PDT)\n")
    return crlf(received + heads('multipart/mixed; boundary="b"', sender=f'"Affari Generali" <{SENDER.upper()}>') + text_part() + part(
        f'Content-Type: {XLSX}; name="scheda.xlsx"\nContent-Disposition: attachment; filename="scheda.xlsx"\n'
        "Content-Transfer-Encoding: base64\nContent-ID: <f_kuo>\nX-Attachment-Id: f_kuo", b64(content)) + "--b--\n")


def apple(content: bytes) -> bytes:
    """Apple Mail: the attachment stands inline between two texts, inside the alternative of the HTML."""
    mixed = part("Content-Type: text/html; charset=us-ascii", "<html>ecco</html>", "m") + part(
        'Content-Disposition: inline;\n\tfilename="scheda S1.xlsx"\nContent-Type: application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.sheet;\n\tx-unix-mode=0644;\n\tname="scheda S1.xlsx"\nContent-Transfer-Encoding: base64', b64(content), "m") + part(
        "Content-Type: text/html; charset=us-ascii", "<html>saluti</html>", "m") + "--m--\n"
    return crlf(heads('multipart/alternative;\n\tboundary="b"', more="X-Mailer: Apple Mail (2.3445)\n") + text_part() + part(
        'Content-Type: multipart/mixed;\n\tboundary="m"', mixed) + "--b--\n")


def gateway(content: bytes) -> bytes:
    """A gateway that sends the workbook in quoted-printable, without a name."""
    return crlf(heads('multipart/mixed; boundary="b"') + text_part() + part(
        f"Content-Type: {OCTETS}\nContent-Transfer-Encoding: quoted-printable\nContent-Disposition: attachment", qp(content)) + "--b--\n")


def bare(content: bytes) -> bytes:
    """A scanner or a script: the message is the workbook."""
    return crlf(heads(f'{XLSX}; name="s.xlsx"', more="Content-Transfer-Encoding: base64\n") + b64(content))


def forwarded(inner: bytes) -> bytes:
    """A message forwarded as an attachment."""
    return crlf(heads('multipart/mixed; boundary="f"', subject="I: inoltro") + text_part(boundary="f")
                + "--f\nContent-Type: message/rfc822; name=\"scheda.eml\"\nContent-Disposition: attachment; filename=\"scheda.eml\"\n\n"
                ) + inner + b"\r\n--f--\r\n"


def forwarded_encoded(inner: bytes) -> bytes:
    """The same in base64, which the rules forbid and programs do."""
    return crlf(heads('multipart/mixed; boundary="f"', subject="I: inoltro") + text_part(boundary="f") + part(
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment", b64(inner), "f") + "--f--\n")


def reply_with_old_below(content: bytes, old: bytes) -> bytes:
    """A reply that carries the filled-in workbook and, below, the message it replies to with the blank one."""
    original = simple(old, "UPR-2021-monitoraggio-S1.xlsx", sender=TO, subject="scheda [UPR-2021-interim-S1]")
    return crlf(heads('multipart/mixed; boundary="f"') + text_part(boundary="f") + part(
        f'Content-Type: {XLSX}; name="s.xlsx"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="s.xlsx"',
        b64(content), "f") + "--f\nContent-Type: message/rfc822\n\n") + original + b"\r\n--f--\r\n"


SHAPES = {"simple": simple, "outlook": outlook, "thunderbird": thunderbird, "gmail": gmail, "apple": apple, "gateway": gateway,
          "bare": bare, "forwarded": lambda c: forwarded(simple(c)), "forwarded_encoded": lambda c: forwarded_encoded(outlook(c))}


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of ``files``; the same name may come twice."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files:
            info = zipfile.ZipInfo("x", (2021, 10, 12, 10, 0, 0))
            info.filename, info.compress_type = name, method
            archive.writestr(info, content)
    return packed.getvalue()


def mbox(*messages: bytes) -> bytes:
    """An mbox file, lines that begin with "From " handed as its rules say."""
    import re

    return b"".join(b"From x@y Tue Oct 12 10:00:00 2021\n" + re.sub(rb"^(>*From )", rb">\1", m.replace(b"\r\n", b"\n"), flags=re.M)
                    + b"\n" for m in messages)


# --- shapes from before MIME, from gateways, from other systems -------------------------------------------------------


def uuencoded(content: bytes, name: str = "S1.xlsx", blanks: str = " ", stripped: bool = False, ended: bool = True, sums: bool = False) -> str:
    """``content`` uuencoded: ``blanks``: the letter that stands for nothing; ``stripped``: blanks at the end of lines gone;
    ``sums``: with a letter more on each line, as some programs add."""
    import binascii

    lines = []
    for k in range(0, len(content), 45):
        line = binascii.b2a_uu(content[k:k + 45], backtick=blanks == "`").decode().rstrip("\n")
        lines.append(line.rstrip() if stripped else line + ("A" if sums else ""))
    return "\n".join([f"begin 644 {name}", *lines, *([blanks, "end"] if ended else [])]) + "\n"


def yenc(content: bytes, name: str = "S1.xlsx", part: str = "") -> bytes:
    """A message whose text is a file in yEnc; ``part``: what its first line says when it is a part of one."""
    lines, line = [], b""
    for byte in content:
        code = (byte + 42) & 255
        line += b"=" + bytes([(code + 64) & 255]) if code in (0, 10, 13, 61) else bytes([code])
        if len(line) >= 128:
            lines.append(line)
            line = b""
    begins = f"=ybegin {part}line=128 size={len(content)} name={name}\r\n" + (f"=ypart begin=1 end={len(content)}\r\n" if part else "")
    return crlf(heads("text/plain", more="Content-Transfer-Encoding: 8bit\n") + "Ecco.\n") + begins.encode() + b"\r\n".join(
        (*lines, line)) + b"\r\n=yend size=%d\r\n" % len(content)


def in_text(body: str, **more) -> bytes:
    """A message of one text."""
    return crlf(heads("text/plain; charset=us-ascii", **more) + body)


def before_mime(body: str) -> bytes:
    """A message as it was before there was MIME."""
    return crlf(f"From: {SENDER}\nTo: {TO}\nSubject: {SUBJECT}\nDate: {DATE}\nMessage-ID: <1@robinie.example>\n\n{body}")


def quoted(text: str, mark: str = "> ") -> str:
    """``text`` as it is quoted in a reply."""
    return "".join(mark + line + "\n" for line in text.split("\n")[:-1])


def single(content: bytes, type_: str, encoding: str = "base64", body: str | None = None, disposition: str = "attachment; filename=\"S1.xlsx\"") -> bytes:
    """A message that is its attachment."""
    more = f"Content-Transfer-Encoding: {encoding}\n" + (f"Content-Disposition: {disposition}\n" if disposition else "")
    return crlf(heads(type_, more=more) + (body if body is not None else b64(content)))


def appledouble(content: bytes, type_: str = XLSX) -> bytes:
    """Apple Mail's two halves of a file: what the Mac knows of it, and the file."""
    twin = bytes.fromhex("0005160700020000") + b"Mac OS X        " + bytes(80)
    halves = part('Content-Type: application/applefile; name="S1.xlsx"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; '
                  'filename="S1.xlsx"', b64(twin), "d") + part(
        f'Content-Type: {type_}; name="S1.xlsx"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="S1.xlsx"',
        b64(content), "d") + "--d--\n"
    return crlf(heads('multipart/mixed; boundary="b"') + text_part() + part('Content-Type: multipart/appledouble; boundary="d"', halves) + "--b--\n")


def applesingle(content: bytes) -> bytes:
    """A file as AppleSingle holds it, with what the Mac knows of it."""
    import struct

    head = bytes.fromhex("0005160000020000") + bytes(16) + struct.pack(">H", 2)
    return head + struct.pack(">III", 9, 50, 32) + struct.pack(">III", 1, 82, len(content)) + bytes(32) + content


def mac_zip(content: bytes) -> bytes:
    """An archive as the Mac makes it."""
    twin = bytes.fromhex("0005160700020000") + b"Mac OS X        " + bytes(80)
    return zipped(("S1.xlsx", content), ("__MACOSX/._S1.xlsx", twin), (".DS_Store", bytes.fromhex("00000001") + b"Bud1" + bytes(60)))


def asic(content: bytes, *more: tuple[str, bytes], kind: str = "e", method: int = zipfile.ZIP_STORED) -> bytes:
    """A container of files and signatures (ASiC)."""
    return zipped(("mimetype", f"application/vnd.etsi.asic-{kind}+zip".encode()), ("S1.xlsx", content), *more, method=method)
