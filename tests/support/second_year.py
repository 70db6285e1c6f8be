"""A second year, of another invented body: its own codes, two monitorings, a transversal objective; clean, and with known faults.

Nothing in it was looked at while the checks were made. Each fault is one change to one return of a clean year; what else is told of
that year is noise.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache

from perfxl.model import base, documents
from perfxl.stages import check, issue, merge

YEAR = 2027
ROUNDS = ("plan", "m1", "m2", "final")
SECTORS = {"AFF": "Affari generali", "FIN": "Finanze", "TEC": "Lavori e ambiente", "SOC": "Servizi alla persona", "POL": "Polizia locale",
           "CUL": "Cultura"}
SHARED = "TRA-2027-01"
_THEMES = ("lo sportello unico", "il canile consortile", "la segnaletica dei borghi", "l’archivio storico", "la mensa delle scuole",
           "i contatori dell’acqua", "la biblioteca itinerante", "il mercato del giovedì", "le concessioni cimiteriali", "il parco fluviale",
           "gli alloggi popolari", "la protezione civile", "i ruoli della tassa rifiuti", "il trasporto a chiamata", "le palestre",
           "la videosorveglianza", "il bosco di Pradis", "gli orti sociali", "la ludoteca", "l’albo dei volontari", "le strade bianche",
           "la tesoreria", "il museo contadino", "le notifiche degli atti")


def code(sector: str, number: int) -> str:
    return f"{sector}-{YEAR}-{number:02d}"


def _theme(objective: str) -> str:
    sector, _, number = objective.split("-")
    return _THEMES[4 * [*SECTORS].index(sector) + int(number) - 1]


def _phases(theme: str) -> list[dict]:
    spans = (("01-01", "04-30", 40, "Rilievo di partenza per"), ("05-01", "09-30", 30, "Avvio con gli uffici per"),
             ("10-01", "12-31", 30, "Messa a regime per"))
    return [{"id": str(n), "text": f"{what} {theme}", "weighting": "weighted", "weight": weight,
             "start_1": f"{YEAR}-{start}", "end_1": f"{YEAR}-{end}"} for n, (start, end, weight, what) in enumerate(spans, 1)]


def _sheet(objective: str) -> dict:
    theme = _theme(objective)
    return {"title": f"Riordinare {theme}", "strategic_lines": ["02.01" if objective < "P" else "02.02"],
            "purpose": f"I cittadini trovano {theme} in ordine.", "detail": f"Si parte da un rilievo e si arriva a regime per {theme}.",
            "start": f"{YEAR}-01-01", "end": f"{YEAR}-12-31", "year_number": 1, "year_count": 1, "responsibles": [{"name": "Livia Pascoli"}],
            "phases": _phases(theme),
            "results": [{"id": "1", "text": f"Pratiche chiuse su {theme}", "weight": 60, "deadline": f"{YEAR}-12-31", "unit": "n.", "target": 20,
                         "phases": "1-2"},
                        {"id": "2", "text": f"Giorni di attesa per {theme}", "weight": 40, "deadline": f"{YEAR}-12-31", "unit": "giorni",
                         "direction": "lower", "target": 10, "phases": "3"}]}


def plan() -> dict:
    """The plan: four objectives of weight 25 for each sector, and one that all of them share by measures."""
    def sheet(objective: str) -> dict:
        made = _sheet(objective)
        if objective == code("FIN", 1):  # due before the year ends
            made["results"][0]["deadline"] = f"{YEAR}-10-31"
        return made

    objectives = [{"code": code(s, n), "kind": "ordinary", "lead": s, "sheet": sheet(code(s, n)),
                   "holders": [{"sector": s, "holding": {"weighting": "weighted", "weight": 25}}]} for s in SECTORS for n in range(1, 5)]
    objectives.append({"code": SHARED, "kind": "transversal", "lead": "AFF", "sheet": {
        "title": "Trasparenza", "strategic_lines": ["02.02"], "purpose": "Atti leggibili.", "detail": "Ogni settore pubblica i suoi dati.",
        "start": f"{YEAR}-01-01", "end": f"{YEAR}-12-31", "year_number": 1, "year_count": 1,
        "phases": [{"id": "1", "text": "Pubblicazione dei dati", "weighting": "weighted", "weight": 100, "start_1": f"{YEAR}-01-01", "end_1": f"{YEAR}-12-31"}]},
        "holders": [{"sector": s, "holding": {"weighting": "not_weighted"}} for s in SECTORS]})
    dates = (("plan", "plan", "01-31"), ("m1", "monitoring", "04-30"), ("m2", "monitoring", "09-30"), ("final", "final", "12-31"))
    return {"schema": "perfxl/plan/2", "year": YEAR, "body": {"code": "CVA", "name": "Comunità della Valle Alta"},
            "rounds": [{"id": r, "kind": k, "reference_date": f"{YEAR}-{d}", "deadline": f"{YEAR}-{d}"} for r, k, d in dates],
            "sectors": [{"code": c, "name": n} for c, n in SECTORS.items()],
            "cascade": [{"code": c, "title": f"Linea {c}"} for c in ("02", "02.01", "02.02")], "objectives": objectives,
            "measures": [{"sector": s, "measure": {"objective": SHARED, "id": str(n), "measure": f"Misura {n}: {what}"}}
                         for s in SECTORS for n, what in ((1, "atti dirigenziali"), (2, "tempi dei procedimenti"))]}


#: By round: what each phase has come to, the outcome, how the story goes on.
_TOLD = {"m1": ((100, None, None), 40, "Il rilievo di partenza per {0} è fatto e consegnato; di {0} gli uffici hanno discusso due volte, e {0} ha chi ne risponde."),
         "m2": ((100, 100, None), 70, "Gli uffici seguono da soli {0}: a {0} manca solo la messa a regime, e chi segue {0} la prepara per gli ultimi mesi."),
         "final": ((100, 100, 100), 100, "Tutto è a regime: {0} funziona come previsto, e nei questionari su {0} l’utenza lo ha notato.")}


def _answered(issued: dict, round: str) -> dict:
    """What a sector with nothing to find sends back."""
    made = documents.loads(documents.dumps(issued))
    if round == "plan":
        return made
    done, percent, story = _TOLD[round]
    for objective in made["objectives"]:
        shared = objective["code"] == SHARED
        percent_ = {"m1": 30, "m2": 60, "final": 100}[round] if shared else percent
        reading = {"percent": percent_, "status": "achieved" if percent_ == 100 else "partial"}
        if percent_ < 100:
            reading["reason"] = "Le fasi seguenti cominciano più avanti nell’anno."
        objective["holding"]["reading"] = reading
        sheet = objective["sheet"]
        if objective.get("role", "lead") != "lead":
            continue
        sheet["reading"] = {"narrative": story.format(_theme(objective["code"])) if not shared else f"I settori pubblicano i dati, al {percent_}%."}
        for phase, value in zip(sheet["phases"], (percent_,) if shared else done, strict=True):
            if value is not None:
                phase["reading"] = {"realised": value}
        for result in sheet.get("results", ()) if round == "final" else ():
            result["reading"] = {"actual": result["target"]}
    for measure in made.get("measures", ()):
        measure["reading"] = {"percent": {"m1": 30, "m2": 60, "final": 100}[round], "result": f"Dati pubblicati per la misura {measure['id']}."}
    return made


@cache
def rounds() -> dict[str, tuple[dict, dict, dict]]:
    """(plan-shaped content, forms, clean returns) of each round."""
    found, previous = {}, None
    for round in ROUNDS:
        content = base.base_content(plan(), previous)
        issued = issue.returns(content, round)
        returned = {s: _answered(d, round) for s, d in issued.items()}
        merged = merge.merge(content, [merge.Returned(s, d, places={}, file=s, issued=issued[s]) for s, d in returned.items()], round)
        found[round] = content, issued, returned
        previous = {"content": merged.content}
    return found


@dataclass(frozen=True)
class Fault:
    """One change that somebody made: ``codes`` of which one must tell it; ``follows``: what may be told besides."""

    round: str
    sector: str
    number: int
    codes: tuple[str, ...]
    spoil: Callable[[dict, dict], object]
    follows: tuple[str, ...] = ()

    @property
    def objective(self) -> str:
        return SHARED if self.number == 0 else code(self.sector, self.number)


def faulty(round: str) -> dict[str, dict]:
    """The returns of ``round`` with all of its faults."""
    _, _, returned = rounds()[round]
    made = deepcopy(returned)
    for fault in (f for f in FAULTS if f.round == round):
        document = made[fault.sector]
        objective = next(o for o in document["objectives"] if o["code"] == fault.objective)
        fault.spoil(objective, document)
    return made


def findings(round: str, returned: dict[str, dict]) -> list:
    """What is told of ``returned``, the returns of ``round``, one by one and all together."""
    content, issued, _ = rounds()[round]
    found = [f for s, d in returned.items() for f in check.without_repeats(check.check(d, issued[s], plan=content, round=round, places={}, file=f"{s}.xlsx"))]
    merged = merge.merge(content, [merge.Returned(s, d, places={}, file=f"{s}.xlsx", issued=issued[s]) for s, d in returned.items()], round)
    across = check.check_round(merged.content, round, returned=returned, places_by_sector={}, files={}, earlier={})
    return check.without_repeats([*found, *merged.findings, *across])


def _set(path: str, value) -> Callable[[dict, dict], None]:
    """Put ``value`` at ``path`` of the objective, or take what is there away."""
    def spoil(objective: dict, _document: dict) -> None:
        owner = objective
        *above, last = path.split("/")
        for part in above:
            owner = owner[int(part)] if isinstance(owner, list) else owner.setdefault(part, {})
        if value is None:
            owner.pop(last, None)
        elif isinstance(owner, list):
            owner[int(last)] = value
        else:
            owner[last] = value
    return spoil


def _all(*spoils: Callable[[dict, dict], object]) -> Callable[[dict, dict], None]:
    def spoil(objective: dict, document: dict) -> None:
        for one in spoils:
            one(objective, document)
    return spoil


def _measure(number: int, key: str, value) -> Callable[[dict, dict], None]:
    def spoil(_objective: dict, document: dict) -> None:
        document["measures"][number]["reading"].pop(key, None)
        if value is not None:
            document["measures"][number]["reading"][key] = value
    return spoil


def _outcome(percent, status="partial", reason="La fase di avvio è in ritardo per la gara deserta.") -> Callable[[dict, dict], None]:
    told = {"percent": percent, "status": status, "reason": reason}
    return _set("holding/reading", {k: v for k, v in told.items() if v is not None})


def _considerations(text: str) -> Callable[[dict, dict], None]:
    return lambda _objective, document: document.setdefault("compilation", {}).update(considerations=text)


NARRATIVE = "sheet/reading/narrative"
FAULTS = (
    # The plan, as sectors complete it.
    Fault("plan", "AFF", 1, ("DATE02",), _set("sheet/end", "2026-12-31"), ("DATE16",)),
    Fault("plan", "AFF", 2, ("DATE04",), _set("sheet/phases/1/end_1", "2027-03-31")),
    Fault("plan", "AFF", 3, ("DATE06",), _set("sheet/phases/2/end_1", "2028-01-31")),
    Fault("plan", "AFF", 4, ("DATE05",), _all(_set("sheet/end", "2027-11-30"), *(_set(f"sheet/results/{n}/deadline", "2027-11-30") for n in (0, 1)))),
    Fault("plan", "FIN", 1, ("WGHT02",), _set("sheet/phases/0/weight", 30)),
    Fault("plan", "FIN", 2, ("WGHT03",), _set("sheet/results/0/weight", 50)),
    Fault("plan", "FIN", 3, ("WGHT05",), _set("sheet/phases/2/weight", None)),
    Fault("plan", "FIN", 4, ("WGHT06",), _set("sheet/results/1/weight", None)),
    Fault("plan", "TEC", 1, ("TEXT01",), _set("sheet/purpose", None)),
    Fault("plan", "TEC", 2, ("TEXT02",), _set("sheet/phases/0/text", None)),
    Fault("plan", "TEC", 3, ("CODE06",), _set("sheet/phases/1/id", "1")),
    Fault("plan", "TEC", 4, ("CODE07",), _set("sheet/results/1/id", "1")),
    Fault("plan", "SOC", 1, ("CODE05",), _set("sheet/detail", "Si prosegue ciò che fa SOC-2027-002.")),
    Fault("plan", "SOC", 2, ("CODE20",), _set("sheet/detail", "Si prosegue ciò che fa SOC-2027-77.")),
    Fault("plan", "SOC", 3, ("CODE11",), _set("sheet/results/0/phases", "1-5")),
    Fault("plan", "SOC", 4, ("DATE09",), _set("sheet/results/1/deadline", "2028-06-30")),
    Fault("plan", "POL", 1, ("DATE15",), _set("sheet/year_number", 2)),
    Fault("plan", "POL", 2, ("CODE19",), _set("sheet/title", "Un’altra cosa, pensata dopo")),
    Fault("plan", "POL", 3, ("TEXT06",), _set("sheet/quality_check", True)),
    Fault("plan", "POL", 4, ("DATE12",), _set("sheet/responsibles/0", {"name": "Livia Pascoli", "from": "2027-09-01", "to": "2027-03-01"})),
    # The first monitoring, at 30 April.
    Fault("m1", "AFF", 1, ("OUTC01",), _set("holding/reading", None)),
    Fault("m1", "AFF", 2, ("OUTC02",), _set("holding/reading/status", "achieved")),
    Fault("m1", "AFF", 3, ("OUTC05",), _set("holding/reading/reason", "...")),
    Fault("m1", "AFF", 4, ("TEXT05",), _set(NARRATIVE, None)),
    Fault("m1", "FIN", 1, ("OUTC07",), _all(_outcome(100, "achieved", None), *(_set(f"sheet/phases/{n}/reading", {"realised": 100}) for n in (1, 2))),
          ("OUTC28",)),
    Fault("m1", "FIN", 2, ("OUTC25", "OUTC24"), _set("sheet/phases/0/reading", None)),
    Fault("m1", "FIN", 3, ("OUTC22",), _outcome(65)),
    Fault("m1", "FIN", 4, ("OUTC30",), _all(_outcome(75), _set("sheet/phases/0/reading/realised", 40), _set("sheet/phases/1/reading", {"realised": 35}))),
    Fault("m1", "TEC", 1, ("TYPE01",), _set("sheet/phases/1/reading", {"realised": "0.3"}), ("OUTC22",)),
    Fault("m1", "TEC", 2, ("DATE17",), _set(NARRATIVE, "Il rilievo è stato consegnato e discusso; la gara scade il 31/04/2027.")),
    Fault("m1", "TEC", 3, ("DATE18",), _set(NARRATIVE, "Il rilievo è concluso; la relazione è stata inviata alla Giunta il 18/06/2027.")),
    Fault("m1", "TEC", 4, ("CODE18",), _set(NARRATIVE, "Il rilievo è concluso e la fase 7 è cominciata.")),
    Fault("m1", "SOC", 1, ("LOCK01",), _set("holding/weight", 30)),
    Fault("m1", "SOC", 2, ("LOCK02",), _set("sheet/phases/0/end_1", "2027-05-31")),
    Fault("m1", "SOC", 3, ("CODE13",), _set("sheet/title", "Riordinare la protezione civile e altro")),
    Fault("m1", "SOC", 4, ("MERG05",), lambda o, _: o["sheet"]["phases"].pop(1), ("WGHT02", "CODE11", "OUTC22", "OUTC21")),
    Fault("m1", "POL", 1, ("OUTC09",), _set("holding/reading", {"status": "replaced"})),
    Fault("m1", "POL", 2, ("OUTC19",), _all(_outcome(50), _set("sheet/phases/0/reading/realised", 40), _set("sheet/phases/1/reading", {"realised": 10}))),
    # The second, at 30 September.
    Fault("m2", "AFF", 1, ("OUTC08",), _all(_outcome(30), *(_set(f"sheet/phases/{n}/reading", {"realised": v}) for n, v in ((0, 75), (1, 0)))), ("OUTC27",)),
    Fault("m2", "AFF", 2, ("OUTC27",), _all(_outcome(60), _set("sheet/phases/0/reading/realised", 75))),
    Fault("m2", "AFF", 3, ("TEXT09",), _set(NARRATIVE, _TOLD["m1"][2].format(_theme(code("AFF", 3))))),
    Fault("m2", "AFF", 4, ("TEXT07",), _set(NARRATIVE, _TOLD["m2"][2].format(_theme(code("AFF", 2))).replace("Gli uffici", "I nostri uffici"))),
    Fault("m2", "FIN", 1, ("DATE11",), _set("sheet/phases/0/revision", {"end_1": "2027-11-30"}), ("OUTC28", "WGHT01")),  # what FIN 3 weighed is nobody's: told at the first
    Fault("m2", "FIN", 2, ("CODE17", "CODE14"), _all(_set("holding/reading", {"status": "replaced"}),
                                                     _set("holding/revision", {"replaced_by": "FIN-2027-9", "weight": 0}))),
    Fault("m2", "FIN", 3, ("OUTC10",), _set("holding/revision", {"replaced_by": code("FIN", 4), "weight": 0})),
    Fault("m2", "TEC", 0, ("OUTC13",), _measure(1, "percent", None)),
    Fault("m2", "SOC", 0, ("OUTC11",), _measure(0, "result", None)),
    # The final one.
    Fault("final", "AFF", 1, ("OUTC14",), _set("sheet/results/0/reading", None)),
    Fault("final", "AFF", 2, ("OUTC16",), _set("sheet/results/0/reading", {"actual": 12, "degree": 100})),
    Fault("final", "AFF", 3, ("OUTC17",), _set("sheet/results/1/reading", {"actual": 25})),
    Fault("final", "AFF", 4, ("OUTC18",), _set("sheet/results/0/reading", {"actual": 2000})),
    Fault("final", "FIN", 1, ("OUTC31",), _set("sheet/results/0/reading/note", "Verbale di chiusura delle pratiche del 20/12/2027.")),
    Fault("final", "FIN", 2, ("OUTC06",), _outcome(0, "not_achieved", None), ("OUTC21", "OUTC22", "OUTC08", "OUTC23")),
    Fault("final", "FIN", 3, ("OUTC03",), _set("holding/reading/status", "not_achieved")),
    Fault("final", "FIN", 4, ("OUTC04",), _set("holding/reading/status", "partial")),
    Fault("final", "TEC", 1, ("SHRD07",), _considerations("Nel complesso gli obiettivi del settore sono raggiunti al 95,50%.")),
    Fault("final", "SOC", 1, ("TEXT08",), _all(*(_set(f"sheet/phases/{n}/reading/done", "Gli operatori hanno visitato tutte le famiglie in elenco e "
                                                     "hanno aggiornato i fascicoli con l’assistente sociale di turno.") for n in (0, 2)))),
)
