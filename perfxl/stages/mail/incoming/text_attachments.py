"""Files that travel in the text of a message, as programs wrote them before MIME and some gateways do to this day.

uuencode (POSIX) in both its alphabets, quoted or not, the rest of one that was split over several messages; yEnc; base64 that
lost its MIME headers; ``data:`` addresses of a page.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

#: How a block begins, after the marks of a quotation: mode, and the name for people.
_BEGIN = re.compile(rb"^((?:[>|] ?)*)begin(-base64)? ([0-7]{3,5})[ \t]+(\S.{0,300}?)[ \t]*\r?$", re.M)
#: Base64 of what can be a workbook or hold one (zip, Outlook's and Office's containers, a signature), in lines.
_LOOSE = re.compile(rb"^(?:UEsDB|0M8R4KGxGu|MI[IMA]|MIAG)[A-Za-z0-9+/]{40,}(?:\r?\n[A-Za-z0-9+/]{1,80}){4,}={0,2}[ \t]*\r?$", re.M)
#: Lines of uuencode without a beginning: what follows in the next message. No text is written in capitals alone, lines on end.
_REST = re.compile(rb"^(?:M[ -`]{50,60}\r?\n){10,}(?:[!-M][ -`]{1,60}\r?\n)?(?:[` ]?\r?\n)?(?:end[ \t]*(?:\r?\n|\Z))?", re.M)
#: yEnc: its first lines and its last; each byte stands 42 further, those that mail takes for its own 64 more.
_YENC = re.compile(rb"^=ybegin [^\r\n]{0,200}?name=([^\r\n]{1,300})\r?\n(=ypart [^\n]{0,200}\n)?", re.M)
_YENC_ENDS = re.compile(rb"^=yend[^\n]*\n?", re.M)
_BACK = bytes((byte - 42) & 255 for byte in range(256))
_ADDRESS = re.compile(r"""data:([\w.+/-]{0,100})((?:;[\w=.-]{1,60}){0,5}),([A-Za-z0-9+/=%\s_.~!*()-]{200,})""", re.I)
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n \t"
#: Lines that a block without an end needs before it is taken for one that was cut off.
CUT_OFF = 5
#: Blocks looked for in one text.
MOST = 200


@dataclass(frozen=True)
class Block:
    """A file that stood in a text: the name it gives itself, "" without one, its bytes, and its type where it says one."""

    name: str
    content: bytes
    type: str = ""


def extract_files(text: bytes) -> tuple[bytes, list[Block]]:
    """``text`` without the files in it, and the files."""
    rest: list[bytes] = []
    blocks: list[Block] = []
    at = 0
    while len(blocks) < MOST and (begins := _BEGIN.search(text, at)):
        content, end = (_base64_lines if begins[2] else _uu_lines)(text, begins.end() + 1, begins[1])
        rest.append(text[at:begins.start() if content is not None else begins.end()])
        at = begins.end() if content is None else end
        if content is not None:
            blocks.append(Block(begins[4].decode("utf-8", "replace"), content))
    rest.append(text[at:])
    left = b"".join(rest)
    left, yenc = _yenc(left) if b"=ybegin " in left else (left, [])
    blocks += yenc
    if split := list(_REST.finditer(left))[:MOST]:
        blocks += [Block("", lines[0]) for lines in split]
        left = _REST.sub(b"", left)
    for loose in list(_LOOSE.finditer(left))[:MOST]:
        blocks.append(Block("", _decoded(loose[0])))
    return _LOOSE.sub(b"", left) if blocks else left, blocks


def _yenc(text: bytes) -> tuple[bytes, list[Block]]:
    """``text`` without the files in it that are written as yEnc, and these; of one that is a part of a file, the block as it stands."""
    rest: list[bytes] = []
    blocks: list[Block] = []
    at = 0
    while len(blocks) < MOST and (begins := _YENC.search(text, at)) and (ends := _YENC_ENDS.search(text, begins.end())):
        content = text[begins.start():ends.end()] if begins[2] else _back(text[begins.end():ends.start()])
        blocks.append(Block(begins[1].decode("utf-8", "replace").strip(), content))
        rest.append(text[at:begins.start()])
        at = ends.end()
    return b"".join((*rest, text[at:])), blocks


def _back(lines: bytes) -> bytes:
    """What lines of yEnc encode."""
    plain, *escaped = lines.translate(None, b"\r\n").split(b"=")
    return plain.translate(_BACK) + b"".join(bytes([(piece[0] - 106) & 255]) + piece[1:].translate(_BACK) for piece in escaped if piece)


def files_in_addresses(page: str) -> Iterator[Block]:
    """The files in the ``data:`` addresses of ``page`` (RFC 2397)."""
    for number, address in enumerate(_ADDRESS.finditer(page)):
        if number >= MOST:
            return
        raw = unquote_to_bytes(address[3])
        yield Block("", _decoded(raw) if ";base64" in address[2].lower() else raw, address[1].lower())


def is_block(data: bytes) -> bool:
    """Whether ``data`` begins as a file that was written as text."""
    if data[:8] == b"=ybegin ":
        return bool((begins := _YENC.match(data)) and not begins[2])
    return data[:6] in (b"begin ", b"begin-") and bool(_BEGIN.match(data[:400]))


def decode_bare_base64(data: bytes) -> bytes | None:
    """What ``data`` encodes when all of it is base64 that lost its headers; None when it is something else."""
    return _decoded(data) if _LOOSE.match(data[:2_000]) and not data.translate(None, _BASE64) else None


def _lines(text: bytes, at: int, quoted: bytes) -> Iterator[tuple[bytes, int]]:
    """Each line from ``at`` without the marks of the quotation it stands in, and where the next begins."""
    mark = quoted.rstrip()
    while at < len(text):
        end = text.find(b"\n", at)
        end = len(text) if end < 0 else end
        line, at = text[at:end].rstrip(b"\r"), end + 1
        if quoted:
            line = line[len(quoted):] if line.startswith(quoted) else line[len(mark):] if line.startswith(mark) else line
        yield line, at


def _uu_lines(text: bytes, at: int, quoted: bytes) -> tuple[bytes | None, int]:
    """The bytes of the uuencoded lines from ``at`` and where they end; None when these are words."""
    content, count, end = bytearray(), 0, at
    for line, after in _lines(text, at, quoted):
        if line.strip() == b"end":
            return (bytes(content), after) if content else (None, at)
        decoded = _uu(line)
        if decoded is None and line.startswith(b" "):  # a space stuffed in front (RFC 3676)
            decoded = _uu(line[1:])
        if decoded is None:
            break
        content += decoded
        count, end = count + 1, after
    return (bytes(content), end) if count >= CUT_OFF else (None, at)


def _uu(line: bytes) -> bytes | None:
    """The bytes of one uuencoded line, whose blanks at the end may be gone; None when it is none."""
    if not line or line.isspace():
        return b""
    size = (line[0] - 32) & 63
    needed = 1 + (size + 2) // 3 * 4
    # One letter more is a sum that some programs add.
    if not 32 <= line[0] <= 96 or len(line.rstrip()) > needed + 1:
        return None
    try:
        return binascii.a2b_uu(line[:needed])
    except binascii.Error:
        return None


def _base64_lines(text: bytes, at: int, quoted: bytes) -> tuple[bytes | None, int]:
    """The same for ``begin-base64``, which ends with a line of four equals signs."""
    encoded: list[bytes] = []
    end = at
    for line, after in _lines(text, at, quoted):
        if line.strip() == b"====":
            return _decoded(b"".join(encoded)), after
        if not re.fullmatch(rb"[A-Za-z0-9+/=]*", line.strip()):
            break
        encoded.append(line.strip())
        end = after
    return (_decoded(b"".join(encoded)), end) if len(encoded) >= CUT_OFF else (None, at)


def _decoded(text: bytes) -> bytes:
    """What ``text`` encodes in base64, its end left out when it is cut off."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", text)
    return base64.b64decode(kept[:len(kept) // 4 * 4] + (kept[len(kept) // 4 * 4:] + b"==")[:4] * (len(kept) % 4 > 1))
