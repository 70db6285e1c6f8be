"""From a returned workbook to a ``return`` document: who it is, its blocks, its objectives, its limits."""
