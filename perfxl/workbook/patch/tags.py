"""What the XML of worksheets calls its elements."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def tag(name: str) -> str:
    """``name`` in the main spreadsheet namespace."""
    return f"{{{MAIN}}}{name}"
