"""The strategic lines that a list names: by code, by title, level by level."""

import re
from typing import Any

from perfxl.model.cascade import Cascade
from perfxl.model.codes import code_pattern
from perfxl.stages.intake.list_rows import Remarks, Row
from perfxl.stages.intake.targets import Values, plain

_LINE = code_pattern("lineCode")
_NUMBERED = re.compile(r"\s*(\d{1,2}(?:\.\d{1,2}){0,2})\.?[)\s:–-]+(.*)\Z", re.S)


class Lines:
    """The strategic lines of the plan ``document`` being filled; new ones are added to it."""

    def __init__(self, document: dict[str, Any]):
        self.document = document
        self.lines: dict[tuple[str, str], str] = {}
        for line in document.get("cascade", ()):
            self.lines[Cascade(document).above(line["code"]), plain(line["title"])] = line["code"]

    def of_row(self, row: Row, remarks: Remarks) -> str:
        """The code of the lowest strategic line that a row names; lines that are new are added, and what it says of that line."""
        values, code = row.values_of("cascade"), ""
        if values.get(("code",)):
            code = self._coded_line(str(values["code",]), values.get(("title",), ""))
            remarks.take(row.at("cascade", ("code",)), row.at("cascade", ("title",)))
        else:
            said = [path for path in (("level_1",), ("level_2",), ("level_3",), ("title",)) if values.get(path)]  # a list may begin below the first level
            for level, path in enumerate(said[:3], 1):
                code = self._level(values[path], code, level)
                remarks.take(row.at("cascade", path))
        self._say(code, values, row=row, remarks=remarks)
        return code

    def _say(self, code: str, values: Values, row: Row, remarks: Remarks) -> None:
        """What else a row says of its line: councillors, the line above."""
        line = next((known for known in self.document.get("cascade", ()) if known["code"] == code), None)
        for path in (("councillors",), ("above",)):
            if line is not None and path in values and line.setdefault(path[0], values[path]) == values[path]:
                remarks.take(row.at("cascade", path))

    def _level(self, text: str, above: str, level: int) -> str:
        number, title = _NUMBERED.match(text), text
        if number and number[2].strip():
            title = number[2].strip()
        known = self.lines.get((above, plain(title)))
        if known:
            return known
        parts = [int(p) for p in number[1].split(".")] if number else []
        code = ".".join(f"{p:02}" for p in parts) if len(parts) == level else f"{above}.{parts[0]:02}".lstrip(".") if len(parts) == 1 else ""
        taken = set(self.lines.values())
        if not code or code in taken or above and not code.startswith(above + "."):
            code = next(c for n in range(1, 100) if (c := f"{above}.{n:02}".lstrip(".")) not in taken)
        self.document.setdefault("cascade", []).append({"code": code, "title": " ".join(title.split())})
        self.lines[above, plain(title)] = code
        return code

    def _coded_line(self, text: str, title: str) -> str:
        bare = text.upper().replace(" ", "")
        code = bare if _LINE.match(bare) else ".".join(f"{int(p):02}" for p in re.findall(r"\d{1,2}", text)[:3])
        if code and code not in self.lines.values():
            self.document.setdefault("cascade", []).append({"code": code, "title": title or text})
            self.lines[Cascade(self.document).above(code), plain(title or text)] = code
        return code
