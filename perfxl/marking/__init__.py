"""What a marked copy is made of: the workbook being annotated, its formats, its notes, its list of findings."""
