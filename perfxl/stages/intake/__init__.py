"""The plan from the list that a body keeps already: its columns matched with the fields of the plan, confirmed by whoever
looks after it, and its rows laid into a plan document.

``tables`` reads the list, ``targets`` says what a column may become, ``proposal`` matches them, ``sheet`` is the
workbook in which they are confirmed, ``filling`` makes the plan of the rows as ``list_rows`` reads them. ``indicators`` reads
files of values in the same way.
"""
