"""The page that lists every finding, in both languages, from the catalogue."""

from typing import Any

from perfxl.model.live import LATER, LITERAL, LIVE
from perfxl.model.texts import area

SEVERITY = {"error": ("errore", "error"), "warning": ("avviso", "warning"), "note": ("nota", "note")}

#: What each prefix is about, and who raises it.
AREAS = {
    "FILE": ("Il file", "The file"),
    "IDEN": ("L’identità della scheda", "The form’s identity"),
    "FORM": ("La scheda come foglio di calcolo", "The form as a workbook"),
    "DATA": ("I valori nelle celle", "The values in the cells"),
    "RETN": ("Le schede ricevute", "The forms received"),
    "MERG": ("La fusione con il piano", "The merge with the plan"),
    "FILL": ("La compilazione da un documento", "Filling in from a document"),
    "PLAN": ("Il piano", "The plan"),
    "LOCK": ("Contenuti non modificabili", "Locked content"),
    "WGHT": ("Pesi", "Weights"),
    "DATE": ("Date e durata", "Dates and duration"),
    "CODE": ("Codici e identificativi", "Codes and identifiers"),
    "TEXT": ("Testi", "Texts"),
    "TYPE": ("Ciò che si scrive e si incolla", "What is typed and pasted"),
    "OUTC": ("Esiti", "Outcomes"),
    "SCOR": ("Come si misura", "How it is measured"),
    "SHRD": ("Fra più settori", "Across sectors"),
    "RULE": ("Regole dell’ente", "The body’s rules"),
    "EXTN": ("I campi propri dell’ente", "The body’s own fields"),
    "REGI": ("Il registro", "The register"),
    "PUBL": ("La pubblicazione", "Publication"),
    "BNDL": ("L’archivio per la validazione", "The archive for the validation"),
}

HEAD = """# Rilievi · Findings

Questa pagina è generata dal catalogo: `python -m perfxl.stages.check` la riscrive. *This page is generated from the catalogue.*

Ogni rilievo dice dove, che cosa è stato trovato, che cosa ci si aspettava e che cosa fare. Le parole fra parentesi graffe
sono riempite con i valori del caso. L’ente può cambiare la gravità di un rilievo, o farne un blocco alla consolidazione,
con le regole del piano. *Every finding says where, what was found, what was expected and what to do. The body may change
its severity, or let it block consolidation, in the rules of the plan.*
"""


def page() -> str:
    """The text of ``docs/rilievi.md``: the areas in their order, then those without a title, codes in order in each."""
    catalogue = area("findings")
    prefixes = [p for p in AREAS if any(c.startswith(p) for c in catalogue)]
    prefixes += sorted({c[:4] for c in catalogue} - set(AREAS))
    parts = [HEAD]
    for prefix in prefixes:
        italian, english = AREAS.get(prefix, (prefix, prefix))
        parts.append(f"\n## {prefix} · {italian} · {english}\n")
        for code in sorted(c for c in catalogue if c.startswith(prefix)):
            parts.append(_entry(code, catalogue[code]) + _seen(code))
    return "".join(parts)


def _seen(code: str) -> str:
    """Where the sector sees it while filling its form in, or why the form cannot tell it; nothing of what no sector makes."""
    words = area("form")
    checks = [words[f"check_{key}"] for key, codes in LIVE.items() if code in codes]
    why = next((words[f"later_{key}"] for key, codes in LATER.items() if code in codes), None)
    if checks:
        italian, english = (", ".join(f"{a}{c[x]}{b}" for c in checks) for x, a, b in (("it", "«", "»"), ("en", "“", "”")))
        it, en = (f" {words['plain_case'][x]}" if code in LITERAL else "" for x in ("it", "en"))
        return f"\nNella scheda lo dice subito il controllo {italian}.{it} *In the form the check {english} says it at once.{en}*\n"
    return f"\nNella scheda non si vede prima: {why['it']} *Not seen in the form before: {why['en']}*\n" if why else ""


def _entry(code: str, kind: dict[str, Any]) -> str:
    italian, english = SEVERITY[kind["severity"]]
    it, en = (" ".join(kind[language][part] for part in ("found", "expected", "remedy")) for language in ("it", "en"))
    return f"\n### {code} ({italian} · {english})\n\n{it}\n\n*{en}*\n"
