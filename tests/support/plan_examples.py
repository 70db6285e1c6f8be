"""Plans for the tests: one written by hand with everything in it, and any that the schema accepts."""

import datetime
import re
from decimal import Decimal

from hypothesis import strategies as st
from plan_text import plan

from perfxl.model import documents
from perfxl.model.fields import resolve
from perfxl.workbook.sheets.parse_text import tidy

EXTENSION = {"properties": {
    "pnrr": {"type": "string", "title": "Missione PNRR", "description": "Missione e componente.", "maxLength": 40},
    "green": {"type": "boolean", "title": "Verde", "description": "Se riguarda l’ambiente."},
    "saving": {"type": "number", "title": "Risparmio", "description": "Risparmio in euro.", "x-cell": "money"},
    "share": {"type": "number", "minimum": 0, "maximum": 100, "title": "Quota", "description": "Quota.", "x-cell": "percent"},
    "area": {"type": "string", "enum": ["nord", "sud"], "title": "Zona", "description": "Zona del territorio."},
    "notes": {"type": "string", "title": "Appunti", "description": "Appunti dell’ente.", "x-cell": "long"},
}}


#: Two sectors, a shared objective and a transversal one, with something of every table.
SMALL = """
    Ente
    Voce                  | Valore
    Codice                | UPR
    Nome                  | Unione di prova
    E-mail del referente  | piano@unione.example

    Tornate
    Sigla   | Tipo         | Data di riferimento | Scadenza di restituzione
    plan    | Piano        | 01/01/2026          | 31/01/2026
    interim | Monitoraggio | 30/09/2026          | 15/10/2026
    final   | Consuntivo   | 31/12/2026          | 31/01/2027

    Settori
    Codice | Nome            | E-mail
    S1     | Affari generali | s1@unione.example
    S2     | Territorio      |

    Cascata
    Codice   | Titolo          | Assessori
    03       | Servizi         |
    03.01    | Digitale        |
    03.01.02 | Sportello unico | Anna Neri⏎Ugo Bassi

    Obiettivi
    Codice   | Tipo                | Capofila | Titolo                   | Linee strategiche | Priorità
    S1.00001 |                     | S1       | Sportello unico digitale | 03.01.02          | ALTA
    S1.00002 | Trasversale di ente | S1       |                          |                   |

    Settori titolari
    Obiettivo | Settore | Codice nel settore | Nota a piè di tabella | Tipo di peso | Peso   | interim: Esito % | interim: Stato         | interim: In quanto
    S1.00001  | S1      |                    |                       | Pesato       | 60%    |                  |                        |
    S1.00001  | S2      | S2.00007           |                       |              | 66,67% |                  |                        |
    S1.00002  | S1      |                    |                       |              | 40%    | 57%              | Parzialmente raggiunto | -
    S1.00002  | S2      |                    | Vedi S1               |              | 33,33% |                  |                        |

    Responsabili
    Obiettivo | Responsabile | Dal        | Al
    S1.00001  | Ada Lodi     |            | 30/06/2026
    S1.00001  | Ivo Rossi    | 01/07/2026 |

    Risorse economiche
    Obiettivo | Natura         | Anno | Importo
    S1.00001  | Spesa corrente | 2026 | 12.500,50

    Risultati attesi
    Obiettivo | N. | Risultato atteso | Peso | Valore atteso | Come si misura
    S1.00001  | 1  | Pratiche on line | 100% | 170           | Più alto è meglio

    Valori per ente
    Obiettivo | Risultato | Ente            | Valore atteso
    S1.00001  | 1         | Comune di Prova | 40

    Fasi
    Obiettivo | Fase  | Descrizione della fase | Pesata               | Peso   | Inizio nell’anno del piano
    S1.00001  | 0     | Avvio                  | Non pesata nell’anno |        |
    S1.00001  | 3-bis | =SUM(A1:A9)            |                      | 33,33% | 01/02/2026

    Misure
    Settore | Obiettivo | N. | Misura     | interim: Applicabile
    S2      | S1.00002  | 1  | Formazione | No

    Valutazioni
    Obiettivo | Settore | Tornata | Esito valutato | Motivo
    S1.00001  | S1      | interim | 90%            | Verificato.

    Richieste
    N. | Settore | Obiettivo | Domanda         | Risposta
    1  | S1      | S1.00001  | Quante pratiche? | +12

    Considerazioni
    Settore | Tornata | Considerazioni
    S1      | final   | Bene.
"""


def small(changes: str = "") -> dict:
    """The plan of ``SMALL``, which is valid, after the cells of ``changes`` were written (``plan_text``)."""
    return plan(SMALL, changes, year=2026)


_LINE = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, blacklist_categories=("Cs", "Cn"),
                              blacklist_characters="\x7f"), min_size=1, max_size=30)
_TRICKY = st.sampled_from([
    "=1+1", "+39 0522", "-5", "@nome", "'apice", "#N/D", "TRUE", "12", "1/2", "_x0041_x0042_", "<r>&amp;</r>", " spazi ", "€ 10",
    "a\u2060", "\u00a0x", "𝔘nicode 😀", "30/09/2026", "a" * 60, "ì\u0300", "&#10;", "]]>", "0012", "1e5", "a\u2028b"])
_LONG = st.one_of(
    st.lists(st.one_of(_LINE, _TRICKY, st.just("")), min_size=1, max_size=6).map("\n".join),
    st.builds(lambda a, n, b: (a + "\n") * n + b, _LINE, st.integers(1, 300), _LINE),
    st.sampled_from(["x" * 39_990, "a\n" + "y" * 32_000 + "\nz" * 900, "parola _x0041_ " * 2600, "\tcolonna\t1\n" * 3000]))


def _string(schema: dict) -> st.SearchStrategy:
    codes = documents.schema("objective")["$defs"]
    pattern, most = schema.get("pattern", ""), schema.get("maxLength", 40)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("format") == "date":
        return st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)).map(str)
    if schema.get("format") == "email":
        return st.sampled_from(["a@b.it", "nome.cognome@comune.example.it"])
    if pattern == "^[A-Za-z0-9][A-Za-z0-9.-]*$":
        return st.sampled_from(["smtp.example.it", "10.0.0.1", "posta"])
    for name in ("bodyCode", "sectorCode", "objectiveCode", "lineCode", "itemId", "scaleCode", "indicatorCode"):
        if pattern == codes[name]["pattern"]:
            return st.from_regex(pattern.replace("^", r"\A").replace("$", r"\Z"))
    if pattern.startswith("^[A-Z]{4}"):
        return st.from_regex(r"\A[A-Z]{4}[0-9]{2}\Z")
    if "@" in pattern:  # which no text at random meets
        return st.sampled_from(["a@b.it", "nome.cognome@comune.example.it"])
    if pattern.startswith(("^(19|20|21)", "^((19|20|21)")):
        return st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)).map(str)
    if pattern.startswith(("^[a-z]", "^[A-Z]", "^[A-Za-z", "^[0-9")):
        return st.from_regex(pattern.replace("^", r"\A", 1).replace("$", r"\Z"))
    text = _LONG if schema.get("x-cell") == "long" else st.one_of(_LINE, _TRICKY)
    return text.map(lambda t: t[:most]).filter(lambda t: tidy(t) and (not pattern or re.search(pattern, t)))  # marks that nobody sees say nothing


def _number(schema: dict) -> st.SearchStrategy:
    least, most = schema.get("minimum", -10**6), schema.get("maximum", 10**6)
    if schema["type"] == "integer":
        return st.integers(least, most)
    decimals = st.decimals(Decimal(str(least)), Decimal(str(most)), places=2).map(lambda d: int(d) if d == int(d) else d)
    return decimals


def _value(raw: dict, home: str) -> st.SearchStrategy:
    schema, home = resolve(raw, home)
    kind = schema.get("type")
    if "const" in schema:
        return st.just(schema["const"])
    if kind == "object":
        return _object(schema, home)
    if kind == "array":
        unique = schema.get("uniqueItems")
        return st.lists(_value(schema["items"], home), min_size=schema.get("minItems", 0),
                        max_size=min(3, schema["maxItems"]), unique_by=str if unique else None)
    if kind == "boolean":
        return st.booleans()
    return _number(schema) if kind in ("number", "integer") else _string(schema)


#: What is said of an item round by round: once of each.
STATEMENTS = ("readings", "revisions", "targets")


def _of_each_round(said: list[dict]) -> list[dict]:
    return list({one["round"]: one for one in said}.values())


def _as_it_is(value):
    return value


#: Of an object with more fields than these that may lack, an example has some.
MANY = 8


def _object(schema: dict, home: str) -> st.SearchStrategy:
    if schema.get("x-extension"):
        schema = {**schema, **EXTENSION}
    made = {key: _value(prop, home).map(_of_each_round if key in STATEMENTS else _as_it_is) for key, prop in schema["properties"].items()}
    required = {key: made.pop(key) for key in schema.get("required", ())}
    if len(made) <= MANY:
        return st.fixed_dictionaries(required, optional=made).map(_pruned)
    some = st.lists(st.sampled_from(sorted(made)), max_size=MANY, unique=True)  # not all that a wide table has: one example would be too large
    return some.flatmap(lambda keys: st.fixed_dictionaries({**required, **{k: made[k] for k in made if k in keys}})).map(_pruned)


def _pruned(item: dict) -> dict:
    """``item`` without groups in which nothing is said: a workbook cannot tell them from none."""
    return {key: value for key, value in item.items() if value != {}}


def plans() -> st.SearchStrategy:
    """Any plan the schema accepts, with different codes for its objectives and rounds whose names are said nowhere else."""
    return _value(documents.schema("plan"), "plan").map(_distinct)


def _distinct(plan: dict) -> dict:
    for number, objective in enumerate(plan.get("objectives", ())):
        objective["code"] = f"{objective['code'].partition('.')[0][:14].rstrip('_-')}.{number:05d}"
    for number, one in enumerate(plan.get("rounds", ())):
        if "name" in one:  # a round may be told by its name, and is its code after that
            one["name"] = f"{one['name'][:20]}¶{number}"
    return plan


def differences(one, other, path: str = ""):
    """(pointer, what is there, what is here), shortened, for every leaf that differs: readable when it is long."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one.keys() | other.keys():
            yield from differences(one.get(key), other.get(key), f"{path}/{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from differences(a, b, f"{path}/{index}")
    elif one != other or type(one) is not type(other) and isinstance(one, (str, bool)):
        yield path, repr(one)[-60:], repr(other)[-60:]
