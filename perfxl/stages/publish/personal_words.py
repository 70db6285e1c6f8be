"""What is said in words of one person: plates, births and ages, addresses of homes, health.

Of health, a word alone says nothing (a municipality writes of disability, illness and maternity all day): it speaks of one
person where it is *of* somebody ("malattia della collega"), or where somebody is, has or is away for it ("la collega è in
malattia"). Every stretch between two words is bounded, since a text may be one word of 40,000 characters.
"""

import re
from collections.abc import Iterator
from itertools import chain

from perfxl.workbook.sheets.parse_text import MONTHS

#: What was found: (finding code, the text).
Seen = tuple[str, str]

_PLATE = re.compile(r"\b[A-HJ-NPR-TV-Z]{2} ?\d{3} ?[A-HJ-NPR-TV-Z]{2}\b")
#: What has codes that look like plates; several may follow it.
_CODE = re.compile(r"\b(?:obiettiv\w+|codic\w+|fascicol\w+|pratic\w+|lott\w+|band\w+|deliber\w+|determin\w+|prot(?:ocollo)?|atto|fas[ei]|risultat\w+|misur\w+|modell[oi]|stampant[ei]"
                   r"|CIG|CUP|code|objective|phase|result|model|file)\b[^\w\n]{0,3}(?:(?:n|nr|num|HP)\b\W{0,3})?(?:[A-Z]{2} ?\d{3} ?[A-Z]{2}(?:[,;] | e | o | and | or )){0,9}$", re.I)
#: What follows a code and never a plate: what is below it.
_BELOW = re.compile(r"[.\-_/]\w")
_PLATED = re.compile(r"\b(?:targa(?:t[aoei])?|number plate|licen[cs]e plate|registration (?:plate|number)|plate|kennzeichen|(?:plaque d[’'])?immatriculation|matrícula)\b[ :]{1,3}"
                     r"((?:(?-i:\d{4} ?[B-DF-HJ-NP-TV-Z]{3}))|(?=[A-Z0-9 -]*\d)[A-Z][A-Z0-9]{0,3}[ -]?[A-Z0-9]{2,6}(?:[ -][A-Z0-9]{1,4})?)\b", re.I)

_MONTHS = "|".join((*chain.from_iterable(MONTHS), *(
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    "januar", "februar", "märz", "juni", "juli", "oktober", "dezember", "enero", "febrero", "marzo", "mayo", "junio", "julio", "septiembre", "octubre",
    "noviembre", "diciembre")))
_SPELT = (r"(?:primo|uno|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|tredici|quattordici|quindici|sedici|diciassette|diciotto|diciannove"
          r"|vent(?:i\w{0,7}|uno|otto)|trent(?:a|uno))")
_DAY = rf"(?:\d{{1,2}}|{_SPELT})(?:[./-]\d{{1,2}}[./-]|[°º.]?\s+(?:de\s+)?(?:{_MONTHS})\s+(?:del?\s+)?)(?:19|20)?\d{{2}}"
_BORN = re.compile(rf"\bborn\s+in\s+(?-i:[A-Z])[\w’' -]{{1,30}}?\s+in\s+(?:19|20)\d\d\b|\b(?:nat[aoie]\s+(?:a|in|ad|nel comune di)\s+[^\n.;]{{2,40}}?\s+(?:il\s+|nel\s+|l[’']\s?)(?:{_DAY}|\d{{4}})|nat[ao]\s+(?:il\s+(?:giorno\s+)?|l[’']\s?){_DAY}"
                   rf"|dat[ae] di nascita\W{{1,4}}{_DAY}|born\s+(?:on\s+)?{_DAY}|born\s+(?:on\s+|in\s+[^\n.;]{{2,40}}?\s+on\s+)(?:the\s+)?{_DAY}|(?:date of birth|\bdob)\W{{1,4}}{_DAY}"
                   rf"|née?\s+(?:à\s+[^\n.;]{{2,40}}?\s+)?le\s+{_DAY}|geboren\s+am\s+{_DAY}"
                   rf"|nacid[oa]\s+(?:en\s+[^\n.;]{{2,40}}?\s+)?el\s+{_DAY}|(?:fecha de nacimiento|geburtsdatum|date de naissance)\W{{1,4}}{_DAY})", re.I)
#: Things that are born too.
_THING = re.compile(r"\b(?:unione|ente|progett\w+|serviz\w+|associazion\w+|sportell\w+|tavol\w+|uffici\w*|portal\w+|comun[ei]|fondazion\w+|reti?e|centr\w+|societ\w+|consorzi\w*"
                    r"|project|service|office|portal|union|network)\b[^.;\n]{0,40}$", re.I)
#: Somebody's first name and surname.
_NAME = r"(?-i:[A-ZÀ-Ý][a-zà-ÿ’']{1,30}\s+[A-ZÀ-Ý][a-zà-ÿ’']{1,30})"

_WAY = r"(?:via|viale|v\.le|piazza|p\.zza|piazzale|corso|vicolo|largo|strada|borgo|contrada|localit[àa]|lungo\w+)"
_OF = r"(?:d[aeio]\w{0,4}\s+|(?:dell?|all?)?[’']\s?|d[’']\s?)"
_STREET = re.compile(rf"\b{_WAY}\s+(?:{_OF})?(?-i:[A-ZÀ-Ý])[\w’'.]{{1,30}}(?:\s+(?:(?-i:[A-ZÀ-Ý])[\w’'.]{{0,30}}|d[aeio]\w{{0,4}}|d[’'](?-i:[A-ZÀ-Ý])[\w’'.]{{0,30}})){{0,4}}"
                     r"(?<![’'])\s*,?\s*(?:n(?:\.|°|um\.?|umero)?\s*|civico\s+)?(?!(?:19|20)\d\d\b)\d{1,4}(?:[/ ]?[a-z]\b)?"
                     r"(?!\s*(?:anni|giorni|mesi|metri|posti|or[ae]\b|h\b|km\b|su\b|per\b|%|\d))", re.I)
_ENGLISH = re.compile(r"\b\d{1,4}[a-z]?,? (?-i:[A-Z])\w{1,30} (?:Road|Street|Lane|Avenue|Close|Drive|Crescent|Terrace)\b", re.I)
_LIVES = re.compile(rf"\b(?:residente|domiciliat[oa]|che abita|abita|vive)\s+al (?:n\.? ?|numero |civico )\d{{1,4}}\b[^\n.;,]{{0,40}}|\b(?:residente|domiciliat[oa]|abitante|che abita|che vive)\s+(?:a|ad|in)\s+(?:{_WAY}\s+)?(?-i:[A-ZÀ-Ý])[^\n.;,]{{1,60}}"
                    r"|\b(?:who lives?|lives|living|residing|resident) (?:at|in) (?:\d{1,4} )?(?-i:[A-Z])[^\n.;,]{1,60}"
                    r"|\bwohnhaft in (?:der |dem )?(?-i:[A-ZÄÖÜ])[^\n.;,]{1,60}|\b(?:domiciliée?|demeurant) (?:au |à )?(?:\d{1,4},? (?:rue|avenue|place|chemin) |(?-i:[A-ZÀ-Ý]))[^\n.;,]{1,60}"
                    r"|\b(?:domiciliad[oa]|con domicilio) en (?:calle |plaza |avenida )?(?-i:[A-ZÀ-Ý])[^\n.;,]{1,60}", re.I)
#: Where everybody lives.
_EVERYBODY = re.compile(r"\b(?:in|a)\s+(?:Comune|Unione|Italia|Italy|Provincia|Regione|Europa|Europe|UE|EU|Emilia|Lombardia|Toscana|Veneto|Piemonte|Lazio|Campania|Puglia|Sicilia|Sardegna)\b", re.I)
_ANYBODY = re.compile(r"\b(?:ogni|chi è|il|al|del|popolazione|famigli[ae]|nucleo(?: familiare)?|non)\s+$", re.I)
#: What begins like a street and is none: courses that are held, ways of doing, turns of phrase.
_NO_STREET = re.compile(r"corso\s+(?-i:(?![IVXLC]+\b)[A-Z]{3,8}\b)|corso\s+(?:di|d[’']|per|su|on|sicurezza|anticorruzione|privacy|base|avanzat|excel|word|access|inglese|francese|appalti|formazione|aggiornamento|digital|primo|antincendio|blsd?\b|lingua|competenze)"
                        r"|via\s+(?:libera|prioritaria|preferenziale|principale|esclusiva|generale|ordinaria|straordinaria|amministrativa|giudiziale|breve|definitiva|sperimentale|telematica|digitale|informatica"
                        r"|e?-?mail|pec|web|internet|fax|posta|telefono|sms|whatsapp|skype|teams|zoom|meet)\b"
                        r"|largo\s+(?:consumo|ai|anticipo|uso|raggio|spettro)\b|strada\s+(?:facendo|giusta|comune)\b|piazza\s+(?:affari|digitale|virtuale)\b|borgo\s+(?:vivo|digitale)\b", re.I)
#: What is called after a street, and what is counted after a name.
_TITLED_SO = re.compile(r"\b(?:progett\w+|band[oi]|iniziativ\w+|rassegn\w+|manifestazion\w+|event[oi]|festival|programm\w+|prodott\w+|concors[oi]|marchio)\W{0,3}(?:di |del |della )?\W?$", re.I)
_COUNTED = re.compile(r"\s+(?:interventi|comunicazioni|solleciti|lotti|pratiche|domande|incontri|varianti|richieste|moduli|partecipanti|edizion[ei]|lezioni|utenti|iscritti|eventi|progetti|controlli"
                      r"|verbali|segnalazioni|avvisi|messaggi|istanze|atti|volte|punti|in (?:più|meno))\b", re.I)
#: Places that are not somebody's home, and what is done in the street.
_PUBLIC = re.compile(r"\b(?:sed[ei]|scuol\w+|palazz\w+|edifici\w*|immobil\w+|uffici\w*|municipi\w*|bibliotec\w+|nid[io]|palestr\w+|cantier\w+|impiant\w+|museo|teatro|cimiter\w+"
                     r"|parc\w+|giardin\w+|mercat\w+|sportell\w+|centr\w+|polo|plesso|strutture?a?|lavori|rotatori\w+|incroci\w*|piste?a?|parcheggi\w*|marciapied\w+|asfalt\w+"
                     r"|rifaciment\w+|manutenzion\w+|riqualificazion\w+|ristrutturazion\w+|illuminazion\w+|potatur\w+|scav[oi]|fontan\w+|ambulatori\w*|magazzin\w+|stazion\w+|ponte"
                     r"|school|office|building|library|works|pavement)\b[^.;\n]{0,60}$", re.I)
#: What makes of it a home all the same.
_HOME = re.compile(r"\b(?:abitazion\w+|domicili\w*|residen\w+|dimor\w+|abita\w*|a casa|casa di|famiglia|home of)\b[^.;\n]{0,60}$", re.I)
#: Works that are named after their place.
_WORKS = re.compile(r"[^.;\n]{0,20}\b(?:marciapied\w+|(?:ri)?asfalt\w+|carreggiat\w+|fognatur\w+|illuminazion\w+|cantier\w+|lavori|lotto|edizione)\b", re.I)

_ILLNESS = (r"malatti[ae]|gravidanza|maternit[àa]|aborto|infortun\w+|ricover\w+|interven\w+ chirurgic\w+|operazione chirurgica|convalescenza|(?:legge|l\.) ?104|permessi (?:ex |per la )?104|invalidit[àa]|inabilit[àa]"
            r"|disabilit[àa]|depression[ei]|tumor\w+|oncologic\w+|patologi[ae]|positiv\w+ al covid\S*|dipendenza da \w+|handicap|sclerosi|leucemia|ospedale|covid\S*|problemi (?:cardiaci|psichici|fisici|di cuore)|infart\w+|ictus|diabet\w+|epilessia|spettro autistico"
            r"|autismo|trasfusion\w+|trapiant\w+|chemioterapia|radioterapia|(?:motivi|ragioni|problemi) di salute"
            r"|illness|sick(?:ness| leave)?|pregnan\w+|maternity(?: leave)?|surgery|disability|cancer|injury|health (?:reasons|problems)|stroke|heart attack|depression")
#: With words that buildings, offices and plans have too.
_HEALTH = rf"{_ILLNESS}|diagnos\w+|terapi[ae]|disturb\w+|sindrome|hospital\w*"
#: What is said of somebody without a noun.
_STATE = (r"(?:am)?malat[oa]|positiv[oa] al covid\S*|disabile|invalid[oa]|incinta|celiac[oa]|diabetic[oa]|epilettic[oa]|autistic[oa]|cardiopatic[oa]|sieropositiv[oa]|depress[oa]|ricoverat[oa]|infortunat[oa]|convalescente"
          r"|portat(?:ore|rice) di handicap|operat[oa] (?:al|alla|allo|all[’']|d[’'])\s?\w+|affett[oa] da \w+|disabled|pregnant|ill|sick|hospitali[sz]ed|diabetic")
_ROLE = (r"(?:dipendente|collega|addett[oa]|responsabile|funzionari[oa]|istruttor\w+|assistente|impiegat[oa]|titolare|dirigente|signor[ae]?|utente|operator[ei]|operatrice|agente|operai[oa]"
         r"|educat(?:ore|rice)|coordinat(?:ore|rice)|messo|autista|minore|alunn[oa]|anzian[oa]|insegnante|maestr[oa]|bambin[oa]|bibliotecari[oa]|vigile|cuoc[oa]|custode|segretari[oa]"
         r"|assessor[ea]|sindac[oa]|ingegnere|architett[oa]|avvocat[oa]|dottor(?:e|essa)|medic[oa]|infermier[ea]|comandante|direttor[e]|direttrice|geometra|ragionier[ea]|candidat[oa]"
         r"|tirocinante|volontari[oa]|assistit[oa]|paziente|ospite|figli[oa]|moglie|marito|tecnic[oa]|collaborat(?:ore|rice)|lavorat(?:ore|rice)"
         r"|(?:deputy |chief |head |senior )?(?:employee|accountant|secretary|colleague|manager|officer|clerk|pupil|worker|teacher|child|patient|director|technician|driver))\b(?!\s+su\s)")
_TITLED = r"(?:sig|sig\.ra|sig\.na|signora|signor|dott|dott\.ssa|ing|arch|geom|rag|avv|mr|mrs|ms)\.?\s+(?-i:[A-Z])[\w’']{1,30}"
#: One person: with an article, or with a title and a name.
_ONE = rf"(?:\b(?:il|lo|la|un|uno|una|l[’']|un[’']|the|a|an|del|dello|della|dell[’']|al|allo|alla|all[’']|our|his|her|my|your)\s*(?:sol[oa] |unic[oa] |stess[oa] |nostr[oa] |only )?{_ROLE}|\b{_TITLED}|\b(?:s?he)\b)"
#: Somebody as what they have: ``il suo figlio disabile``, ``a disabled employee``.
_HAS = rf"\b(?:su[oa]|mi[oa]|the|a|an|our|his|her|my|your|{_TITLED},)\s+(?:(?:figli[oa]|moglie|marito|madre|padre|collega)\s+(?:{_STATE})|(?:{_STATE})\s+(?:employee|colleague|officer|clerk|worker|son|daughter|wife|husband|mother|father|manager|accountant))\b(?!\s*[’']?s?\s+(?:access|parking|toilet|network|group|forum|policy|scheme|rate|numbers))"
_OF_ONE = rf"\b(?:di|del|dello|della|dell[’']|per (?:il|lo|la|l[’'])|of (?:the|a|an)?|(?:occors|capitat|accadut)\w+ (?:a|al|allo|alla|all[’']))\s*(?:sol[oa] |unic[oa] |stess[oa] |nostr[oa] |only )?(?:{_ROLE}|{_TITLED})"
#: Up to what is said of somebody: no other persons or things in between.
_GAP = r"(?:(?!\b(?:i|gli|le|ai|agli|alle|dei|degli|delle|con|per|the)\b)[^\n.;:]){0,40}?"
_IS = (r"(?:è|era|sarà|stat[oa]|risulta|rimast[oa]|is|was|been)\s+(?:ancora |stat[oa] |risultat[oa] |gravemente |a lungo |on |in |off ){0,2}"
       r"|(?:ha|aveva|abbia|avendo|has|had)\s+(?:avuto |subito |contratto |riportato |un |una |un[’'])?(?:un |una |un[’']|grave |a |an )?"
       r"|(?:soffre|affett[oa]|colpit[oa]|guarit[oa]|suffers?|suffering)\s+(?:di |da |per |from )(?:un |una )?"
       r"|\bin\s+(?:congedo|aspettativa|astensione)\s+(?:obbligatori[oa]\s+|facoltativ[oa]\s+)?(?:di|per)\s+"
       r"|(?:assen\w+|sostitui\w+|cessat[oa]|aspettativa|congedo|riposo|ferm[oa]|dispensat[oa]|rientrat[oa]|rientra|absent|away|leave)\b[^\n.;:]{0,20}?\b(?:per|da|dalla|causa|for|due to)\s+"
       r"|(?:fruisce|beneficia|usufruisce|titolare)\s+(?:dell[ae’']|di|dei permessi|dei)\s*"
       r"|(?:ha|aveva|has)\s+(?:comunicato|dichiarato|annunciato|announced)\s+(?:l[oa]\s+|il\s+|l[’']|un\w?\s+|the\s+|her\s+)"
       r"|sottopost[oa]\s+(?:a|ad)\s+|si trova\s+(?:in|a)\s+|dopo\s+(?:l[ao]\s+|il\s+|l[’']|un\w?\s+)?|,?\s*\b(?:in|con|with|on)\s+(?:un |una )?|\bcausa\s+")
_MUCH = r"(?:(?:un|una|lung[ao]|gravi?|breve|seri[ao]|certificat[ao]|propria|long|serious|congedo per|aspettativa per|stato di)\s+){0,2}"
_WELFARE = re.compile(rf"{_HAS}|\b(?:{_ILLNESS})\b[^\n.;:]{{0,40}}?{_OF_ONE}|\b{_TITLED}[’']s\s+(?:{_ILLNESS})\b"
                      rf"|{_ONE}{_GAP}(?:\s|(?<=[,’'])){{0,2}}(?:{_IS})\s?{_MUCH}(?:(?:{_HEALTH})|(?:{_STATE}))\b|{_ONE},\s+(?:{_STATE})\b"
                      rf"|{_NAME},?\s+(?:è|era|risulta|is|was|assente)\s[^\n.;:]{{0,20}}?\b(?:{_HEALTH}|{_STATE})\b"
                      rf"|\bper\s+{_MUCH}(?:{_HEALTH})\s+{_ONE}"
                      rf"|\b(?:assen|sostitu)\w+\s[^\n.;:]{{0,20}}?{_ONE}[^\n.;:]{{0,30}}?\b(?:per|causa|for)\s+{_MUCH}(?:{_HEALTH})\b"
                      rf"|\b(?:alunn[oa]|minore|paziente|anzian[oa]|bambin[oa])\s+(?:{_STATE})\b(?=\s+(?:dell[ae’']|in|di|che)\b)", re.I)
#: The same in other languages, of whoever has an article or a possessive.
_ELSEWHERE = re.compile(r"\b(?:sa|son|notre|votre|le|la|l[’'])\s?[^\W\d]{3,20}\s+(?:est|était)\s+(?:en (?:congé|arrêt)(?: de)? (?:maladie|maternité)|enceinte|malade|hospitalisée?)\b"
                        r"|\b(?:der|die|unsere?|seine?|ihre?)\s[^\W\d]{3,25}\s+(?:ist|war)\s+(?:seit [^\W\d]{2,12} |schwer |lange )?(?:krank(?:geschrieben)?|schwanger|in (?:Mutterschutz|Elternzeit))\b"
                        r"|\b(?:el|la|un|una|su|nuestr[oa])\s[^\W\d]{3,20}\s+(?:está|estuvo|estaba)\s+(?:de baja(?: por (?:enfermedad|maternidad)| médica| maternal)?|embarazada|enferm[oa]|hospitalizad[oa])\b", re.I)
#: An age, or the year of birth, of somebody with a name.
_AGED = re.compile(rf"{_NAME}\s*\([^()\n]{{2,30}},\s*\d{{1,2}}[./-]\d{{1,2}}[./-](?:19\d\d|200\d)\)|{_NAME},?\s+nat[ao] nel (?:19|20)\d\d\b|(?:{_ONE}|{_NAME}),?\s+(?:classe (?:19|20)\d\d|di anni \d{{1,2}}|di \d{{1,2}} anni|aged \d{{1,2}})\b", re.I)


def said_in_words(text: str) -> Iterator[Seen]:
    """Plates, births, addresses and health, as they are said of one person in ``text``."""
    plates = dict.fromkeys((*(m[0] for m in _PLATE.finditer(text) if not _CODE.search(text[max(0, m.start() - 90): m.start()]) and not _BELOW.match(text, m.end())), *(m[1] for m in _PLATED.finditer(text))))
    yield from (("PUBL08", plate) for plate in plates)
    yield from (("PUBL09", m[0]) for m in _BORN.finditer(text) if not _THING.search(text[max(0, m.start() - 70): m.start()]))
    yield from (("PUBL09", " ".join(m[0].split())) for m in _AGED.finditer(text))
    lives = [(m.start(), m.end(), m[0]) for m in _LIVES.finditer(text)
             if not _EVERYBODY.search(m[0]) and not _ANYBODY.search(text[max(0, m.start() - 30): m.start()])]
    yield from (("PUBL10", words) for *_, words in lives)
    yield from (("PUBL10", m[0]) for way in (_STREET, _ENGLISH) for m in way.finditer(text)
                if not any(a <= m.start() < b for a, b, _ in lives) and not _is_public(text, m))
    yield from (("PUBL11", " ".join(m[0].split())) for said in (_WELFARE, _ELSEWHERE) for m in said.finditer(text))


def _is_public(text: str, street: re.Match[str]) -> bool:
    """Whether a street is that of a place for everybody, or none at all."""
    before = text[max(0, street.start() - 90): street.start()]
    if _HOME.search(before):
        return False
    return any((_NO_STREET.match(street[0]), _TITLED_SO.search(before), _COUNTED.match(text, street.end()), _PUBLIC.search(before),
                _WORKS.match(text, street.end())))
