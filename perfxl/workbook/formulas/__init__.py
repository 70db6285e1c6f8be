"""Formulas of a workbook computed here, so that their values stand in the file for whoever shows it without computing.

Only what perfxl's own forms and plans use is known (``functions``), with Excel's rules for blanks, texts and errors; a formula
that uses anything else is left without a value, and so is what depends on it: a value that might be wrong is worse than none.
"""
