"""Dates and percentages written inside prose.

Prose is read with care: what may be a plan for later ("to be finished by 31/12") is never taken for a fact.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from perfxl.model.pattern import Pattern
from perfxl.workbook.sheets import parse_text

MONTHS = {name: number for number, names in enumerate(parse_text.MONTHS, 1) for name in names}

_FULL = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2((?:19|20)?\d{2})(?![\d/])")
_SHORT = re.compile(r"(?<![\d./-])(\d{1,2})/(\d{1,2})(?![\d/.,-]*\d)")
_LEADS = re.compile(r"\b(?:il|al|dal|del|entro|data|giorno|on|by|from|to)\s+\Z", re.I)
_WORDS = re.compile(r"(?<![\d/.])(\d{1,2})[°º]?\s+(" + "|".join(MONTHS) + r")(?:\s+((?:19|20)\d{2}))?\b", re.I)

#: What an act is called: the date that it bears is a fact.
_ACT = Pattern(r"\b(?:prot|protocollo|n[r°]?|mail|e-mail|pec|not[ae]|letter[ae]|deliber\w*|determin\w*|decret\w*|circolar\w*|"
                  r"verbal\w*|ordinanz\w*|att[oi]|convenzione|contratto|resolution|minutes|letter|decree)\b", re.I)
#: How the date that an act bears is joined to it: “n. 45 del”, “in data”; “valid from” and “due on” are dates of something else.
_BEARS = Pattern(r"(?:\b(?:del|in\s+data|datat[aoei]|di\s+data|of|dated)\s+|\bdell['’]\s*|,\s*|\d\s*)\Z", re.I)
#: A meeting at which something was done.
_MET = Pattern(r"\b(?:nell[ae]|durante\s+l[ae]|nel\s+corso\s+dell[ae]|at)\s+(?:sedut\w+|riunion\w+|assemble\w+|meeting)(?:\s+\w+){0,3}\s+(?:del\w*|of)\s*['’]?\Z", re.I)
_VERBS = (r"avvenut|svolt|effettuat|inviat|approvat|realizzat|pubblicat|conclus|completat|presentat|riunit|tenut|terminat|finit|aggiudicat|"
          r"consegnat|firmat|sottoscritt|stipulat|trasmess|adottat|affidat|attivat|avviat|iniziat|depositat|collaudat|inaugurat|nominat|"
          r"liquidat|pagat|acquistat|acquisit|ricevut|pervenut|comunicat|notificat|installat|erogat|validat|registrat|redatt|predispost|emess|rilasciat")
_DONE = Pattern(rf"\b(?:stat[oaie]|(?:{_VERBS})[oaie]|was|were|sent|approved|published|done|held|signed|delivered|completed)\b", re.I)
#: The same right after a date: “il 18 ottobre si è svolto il corso”.
_THEN = Pattern(rf"[\s,]{{1,3}}(?:(?:la|il|lo|l['’]|the)\s*\w+\s+){{0,1}}(?:si\s+)?(?:è|sono|was|were)\s+(?:stat[oaie]\s+)?(?:(?:{_VERBS})[oaie]|sent|approved|published|held|signed|delivered|completed)\b", re.I)
_LATER = Pattern(r"\b(?:entro|fino|sino|prossim\w+|previst\w+|preved\w+|programmat\w+|scaden\w+|scad\w+|termine|termini|dovr\w+|"
                    r"potr\w+|sarà|saranno|verr\w+|\w+(?:erà|irà|arà|eranno|iranno|aranno)|avrà|avranno|by|until|due|will|expected|planned|"
                    r"completamento|misurabil\w+|fissat\w+|rinviat\w+|convocat\w+|indett\w+|appuntament\w+|in\s+programma|in\s+calendario|"
                    r"calendarizzat\w+|in\s+agenda|scheduled|convened|appointment|meeting\s+of)\b|\b(?:per|for)\s+(?:il|l['’]|le|the)?\s*\Z", re.I)
#: What may lie ahead although something else was done: “comunicato l’avvio dei lavori il …”, “inviato l’invito alla seduta del …”.
_AHEAD = Pattern(r"\b(?:avvio|inizio|partenza|apertura|chiusura|consegna|decorr\w+|vigore|effetto|durata|prorog\w+|slitt\w+|spost\w+|rinvi\w+|rimand\w+|invit\w+|"
                    r"attes[ao]|attend\w+|calendari\w+|che|part(?:e|ono|irà)\s+(?:il|dal)|inizia|comincia|starts?|begins?|postponed)\b", re.I)
_MEETING = Pattern(r"\b(?:sedut\w+|riunion\w+|assemble\w+|incontr\w+|convegn\w+|udienz\w+|meetings?)\b", re.I)
#: What follows a date that is still to come: “la seduta del 12/11 è convocata”.
_TO_COME = Pattern(r"[\s,]{1,3}(?:(?:è|sono|is|are)\s+(?:stat[oaie]\s+)?)?(?:convocat|previst|fissat|programmat|indett|rinviat|attes|sarà|saranno|verr|will|planned|scheduled)", re.I)


@dataclass(frozen=True)
class Written:
    """A date in a text: the ``fragment`` as written, the ``day`` (None when the calendar has no such day), and whether
    the words before it tell of something that has happened (``fact``)."""

    fragment: str
    day: date | None
    fact: bool


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _fact(text: str, at: int, end: int) -> bool:
    """Whether the words around a date, which stands from ``at`` to ``end``, tell of something that has happened."""
    before = re.split(r"(?<=[a-zà-ú]{4})[.;]\s+(?=[A-ZÀÈ])", text[max(0, at - 110):at])[-1]
    near, after = before[-60:], text[end:end + 60]
    if _LATER.search(near[-28:]) or _TO_COME.match(after):
        return False
    act = list(_ACT.finditer(near))
    between = near[act[-1].end():] if act else ""
    if act and _BEARS.search(near) and not (_LATER.search(between) or _MEETING.search(between)):
        return True
    on = bool(re.search(r"(?:\b(?:il|in data|on)\s+|\bl['’]\s*)\Z", near, re.I))
    if on and _THEN.match(after):
        return True
    done = list(_DONE.finditer(before))
    said = before[done[-1].end():] if done else ""
    return bool(done) and not (_LATER.search(said) or _AHEAD.search(said)) and (on or bool(_MET.search(near)))


def dates_in(text: str, year: int) -> Iterator[Written]:
    """The dates in ``text``, in order; a month name without a year is of ``year``. Numbers that only look like
    dates (24/7, 3.2.1) are left out."""
    by_start: dict[int, Written] = {}
    for m in _FULL.finditer(text):
        number, month, written = int(m[1]), int(m[3]), int(m[4])
        if 1 <= number <= 31 and 1 <= month <= 12:
            by_start[m.start()] = Written(m[0], _day(written + 2000 if written < 100 else written, month, number),
                                       _fact(text, m.start(), m.end()))
    for m in _SHORT.finditer(text):
        number, month = int(m[1]), int(m[2])
        if 1 <= number <= 31 and 1 <= month <= 12 and _LEADS.search(text[max(0, m.start() - 12):m.start()]):
            by_start.setdefault(m.start(), Written(m[0], _day(2000 if month == 2 else year, month, number), False))
    for m in _WORDS.finditer(text):
        if 1 <= int(m[1]) <= 31:
            by_start.setdefault(m.start(), Written(m[0], _day(int(m[3] or year), MONTHS[m[2].lower()], int(m[1])),
                                                _fact(text, m.start(), m.end())))
    yield from (by_start[at] for at in sorted(by_start))


_PERCENT = Pattern(r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,2})?)(?:\s*(?:%|per\s+cento|percent)|(?=\s+(?:e|ed|and)\b))", re.I)
_TOTAL = Pattern(r"\b(?:complessiv\w+|total[ei]|media\s+(?:ponderata|pesata)|nel\s+suo\s+insieme|nell['’]insieme|nel\s+complesso(?=\s*,|\s+(?:gli|il|l['’]|la|i|è|sono)\b|\s*\Z)|overall|total|weighted\s+mean)\b", re.I)
#: What may stand between a percentage and the words for a total that follow it: “72% di realizzazione complessiva”, “72% nel complesso”.
#: Anything else is of something else: “l’80% della spesa complessiva”, “il 30% del totale”.
_BETWEEN = Pattern(r"(?:[\s,(–-]|\b(?:è|e|il|l|lo|la|un|una|di|del|della|dello|dell|d|come|quale|a|al|livello|the|is|was|as|an?|of|in|at)\b['’]?"
                      r"|\b(?:esit\w+|risultat\w+|grad\w+|realizzazion\w+|raggiungiment\w+|attuazion\w+|avanzament\w+|completament\w+"
                      r"|conseguiment\w+|percentual\w+|performance|medi[ao]|valore|final[ei]|outcomes?|results?|achievements?|completion|progress|degree|rate|final)\b)*\Z", re.I)
#: What makes a total that of another thing: an amount, a number of cases.
_OTHER = (r"(?:spes[ae]|cost[oi]|import[oi]|stanziament[oi]|impegn[oi]|entrat[ae]|budget|numer[oi]|risors[ae]|ore|temp[oi]|durat[ae]|pratiche"
          r"|istanze|domande|costs?|spend(?:ing)?|expenditure|revenue|amount|number|resources|hours|time|cases)")
_OTHERS = Pattern(rf"\b{_OTHER}\s+\Z", re.I), re.compile(rf"\s+(?:d\w+\s+|of\s+)?{_OTHER}\b", re.I)
_OF_IT = Pattern(r"\b(?:de|su)(?:l|i|gli|lle|lla)\s+\Z|\bof(?:\s+the)?\s+\Z", re.I)
_PART = Pattern(r"\b(?:obiettivo|fase|objective|phase)\s+[A-Z\d]")
_SENTENCE = Pattern(r"(?<=[a-zà-ú)%»\"])[.;:\n]\s*|\n")


def totals_in(text: str) -> Iterator[tuple[str, str]]:
    """(fragment, number with a point) of each percentage that a sentence gives as the overall one.

    It is the first that follows the words for a total, else the one right before them; one that belongs to a single objective
    is not taken.
    """
    for sentence in _SENTENCE.split(text):
        total = _TOTAL.search(sentence)
        if not total or _OTHERS[0].search(sentence, 0, total.start()) or _OTHERS[1].match(sentence, total.end()):
            continue
        said = _PERCENT.search(sentence, total.end())
        if said is None or said.start() - total.end() > 80:
            said = _before(sentence, total)
        elif _PART.search(sentence, total.end(), said.start()):
            continue
        if said:
            yield said[0].strip(), said[1].replace(",", ".")


def _before(sentence: str, total: re.Match[str]) -> re.Match[str] | None:
    """The percentage that stands right before ``total``, with nothing between them but words for an outcome."""
    percents = [*_PERCENT.finditer(sentence, 0, total.start())]
    if not percents or _PART.search(sentence, 0, percents[-1].start()):
        return None
    last: re.Match[str] = percents[-1]
    of_it = total[0].lower().startswith("total") and _OF_IT.search(sentence, 0, total.start())
    return None if of_it or not _BETWEEN.fullmatch(sentence, last.end(), total.start()) else last
