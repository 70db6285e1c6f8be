"""Whether a message comes from whom the plan names, from their house, from elsewhere, or from somebody who looks like them."""

import unicodedata

#: Letters and digits of any script that are drawn like a plain letter.
_DRAWN = {"a": "аα@4", "c": "с", "d": "ԁđ", "e": "еε3", "g": "ɡ", "h": "һ", "i": "іıι", "j": "ј", "k": "κк", "l": "1łӏ|", "o": "0оοø",
          "p": "рρ", "q": "ԛ", "s": "ѕ5$", "t": "τт", "u": "υ", "v": "ν", "w": "ԝ", "x": "хχ", "y": "уγ"}
_PLAIN = str.maketrans({drawn: plain for plain, several in _DRAWN.items() for drawn in several})


#: Domains where anybody may have an address: two addresses there are not of one house.
SHARED = frozenset("""gmail.com googlemail.com outlook.com outlook.it hotmail.com hotmail.it live.com live.it msn.com yahoo.com
    yahoo.it icloud.com me.com libero.it inwind.it iol.it virgilio.it tiscali.it alice.it tim.it tin.it fastwebnet.it email.it aruba.it
    proton.me protonmail.com gmx.com pec.it arubapec.it legalmail.it postecert.it poste.it pecimprese.it sicurezzapostale.it
    casellapec.com gigapec.it namirialpec.it""".split())


def classify_sender(sender: str, known: tuple[str, ...]) -> str:
    """``known``, ``house`` (another address of a known domain or below it), ``alike`` or ``elsewhere``; ``known`` when the plan names none."""
    known = tuple(a.lower() for a in known)
    if not known or sender in known:
        return "known"
    domain = sender.rpartition("@")[2]
    domains = {a.rpartition("@")[2] for a in known}
    if any(domain == d or domain.endswith("." + d) for d in domains - SHARED):
        return "house"
    if any(_skeleton(sender) == _skeleton(a) for a in known) or any(_alike(domain, d) for d in domains - {domain}):
        return "alike"
    return "elsewhere"


def _alike(domain: str, known: str) -> bool:
    """Whether ``domain`` can be taken for ``known``: drawn alike, one letter off, or with the known name at its head."""
    one, other = _skeleton(domain), _skeleton(known)
    return one == other or _one_off(one, other) or one.startswith(other + ".") or one.replace("-", ".") == other.replace("-", ".")


def _skeleton(text: str) -> str:
    """``text`` as the eye sees it."""
    if "xn--" in text:
        local, at, domain = text.rpartition("@")
        try:
            text = local + at + domain.encode("ascii").decode("idna")
        except UnicodeError:
            pass
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    drawn = "@".join(part.translate(_PLAIN) for part in plain.split("@"))
    return drawn.replace("rn", "m").replace("vv", "w").replace("cl", "d").replace("i", "l")


def _one_off(one: str, other: str) -> bool:
    """Whether one letter added, left out, changed or swapped makes ``other`` of ``one``; short names are left alone."""
    if one == other or min(len(one), len(other)) < 6 or abs(len(one) - len(other)) > 1:
        return False
    start = next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    tails = (one[start + 1:], other[start + 1:]), (one[start:], other[start + 1:]), (one[start + 1:], other[start:])
    swapped = one[start:start + 2] == other[start:start + 2][::-1] and one[start + 2:] == other[start + 2:]
    return swapped or any(a == b for a, b in tails)
