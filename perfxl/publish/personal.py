"""What looks personal in a text: numbers that bear check digits, and what is said in words of one person.

Numbers are those of `python-stdnum` and `phonenumbers`, which know other countries too. A number of figures alone is
taken for an identity number only beside a word that says so, since one in ten would pass the check by chance. What
cannot be found this way is told to whoever publishes: see ``publish_limits`` in ``texts/cli.toml``.
"""

import re
from collections.abc import Callable, Iterator

import phonenumbers
from stdnum import iban
from stdnum.be import nn as be_nn
from stdnum.bg import egn as bg_egn
from stdnum.ch import ssn as ch_ssn
from stdnum.cz import rc as cz_rc
from stdnum.de import idnr as de_idnr
from stdnum.dk import cpr as dk_cpr
from stdnum.es import dni as es_dni
from stdnum.es import nie as es_nie
from stdnum.fi import hetu as fi_hetu
from stdnum.fr import nir as fr_nir
from stdnum.gb import nhs as gb_nhs
from stdnum.hr import oib as hr_oib
from stdnum.it import codicefiscale
from stdnum.nl import bsn as nl_bsn
from stdnum.pl import pesel as pl_pesel
from stdnum.ro import cnp as ro_cnp
from stdnum.se import personnummer as se_personnummer

#: What was found: (finding code, the text).
Seen = tuple[str, str]

_FISCAL = re.compile(r"\b[A-Z]{3} ?[A-Z]{3} ?[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2} ?[A-Z][0-9LMNPQRSTUV]{3} ?[A-Z]\b", re.I)
_IBAN = re.compile(r"\b(?:(?:IT|SM)[ -]?|[A-Z]{2})\d{2}(?:[ -]?[A-Z0-9]){11,30}", re.I)
#: Parts are bounded, since a text may be one word of 40,000 characters.
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64} ?(?:@|[\[(](?:at|chiocciola)[\])]) ?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.I)
_PHONE = re.compile(r"(?<![\w/.,-])(?:(?:\+|00)\d{2}[ .\-/]?)?(?:\(?0\d{1,3}\)?[ .\-/]\d{5,8}|0\d{8,10}|3\d{2}[ .\-/]?\d{3}[ .\-/]?\d{3,4}"
                    r"|3\d{2}(?:[ .\-/]\d{2}){2}[ .\-/]\d{2,3})(?![\w/]|[.,]\d)")
#: A number in groups of any size, after the word that says it is a telephone.
_CALLED = re.compile(r"\b(?:tel|telef|telefono|cell|cellulare|fax|recapito|phone|mobile)\b[.:]?\s*(?:n\.?\s*)?((?:\+?\d|\(0)[\d ./()\-]{4,18}\d)", re.I)
#: The beginning of an international number.
_ABROAD = re.compile(r"(?<![\w+])(?:\+|00)[ ]?[1-9][\d ./()\-]{6,22}\d")
#: What stands before or after a number that is no telephone: an amount, a code of a contract or of a company.
_NO_PHONE_BEFORE = re.compile(r"(?:€|\beuro|\bEUR|\bIVA|\bCIG|\bCUP)\s*[.:]?\s*$", re.I)
_NO_PHONE_AFTER = re.compile(r"\s*(?:€|euro\b|EUR\b)", re.I)

#: Identity numbers that nothing else looks like: their shape, and whether one holds.
_SHAPED: tuple[tuple[re.Pattern, Callable[[str], bool]], ...] = (
    (re.compile(r"\b\d{8}[ -]?[A-Z]\b"), es_dni.is_valid),
    (re.compile(r"\b[XYZ][ -]?\d{7}[ -]?[A-Z]\b"), es_nie.is_valid),
    (re.compile(r"\b\d{6}[-+A]\d{3}[0-9A-Y]\b"), fi_hetu.is_valid),
    (re.compile(r"\b756\.\d{4}\.\d{4}\.\d{2}\b"), ch_ssn.is_valid),
    (re.compile(r"\b[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}\b"), fr_nir.is_valid))
#: What says that the number beside it is that of a person.
_NAMED = re.compile(r"\b(?:BSN|CNP|CPR|EGN|NHS|NIR|NISS|OIB|PESEL|personnummer|Steuer-?ID|identity (?:number|card)|national (?:insurance|number)|social security"
                    r"|numero (?:di identit[àa]|identificativo personale|nazionale)|carta d[’']identit[àa]|passaporto|passport)\b[^\d\n]{0,20}"
                    r"([\dA-Z][\d .\-/]{6,16}\d)", re.I)
_NUMBERS = (be_nn, bg_egn, cz_rc, de_idnr, dk_cpr, gb_nhs, hr_oib, nl_bsn, pl_pesel, ro_cnp, se_personnummer)
#: The number of an identity card or a passport, which has no check digit: of letters and figures.
_CARD = re.compile(r"\b(?:carta d[’']identit[àa]|passaporto|passport|identity card|patente)\b[^\d\n]{0,16}?\b([A-Z]{1,2}[ -]?\d{5,7}[A-Z]{0,2})\b", re.I)

_PLATE = re.compile(r"\b[A-HJ-NPR-TV-Z]{2} ?\d{3} ?[A-HJ-NPR-TV-Z]{2}\b")
_PLATED = re.compile(r"\b(?:targa(?:t[aoei])?|number plate|licen[cs]e plate|registration plate)\b[ :]{1,3}((?=[A-Z0-9 -]*\d)[A-Z][A-Z0-9]{0,3}[ -]?[A-Z0-9]{2,6}(?:[ -][A-Z0-9]{1,4})?)\b", re.I)

_MONTHS = ("gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre|"
           "january|february|march|april|may|june|july|august|september|october|november|december")
_DAY = rf"\d{{1,2}}(?:[./-]\d{{1,2}}[./-]|[°º]?\s+(?:{_MONTHS})\s+)(?:19|20)?\d{{2}}"
_BORN = re.compile(rf"\b(?:nat[ao]\s+(?:a|in|ad)\s+[^\n.;]{{2,40}}?\s+(?:il|nel|l[’'])\s*(?:{_DAY}|\d{{4}})|nat[ao]\s+(?:il\s+|l[’']\s?){_DAY}"
                   rf"|dat[ae] di nascita\W{{1,4}}{_DAY}|born\s+(?:on\s+|in\s+[^\n.;]{{2,40}}?\s+on\s+)(?:the\s+)?{_DAY}|date of birth\W{{1,4}}{_DAY})", re.I)
#: Things that are born too.
_THING = re.compile(r"\b(?:unione|ente|progett\w+|serviz\w+|associazion\w+|sportell\w+|tavol\w+|uffici\w*|portal\w+|comun[ei]|fondazion\w+|reti?e|centr\w+|societ\w+|consorzi\w*"
                    r"|project|service|office|portal|union|network)\b[^.;\n]{0,40}$", re.I)

_WAY = r"(?:via|viale|v\.le|piazza|p\.zza|piazzale|corso|vicolo|largo|strada|borgo|contrada|localit[àa]|lungo\w+)"
_STREET = re.compile(rf"\b{_WAY}\s+(?-i:[A-ZÀ-Ý])[\w’'.]{{1,30}}(?:\s+(?:(?-i:[A-ZÀ-Ý])[\w’'.]{{0,30}}|d[aeio]\w{{0,4}})){{0,4}}\s*,?\s*(?:n(?:\.|°|um\.?|umero)?\s*|civico\s+)?\d{{1,4}}(?:[/ ]?[a-z]\b)?(?!\s*(?:anni|giorni|mesi|metri|posti|or[ae]\b|h\b|su\b|%|\d))", re.I)
_LIVES = re.compile(rf"\b(?:residente|domiciliat[oa]|abitante|che abita)\s+(?:a|ad|in)\s+(?:{_WAY}\s+)?(?-i:[A-ZÀ-Ý])[^\n.;,]{{1,60}}"
                    r"|\b(?:who lives|living|residing|resident) (?:at|in) (?:\d{1,4} )?(?-i:[A-Z])[^\n.;,]{1,60}", re.I)
#: Places that are not somebody's home.
_PUBLIC = re.compile(r"\b(?:sed[ei]|scuol\w+|palazz\w+|edifici\w*|immobil\w+|uffici\w*|municipi\w*|bibliotec\w+|nid[io]|palestr\w+|cantier\w+|impiant\w+|museo|teatro|cimiter\w+"
                    r"|parc\w+|giardin\w+|mercat\w+|sportell\w+|centr\w+|polo|plesso|strutture?a?|lavori|rotatori\w+|incroci\w*|piste?a?|parcheggi\w*|school|office|building|library)\b[^.;\n]{0,60}$", re.I)

_HEALTH = (r"malatti[ae]|malat[oa]|gravidanza|maternit[àa]|aborto|infortunio|ricover\w+|interven\w+ chirurgic\w+|operazione chirurgica|convalescenza|legge 104|invalidit[àa]"
           r"|inabilit[àa]|disabilit[àa]|depression[ei]|tumor\w+|oncologic\w+|patologi[ae]|diagnos\w+|terapi[ae]|positiv\w+ al covid\S*|dipendenza da \w+|handicap"
           r"|illness|sick leave|pregnan\w+|maternity leave|surgery|disability|cancer|hospital\w*|diagnos[ie]s|injury")
_ONE = (r"(?:(?:del|dello|della|al|allo|alla|il|lo|la|un|uno|una|l[’']|dell[’']|all[’']|un[’']|the|a|an|of)\s*(?:sol[oa] |unic[oa] |only )?"
        r"(?:dipendente|collega|addett[oa]|responsabile|funzionari[oa]|istruttor\w+|assistente|impiegat[oa]|titolare|dirigente|signor[ae]|utente|operator[ei]|operatrice|agente"
        r"|educat(?:ore|rice)|coordinat(?:ore|rice)|messo|autista|minore|alunn[oa]|anzian[oa]|employee|colleague|manager|officer|clerk|pupil)\b"
        r"|(?:sig|sig\.ra|sig\.na|dott|dott\.ssa|ing|arch|geom|rag|avv|mr|mrs|ms)\.?\s+(?-i:[A-Z])[\w’']{1,30})")
_WELFARE = re.compile(rf"\b(?:{_HEALTH})\b[^\n.;]{{0,60}}?\b{_ONE}|\b{_ONE}[^\n.;]{{0,60}}?\b(?:{_HEALTH})\b", re.I)


def looks_personal(text: str) -> Iterator[Seen]:
    """Everything in ``text`` that looks like personal data."""
    yield from (("PUBL01", m[0]) for m in _FISCAL.finditer(text) if codicefiscale.is_valid(m[0]))
    ibans = [(m.start(), m.end(), found) for m in _IBAN.finditer(text) if (found := iban_in(m[0]))]
    yield from (("PUBL02", found) for _, _, found in ibans)
    yield from (("PUBL03", m[0]) for m in _EMAIL.finditer(text))
    numbers = [(m.start(), m.end(), m[0]) for shape, holds in _SHAPED for m in shape.finditer(text) if holds(m[0])]
    numbers += [(m.start(1), m.end(1), m[1]) for m in _NAMED.finditer(text) if any(n.is_valid(m[1]) for n in _NUMBERS)]
    numbers += [(m.start(1), m.end(1), m[1]) for m in _CARD.finditer(text)]
    yield from (("PUBL07", number) for _, _, number in numbers)
    yield from (("PUBL04", number) for start, number in _phones(text) if not any(a <= start < b for a, b, _ in (*ibans, *numbers)))
    yield from _in_words(text)


def iban_in(text: str) -> str | None:
    """The IBAN that ``text`` begins with, without spaces; None when its length or its check digits are wrong."""
    bare = re.sub("[ -]", "", text).upper()
    return next((bare[:n] for n in range(len(bare), 14, -1) if iban.is_valid(bare[:n])), None)


def _phones(text: str) -> Iterator[tuple[int, str]]:
    """Where each telephone number begins, and the number; each once."""
    known = [(m.start(1), m[1]) for m in _CALLED.finditer(text) if sum(c.isdigit() for c in m[1]) >= 6]
    known += [(m.start(), m[0]) for m in _ABROAD.finditer(text) if _is_abroad(m[0]) and not _inside(known, m.start())]
    yield from known
    for m in _PHONE.finditer(text):
        if not _inside(known, m.start()) and not _NO_PHONE_BEFORE.search(text[max(0, m.start() - 20): m.start()]) and not _NO_PHONE_AFTER.match(text, m.end()):
            yield m.start(), m[0]


def _inside(known: list[tuple[int, str]], at: int) -> bool:
    return any(a <= at < a + len(number) for a, number in known)


def _is_abroad(number: str) -> bool:
    """Whether an international number can be one: that country has numbers of that length and beginning."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "IT"))
    except phonenumbers.NumberParseException:
        return False


def _in_words(text: str) -> Iterator[Seen]:
    """Plates, births, addresses and health, as they are said of one person."""
    plates = dict.fromkeys((*(m[0] for m in _PLATE.finditer(text)), *(m[1] for m in _PLATED.finditer(text))))
    yield from (("PUBL08", plate) for plate in plates)
    yield from (("PUBL09", m[0]) for m in _BORN.finditer(text) if not _THING.search(text[max(0, m.start() - 70): m.start()]))
    lives = [(m.start(), m.end(), m[0]) for m in _LIVES.finditer(text)]
    yield from (("PUBL10", found) for *_, found in lives)
    yield from (("PUBL10", m[0]) for m in _STREET.finditer(text)
                if not any(a <= m.start() < b for a, b, _ in lives) and not _PUBLIC.search(text[max(0, m.start() - 90): m.start()]))
    yield from (("PUBL11", " ".join(m[0].split())) for m in _WELFARE.finditer(text))
