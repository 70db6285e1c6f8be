"""A year of an invented body: its plan, and what each sector fills in at the interim and final rounds.

Codes, weights and percentages are those of a real year, so the totals can be compared with printed ones; the body,
its people and every word are invented. The documents in ``robinie/`` tell the year as it is known at its end;
``plan`` and ``returns`` show of it what is known at each moment.
"""

from perfxl.demo.year import plan, returns

__all__ = ["plan", "returns"]
