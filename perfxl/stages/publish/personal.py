"""What looks personal in a text: numbers that bear check digits, addresses, telephones; in words: ``personal_words``.

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

from perfxl.stages.publish.personal_words import Seen, said_in_words

_FISCAL = re.compile(r"\b[A-Z]{3} ?[A-Z]{3} ?[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2} ?[A-Z][0-9LMNPQRSTUV]{3} ?[A-Z]\b", re.I)
_IBAN = re.compile(r"\b(?:(?:IT|SM)[ -]?|[A-Z]{2})\d{2}(?:[ -]?[A-Z0-9]){11,30}", re.I)
#: The words that say it is one, though its last letter is mistyped.
_FISCAL_SAID = re.compile(r"\b(?:codice fiscale|cod\.? ?fisc\.?|c\.? ?f\.?|tax code|fiscal code)\W{0,4}$", re.I)
#: Parts are bounded, since a text may be one word of 40,000 characters.
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64} ?(?:@|[\[(](?:at|chiocciola)[\])]| chiocciola ) ?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.I)
#: Addresses of an office: nothing but words for what it does, and numbers.
_DESK = (r"(?:protocollo|urp|segreteria|segreteriagenerale|uff(?:icio)?|settore|servizi[oi]?|area|info|informazioni|comune|unione|provincia|ente|pec|posta|mail|ragioneria|bilancio|finanz[ae]|finanziari[oa]"
         r"|tributi|personale|risorse|umane|anagrafe|statocivile|stato|civile|demografici|elettorale|tecnico|lavori|pubblici|urbanistica|edilizia|suap|sue|ambiente|polizia|locale|municipale|vigili|cultura|biblioteca"
         r"|scuola|istruzione|sociali?|sport|turismo|commercio|gare|contratti|appalti|acquisti|affari|generali|legale|avvocatura|informatica|ced|sistemi|performance|controllo|gestione|trasparenza|anticorruzione"
         r"|privacy|dpo|rpd|odv|oiv|nucleo|valutazione|staff|contatti|reclami|segnalazioni|help|desk|helpdesk|office|contact|enquiries|council|planning|housing|services?|support|team|admin|amministrazione|direzione|generale)")
_OFFICE = re.compile(rf"{_DESK}(?:[._-]?(?:{_DESK}|\d{{1,3}})){{0,4}} ?@", re.I)
_PHONE = re.compile(r"(?<![\w/.,-])(?:(?:\+|00)\d{2}[ .\-/]?)?(?:\(?0[1-9]\d{0,2}\)?[ .\-/]\d{5,8}|0[1-9]\d{7,9}|3\d{2}[ .\-/]?\d{3}[ .\-/]?\d{3,4}"
                    r"|3\d{2}(?:[ .\-/]\d{2}){2}[ .\-/]\d{2,3}|3\d{2}[ .\-/]\d{3}(?:[ .\-/]\d{2}){2})(?![\w/]|[.,]\d)")
#: A number in groups of any size, after the word that says it is a telephone; one of whom may stand in between.
_CALLED = re.compile(r"\b(?:tel|telef|telefono|cell|cellulare|fax|recapito|whatsapp|phone|mobile|portable|téléphone|teléfono|móvil|telefon(?:nummer)?|handy|mobil(?:nummer)?)\b(?:[.:]?\s*(?:n\.?\s*)?|[^\d\n+(]{0,30}(?=\(?0[1-9]|\+|3\d\d))"
                     r"((?:\+?\d|\(0)[\d ./()\-]{4,18}\d)", re.I)
#: Numbers that everybody may call, and what looks like one of them and is a day or an act.
_OPEN_TO_ALL = re.compile(r"(?:800|803|840|848|199|89\d)[ .\-/]?\d|\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d\b|(?:19|20)\d\d/")
#: The beginning of an international number.
_ABROAD = re.compile(r"(?<![\w+])(?:\+|00)[ ]?[1-9][\d ./()\-]{6,22}\d")
#: Numbers of what is not somebody's telephone: of files and contracts, of things that are counted, of offices.
_NUMBERED = (r"IVA|C\.? ?F\.?|CIG|CUP|POD|PDR|RDO|ODA|ISBN|id|mandat[oi]|impegn[oi]|accertament[oi]|matricol[ae]|codic[ei]|cod|identificativ[oi]|capitol[oi]|fattur[ae]|bollett[ae]|pratic(?:a|he)|fascicol[oi]|ticket|ordin[ei]|ordinanza"
             r"|determina(?:zione)?|deliber(?:a|azione)|atto|contatore|protocollo|prot|rif(?:erimento)?|conto|polizza|contratto|licenza|lotto|bando|gara|serie|seriale|particella|mappale|catasto"
             r"|spesa|import[oi]|volume|totale|somma|valore|order|invoice|contract|serial|account|case|facture|dossier|factura|expediente|Bestellnummer|Rechnung(?:snummer)?|Aktenzeichen"
             r"|centralino|numero (?:verde|unico)|URP|uffici\w*|sportello|segreteria|comando")
#: What stands before or after a number that is no telephone: an amount, a code; one word may say which ("fattura elettronica n.").
_NO_PHONE_BEFORE = re.compile(rf"(?:€|\b(?:euro|EUR)|\b(?:{_NUMBERED})\b\.?(?:\s+(?:di\s+)?(?!tel|cell|chiam|contatt|fax|whats|recapit|risp|mobil)[^\W\d]{{1,16}})?(?:\s+tel(?:efono|\.)?)?)"
                              r"\s*(?:n(?:\.|°|r\.?|um\.?|umero)?|#|=)?\s*[.:]?\s*(?:\d{6,12}(?:[,;] ?| e | o )){0,9}$", re.I)
_NO_PHONE_AFTER = re.compile(r"\s*(?:€|(?:euro|EUR|[kM]Wh|[kMG]?bytes?|bit|m[cq]|m[³²]|kg|litri|abitanti|utenti|pratiche|accessi|visite|record)\b|(?:del(?:lo|la)? |dell[’'] ?)(?:centralino|URP|uffici\w*|sportell\w+|segreteria|comune|ente|unione|biblioteca|scuola)\b)", re.I)

#: Identity numbers that nothing else looks like: their shape, and whether one holds.
_SHAPED: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
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
#: The British one, of letters and figures without a check digit.
_INSURED = re.compile(r"\b(?:national insurance(?: number)?|NI number|NINO)\b\W{0,4}([A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D])\b", re.I)
#: The number of an identity card or a passport, which has no check digit: of letters and figures.
_CARD = re.compile(r"\b(?:carta d[’']identit[àa]|passaporto|passport|identity card|patente)\b[^\d\n]{0,16}?\b([A-Z]{1,2}[ -]?\d{5,7}[A-Z]{0,2})\b", re.I)


def looks_personal(text: str) -> Iterator[Seen]:
    """Everything in ``text`` that looks like personal data."""
    yield from (("PUBL01", m[0]) for m in _FISCAL.finditer(text) if codicefiscale.is_valid(m[0]) or _FISCAL_SAID.search(text[max(0, m.start() - 30): m.start()]))
    ibans = [(m.start(), m.end(), iban) for m in _IBAN.finditer(text) if (iban := iban_in(m[0]))]
    yield from (("PUBL02", iban) for _, _, iban in ibans)
    yield from (("PUBL03", m[0]) for m in _EMAIL.finditer(text) if not _OFFICE.match(m[0]))
    numbers = [(m.start(), m.end(), m[0]) for shape, holds in _SHAPED for m in shape.finditer(text) if holds(m[0])]
    numbers += [(m.start(1), m.end(1), m[1]) for m in _NAMED.finditer(text) if any(n.is_valid(m[1]) for n in _NUMBERS)]
    numbers += [(m.start(1), m.end(1), m[1]) for shape in (_CARD, _INSURED) for m in shape.finditer(text)]
    yield from (("PUBL07", number) for _, _, number in numbers)
    yield from (("PUBL04", number) for start, number in _phones(text) if not any(a <= start < b for a, b, _ in (*ibans, *numbers)))
    yield from said_in_words(text)


def iban_in(text: str) -> str | None:
    """The IBAN that ``text`` begins with, without spaces; None when its length or its check digits are wrong."""
    bare = re.sub("[ -]", "", text).upper()
    return next((bare[:n] for n in range(len(bare), 14, -1) if iban.is_valid(bare[:n])), None)


def _phones(text: str) -> Iterator[tuple[int, str]]:
    """Where each telephone number begins, and the number; each once."""
    known = [(m.start(1), m[1]) for m in _CALLED.finditer(text) if sum(c.isdigit() for c in m[1]) >= 6 and not _OPEN_TO_ALL.match(m[1])
             and not _NO_PHONE_BEFORE.search(text[max(0, m.start(1) - 40): m.start(1)])]
    known += [(m.start(), m[0]) for m in _ABROAD.finditer(text) if _is_valid(m[0]) and not _inside(known, m.start())]
    yield from known
    for m in _PHONE.finditer(text):
        if not _inside(known, m.start()) and not _NO_PHONE_BEFORE.search(text[max(0, m.start() - 40): m.start()]) and not _NO_PHONE_AFTER.match(text, m.end()) \
                and (not m[0].isdecimal() or _is_valid(m[0])):
            yield m.start(), m[0]


def _inside(known: list[tuple[int, str]], at: int) -> bool:
    return any(a <= at < a + len(number) for a, number in known)


def _is_valid(number: str) -> bool:
    """Whether a number can be a telephone: its country, Italy where none is said, has numbers of that length and beginning."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "IT"))
    except phonenumbers.NumberParseException:
        return False
