"""Workbooks as they come: cells, names and properties of .xlsx and .ods, read without trusting them."""
