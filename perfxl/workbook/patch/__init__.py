"""The XML of a workbook that is there already: parts, cells and names changed without touching the rest."""
