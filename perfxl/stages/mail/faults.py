"""Whose fault it is when a library fails over a file that came: the file's, or perfxl's own."""

from traceback import walk_tb

_OWN = __name__.partition(".")[0] + "."


def raised_in(problem: BaseException, *libraries: str) -> bool:
    """Whether one of ``libraries`` raised ``problem`` when perfxl called it: they fail over hostile files in ways of their own.

    What perfxl's own code raises is a fault of the program, and no caller takes it for one of the file.
    """
    modules = [frame.f_globals.get("__name__", "") for frame, _ in walk_tb(problem.__traceback__)]
    last = max((k for k, name in enumerate(modules) if name.startswith(_OWN)), default=-1)
    return last + 1 < len(modules) and modules[last + 1].partition(".")[0] in libraries
