"""Which findings of a check a sector sees while it fills its form in, and why it cannot see the others there.

A form computes with formulas of its own cells alone, which Excel and Calc both know: what is to be read in words, or needs other
documents than the form, is told when the form comes back. Checks of the form are named by their keys in ``texts/form.toml``
(``check_<key>``).
"""

#: By check of the form, the codes of the findings that it is red for before they are raised.
LIVE = {
    "outcome": ("OUTC01", "OUTC02", "OUTC03", "OUTC04", "OUTC07", "OUTC08"),
    "agrees": ("OUTC12", "OUTC19", "OUTC20", "OUTC21", "OUTC22", "OUTC23", "OUTC24", "OUTC25", "OUTC26", "OUTC27", "OUTC28", "OUTC30"),
    "reason": ("OUTC05", "OUTC06"),
    "replaced": ("OUTC09", "OUTC10", "CODE15", "WGHT09"),
    "weight": ("WGHT04", "WGHT07"),
    "phases": ("WGHT02", "WGHT05", "WGHT08", "CODE06", "TEXT02", "TEXT04"),
    "results": ("WGHT03", "WGHT06", "CODE07", "CODE10", "CODE11", "CODE12", "TEXT03", "OUTC14", "OUTC15", "OUTC16", "OUTC17", "OUTC18", "OUTC32", "OUTC33",
                "SCOR01", "SCOR02", "SCOR03", "SCOR04", "SCOR06", "SCOR07", "SCOR08", "SCOR09", "SCOR10"),
    "dates": ("DATE02", "DATE03", "DATE04", "DATE05", "DATE06", "DATE07", "DATE08", "DATE09", "DATE10", "DATE11", "DATE12", "DATE13",
              "DATE14", "DATE15", "DATE16", "DATE19", "DATE20", "DATE21", "DATE22", "DATE23", "DATE24", "DATE25", "DATE27"),
    "texts": ("TEXT01", "TEXT05", "TEXT06", "TEXT08", "TEXT10", "TEXT12"),
    "typed": ("TYPE01", "TYPE02", "TYPE03", "SCOR05", "DATE01"),
    "sector_weights": ("WGHT01",),
    "measures": ("OUTC11", "OUTC13", "SCOR05", "TYPE01", "TYPE03", "TEXT12"),
    "answers": ("ASKD01",),
}

#: Of those the ones that a formula tells where the case is literal: numbers of phases, the same text, a line that begins small.
LITERAL = ("CODE11", "TEXT08", "TYPE02")

#: By reason, the codes of those that no formula of the form can tell.
LATER = {
    "words": ("CODE04", "CODE05", "CODE18", "CODE19", "CODE20", "DATE17", "DATE18", "OUTC29", "OUTC31", "TEXT07", "TEXT09"),
    "plan": ("CODE14", "CODE17"),
    "measures": ("OUTC34",),
    "closed": ("CODE01", "CODE02", "CODE03", "CODE08", "CODE09", "CODE13", "CODE16", "LOCK01", "LOCK02", "LOCK03", "LOCK04", "LOCK05"),
    "drawn": ("TEXT11",),
    "arrival": ("DATE26",),
}
