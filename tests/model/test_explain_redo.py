"""Every sentence that explains a figure is enough to do the sum again: from its numbers alone the figure comes out."""

import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from campaigns import year

from perfxl.model.explain import explain
from perfxl.stages.publish.validation import criteria

NUMBER = r"-?\d+(?:[.,]\d+)?"
#: One thing in a mean: weight (in points: of their sum), divided or not, by percentage; of a sector in a body: percentage, by weight or not.
POINTS = rf"(?: (?:di|of) {NUMBER} (?:punti|points))?"
TERM = re.compile(rf"(?:^|; ?|\()(?:S\d\.\d+(?: \(S\d\))?|\w+:) ({NUMBER}){POINTS}(?: : (\d+))? × ({NUMBER})%")
SECTOR = re.compile(rf"(?:^|; ?)S\d ({NUMBER})%(?: × ({NUMBER}))?")
WORST = re.compile("il peggiore dei|the worst of")
ROUNDING = {"all’unità": 0, "a un decimale": 1, "a due decimali": 2, "to the unit": 0, "to one decimal": 1, "to two decimals": 2}
SEEDS = (*range(1, 31), 904)  # of the last, a mix that has results alone and counts the worst


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def again(sentence: str) -> tuple[Decimal | None, Decimal | None]:
    """The figure that ``sentence`` states, and the one that its own numbers give."""
    stated = re.search(rf"(?: è| is) ({NUMBER})%", sentence)
    if stated is None:
        return None, None
    whole, *parts = re.split(r"(?<=[^.\d])\. (?=L’esito|The outcome)", sentence)
    if parts:  # of a sector with others below it: what it follows from first, then each of the two by itself
        return levels(whole, [again(part) for part in parts])
    decimals = next((n for words, n in ROUNDING.items() if words in sentence), None)
    head, _, rest = sentence.partition("media pesata di " if "media pesata di " in sentence else "weighted mean of ")
    body = re.search(r"(?:la media degli esiti dei settori|the mean of the sectors’ outcomes) (.*?), (?:divisa|divided)", sentence)
    if body:
        pairs = [(number(w or "1"), number(v)) for v, w in SECTOR.findall(body[1])]
    else:
        found = re.search(r"(.*?), (?:divisa|divided)", rest)[1] if rest else sentence
        pairs = [(number(w) / (number(n) if n else 1), number(v)) for w, n, v in TERM.findall(found)]
    if not pairs and not rest and not body:  # declared or recognised: the figure is the one that was said
        return number(stated[1]), number(stated[1])
    shares = re.search(rf"({NUMBER})% × ({NUMBER})% (?:dalle fasi|by phases) \+ ({NUMBER})% × ({NUMBER})%", sentence)
    if shares and not rest and not body:
        pairs = [(number(shares[1]), number(shares[2])), (number(shares[3]), number(shares[4]))]
        for part, figure, results in zip(re.search(r"(?:fasi|phases): (.*); (?:risultati|results).*?: (.*)", sentence).groups(), (shares[2], shares[4]), (False, True), strict=True):
            terms = [(number(w), number(v)) for w, _, v in TERM.findall(part)]
            below = min(v for _, v in terms) if results and WORST.search(sentence) else sum(w * v for w, v in terms) / sum(w for w, _ in terms)
            assert number(figure) == below.quantize(Decimal(1).scaleb(-len(re.split("[.,]", figure + ",")[1])), ROUND_HALF_UP), sentence
    elif WORST.search(sentence):
        pairs = [min(pairs, key=lambda pair: pair[1])]
    mean = sum(w * v for w, v in pairs) / sum(w for w, _ in pairs)
    return number(stated[1]), mean.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


LEVEL = re.compile(rf"(?:propri obiettivi|chi sta sotto|own objectives|those below) ({NUMBER})% × ({NUMBER})")


def levels(whole: str, parts: list) -> tuple[Decimal | None, Decimal | None]:
    """The same of a sector with others below it: each of its parts has to come out, and the whole from their shares."""
    assert all(stated == found for stated, found in parts), (whole, parts)
    said = re.search(rf"(?: è| is) ({NUMBER})%", whole)
    if said is None:
        return None, None
    stated, pairs = number(said[1]), [(number(w), number(v)) for v, w in LEVEL.findall(whole)]
    if not pairs:
        return stated, parts[0][0]
    mean, decimals = sum(w * v for w, v in pairs) / sum(w for w, _ in pairs), next(n for words, n in ROUNDING.items() if words in whole)
    return stated, mean.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_sentence_of_generated_campaigns_gives_its_figure(language):
    done = kinds = 0
    for seed in SEEDS:
        for round, document in year(seed).documents.items():
            outcomes = document["outcomes"][round]
            subjects = {"ENTE": outcomes["body"], **{m["code"]: m for m in (*outcomes["sectors"], *outcomes["lines"])}}
            for what, mean in subjects.items():
                sentence = explain(document, what, language)
                stated, found = again(sentence)
                if mean["outcome"] is None:
                    assert stated is None, sentence
                    continue
                assert stated == found, (seed, round, what, sentence)
                if "units" in mean:
                    kinds += 1
                    continue
                terms = len(re.findall(r"\bS\d \d", re.split(" (?:divisa|divided)", sentence)[0])) if what == "ENTE" else mean["counted"]
                assert terms == mean["counted"], sentence
                done += 1
            for o in outcomes["objectives"]:
                sentence = explain(document, f"{o['sector']}/{o['objective']}", language)
                stated, found = again(sentence)
                assert stated == found, (seed, round, sentence)
                kinds += o["basis"] in ("phases", "results", "mix", "measures")
    assert done > 500 and kinds > 50


def test_so_do_the_sentences_of_the_validation_pack():
    done = 0
    for seed in range(1, 13):
        document = year(seed).last
        evidence = next(c.evidence for c in criteria(document, "it") if c.key == "computation")
        for sentence in evidence:
            stated, found = again(sentence)
            assert stated == found, sentence
            done += stated is not None
    assert done > 30
