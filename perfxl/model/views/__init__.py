"""The faces of a document: what a plan, an objective, a phase, a result is, with its facts as properties.

A document is nested dictionaries, as JSON has it. A view stands over one of them and says what it is: each property is
a key of its schema (a test holds them against it), ``None`` or what is named here where the document says nothing, and
what is in force or was read at a round is a method. Views are read only and cost a pointer: they are made where they are
read, and ``data`` gives the dictionary back. Merging, reading workbooks and writing JSON keep to dictionaries; no rule of
a figure and no file enters here.
"""

from perfxl.model.views.facts import Facts, Key, Number, Rows, Text
from perfxl.model.views.items import Entity, Holding, Item, Measure, Money, Person, Phase, Reading, Result, Sheet
from perfxl.model.views.outcomes import MeanOutcome, ObjectiveOutcome, PlaceAbove, RoundOutcomes
from perfxl.model.views.plan import Assignment, Consideration, Evaluation, Holder, Line, Objective, Owner, Plan, Request, Sector, SectorMeasure
from perfxl.model.views.returns import Answer, Compilation, Identity, Return, ReturnedObjective

__all__ = ["Answer", "Assignment", "Compilation", "Consideration", "Entity", "Evaluation", "Facts", "Holder", "Holding", "Identity",
           "Item", "Key", "Line", "MeanOutcome", "Measure", "Money", "Number", "Objective", "ObjectiveOutcome",
           "Owner", "Person", "Phase", "PlaceAbove", "Plan", "Reading", "Request", "Result", "Return",
           "ReturnedObjective", "RoundOutcomes", "Rows", "Sector", "SectorMeasure", "Sheet", "Text"]
