"""The checks on the content of returns, by theme.

A check is a function from a case to findings; beside each, in ``CHECKS`` of its module, stand the codes it can raise.
``perfxl.check`` puts the themes together; ``python -m perfxl.checks`` writes the page that lists every finding.
"""
