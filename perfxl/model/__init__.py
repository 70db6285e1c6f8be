"""What is known, without files: documents and their schemas, words, findings, figures.

Nothing here reads a workbook, a folder or a clock.
"""
