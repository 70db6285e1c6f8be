"""The form: its masters, and the writing of documents into workbooks made from them.

``masters`` draws the masters with openpyxl (``look``, ``drawing``, ``objective``, ``checks``, ``summary``,
``readme``); ``package``, ``workbook`` and ``cells`` patch the XML of a workbook without touching the rest;
``writing`` puts the fields of a document into their cells.
"""
