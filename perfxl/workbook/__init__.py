"""Cells: which field stands in which cell, what a value is in a cell, and workbooks read without trusting them."""
