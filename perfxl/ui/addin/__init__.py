"""perfxl inside Excel: the ribbon tab *Performance*, what its buttons do, how it is built and installed.

The add-in stands on the open-source part of xlwings (BSD); nothing of ``xlwings.pro`` is used and no key is needed.
"""
