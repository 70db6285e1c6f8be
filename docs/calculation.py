"""The pages that say how figures are computed, from docs/calcolo.toml, whose examples the tests work out."""

import tomllib
from functools import cache
from pathlib import Path

from perfxl.model import documents
from perfxl.model.fields import resolve
from perfxl.model.methods import label
from perfxl.model.texts import Texts

SOURCE = Path(__file__).with_name("calcolo.toml")


def source() -> dict:
    """The rules with their examples; numbers are exact."""
    from decimal import Decimal

    return tomllib.loads(SOURCE.read_text(encoding="utf-8"), parse_float=Decimal)


def rules() -> list[dict]:
    """Every rule, in order."""
    return [rule for section in source()["section"] for rule in section["rule"]]


def number(text, language: str) -> str:
    """A number as the language writes it."""
    said = str(text).replace("-", "−")
    return said.replace(".", ",") if language == "it" else said


def page(language: str) -> str:
    """The text of the page in ``language``."""
    found = source()
    other = {"it": "[English](calculation.md)", "en": "[Italiano](calcolo.md)"}[language]
    lines = [f"# {found['title'][language]}", "", other, "", found["intro"][language], ""]
    for n, section in enumerate(found["section"], 1):
        lines += [f"## {n}. {section['title'][language]}", ""]
        for k, rule in enumerate(section["rule"], 1):
            lines += [f"### {n}.{k} {rule['title'][language]}", "", rule["text"][language], "", *_example(rule, language), "",
                      f"*{_origin(found, rule, language)}*", ""]
    return "\n".join(lines)


def _origin(found: dict, rule: dict, language: str) -> str:
    text = found["from"][rule["from"]][language]
    if "rule" not in rule:
        return text
    about, _ = resolve(documents.schema("plan")["$defs"]["rules"]["properties"][rule["rule"]], "plan")
    return text.format(rule=about["title"] if language == "it" else about["x-en"]["title"])


def _example(rule: dict, language: str) -> list[str]:
    words = {"it": ("Esempio", "manca", "denominatore"), "en": ("Example", "none", "denominator")}[language]
    data = "; ".join(_told(rule, language))
    if "sum" not in rule:
        return [f"**{words[0]}.** {data}: {words[1]}."]
    signs = rule["sum"].replace("*", "×")
    below = f" ({words[2]} {number(rule['denominator'], language)})" if "denominator" in rule else ""
    worked = f"{number(signs, language)} = " if " " in signs else "= "
    told = "".join(f" ({Texts('lights', language)(rule[key])})" for key in ("light", "trend") if key in rule)
    return [f"**{words[0]}.** {data}.", "", f"    {worked}{number(rule['gives'], language)}{below}{told}"]


WORDS = {
    "it": {"target": "valore atteso", "baseline": "partenza", "actual": "ottenuto", "degree": "grado digitato", "weight": "peso",
           "realised": "realizzato", "phase": "fase", "result": "risultato", "entity": "entità", "not_weighted": "non pesata",
           "revised": "modificato in", "outcome": "esito", "none": "senza esito", "replaced": "sostituito", "withdrawn": "ritirato", "incentives": "remunerato con incentivi",
           "evaluated": "valutato", "measure": "misura", "not_applicable": "non applicabile", "sector": "settore", "out": "non concorre",
           "shared": "indicatore con valore atteso {target}; S2, il titolare, misura {measured}; S1 ha scritto {written}", "of_round": "valore atteso della tornata", "due": "dovuta al monitoraggio", "interim": "al monitoraggio", "before": "al monitoraggio ottenuto", "under": "sta sotto", "blank": "in bianco", "in": "in", "reached_within": "tolleranza %", "degree_cap": "grado massimo", "lower": "più basso è meglio", "progress": "avanzamento"},
    "en": {"target": "target", "baseline": "baseline", "actual": "actual", "degree": "typed degree", "weight": "weight",
           "realised": "realised", "phase": "phase", "result": "result", "entity": "entity", "not_weighted": "not weighted",
           "revised": "revised to", "outcome": "outcome", "none": "no outcome", "replaced": "replaced", "withdrawn": "withdrawn", "incentives": "paid by incentives",
           "evaluated": "evaluated", "measure": "measure", "not_applicable": "not applicable", "sector": "sector", "out": "does not count",
           "shared": "indicator with target {target}; S2, its owner, measures {measured}; S1 wrote {written}", "of_round": "target of the round", "due": "due at the monitoring", "interim": "at the monitoring", "before": "at the monitoring actual", "under": "stands under", "blank": "blank", "in": "in", "reached_within": "tolerance %", "degree_cap": "highest degree", "lower": "lower is better", "progress": "progress"}}


def _told(rule: dict, language: str) -> list[str]:
    """The data of an example, in words."""
    say = WORDS[language]
    if "result" in rule:
        items = [rule["result"], *rule.get("entities", ())]
        chosen = [_chosen(key, value, say, language) for key, value in rule.get("rules", {}).items()]
        chosen += [_band(b, language) for b in rule.get("bands", ())]
        return [*(_item(item, say, language) for item in items if set(item) - {"id"}), *chosen]
    if "indicator" in rule:
        given = {key: number(value, language) for key, value in rule["indicator"].items()}
        return [say["shared"].format(**given)]
    if "sheet" in rule:
        told = [f"{say['phase' if kind == 'phases' else 'result']} {item['id']}: {_item(item, say, language)}"
                for kind, several in rule["sheet"].items() for item in several]
        return told + [_chosen(key, value, say, language) for key, value in rule.get("rules", {}).items()]
    return _year(rule["year"], say, language)


def _chosen(key: str, value, say: dict, language: str) -> str:
    """A choice of the body in an example, by the words of the plan where the page has none of its own."""
    about = documents.schema("plan")["$defs"]["rules"]["properties"][key]
    title = say.get(key) or (about["title"] if language == "it" else about["x-en"]["title"]).lower()
    labels = about.get("x-labels", {})
    return f"{title} {number(value, language)}" if value not in labels else f"{title}: {labels[value][language].lower()}"


def _item(item: dict, say: dict, language: str) -> str:
    keys = {"weight": "weight", "weight_revised": "revised", "baseline": "baseline", "target": "target", "interim_actual": "before", "final_actual": "actual",
            "final_degree": "degree", "final_realised": "realised"}
    told = [say[item["direction"]] if item["direction"] in say else label(item["direction"])[language].lower()] if "direction" in item else []
    told += [f"{say[word]} {number(item[key], language)}" for key, word in keys.items() if key in item]
    told += [f"{title[language].lower()} {_plain(item[key], language)}" for key, title in titles().items() if key in item]
    told += [f"{say['of_round']} {number(own['value'], language)}" for own in item.get("targets", ())]
    if item.get("weighting") == "not_weighted":
        told.append(say["not_weighted"])
    elif "due" in item:
        told.append(say["due"])
    elif "weight" in item and "target" not in item and "final_realised" not in item:
        told.append(say["blank"])
    return ", ".join(told)


@cache
def titles() -> dict[str, dict[str, str]]:
    """By key of an example, the titles of the fields that say more of how a result is measured."""
    definitions = documents.schema("objective")["$defs"]
    results, reading = definitions["sheet"]["properties"]["results"]["items"]["properties"], definitions["resultReading"]["properties"]
    found = {k: results[k] for k in ("deadline", *(k for k, f in results.items() if f.get("x-block") == "rule"))}
    found |= {f"final_{k}": reading[k] for k in ("numerator", "denominator", "achieved", "achieved_on")}
    return {k: {"it": f["title"], "en": f["x-en"]["title"]} for k, f in found.items()}


def _plain(value, language: str) -> str:
    """A value of an example as users write it."""
    if isinstance(value, bool):
        return {"it": ("no", "sì"), "en": ("no", "yes")}[language][value]
    day = str(value).split("-")
    return "/".join(reversed(day)) if len(day) == 3 else number(value, language) if not isinstance(value, str) else value


def _band(band: dict, language: str) -> str:
    """A band of an example: ``A: 5–12 → 60``."""
    ends = "–".join(number(band[k], language) if k in band else "…" for k in ("from", "to"))
    points = {"it": " punti", "en": " points"}[language] if "points" in band else "%"
    return f"{band['scale']}: {ends} → {number(band.get('points', band.get('degree')), language)}{points}"


#: The choices of a body that an example of a year says.
TOLD = ("units", "units_mean", "units_share", "body_levels", "weights_total")


def _year(year: dict, say: dict, language: str) -> list[str]:
    told = []
    for code, sector, weight, *percent in year["objectives"]:
        out = [say[k] for k in ("replaced", "incentives") if code in year.get(k, ())]
        outcome = f"{say['outcome']} {number(percent[0], language)}" if percent else say["none"]
        told.append(f"{code} {say['in']} {sector}: {say['weight']} {number(weight, language)}, {', '.join([outcome, *out])}")
    told += [f"{code} {say['in']} {sector} {say['interim']}: {number(value, language)}" for code, sector, value in year.get("interim", ())]
    told += [f"{code} {say['interim']}: {say['withdrawn']}" for code in year.get("interim_gone", ())]
    told += [f"{code} {say['in']} {sector} {say['evaluated']} {number(value, language)}" for code, sector, value in year.get("evaluations", ())]
    told += [f"{say['measure']}: {number(value, language)}" + ("" if applies else f" ({say['not_applicable']})")
             for _, _, value, applies in year.get("measures", ())]
    for code, *given in year.get("sectors", ()):
        if given:
            told.append(f"{say['sector']} {code}: " + (say["out"] if given[0] is False else f"{say['weight']} {number(given[0], language)}"))
    told += [f"{say['sector']} {code} {say['under']} {above}" for code, above in year.get("above", {}).items()]
    return told + [_chosen(key, year["rules"][key], say, language) for key in TOLD if key in year.get("rules", {})]
