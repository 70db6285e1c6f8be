"""The main window of a program of the standard toolkit, which runs nothing that lies about."""

import tkinter


class Root(tkinter.Tk):
    """A main window. The toolkit's own would run ``.Tk.py`` and the like from the user's folder and, where no variable
    names that one, as on Windows, from the current folder."""

    def readprofile(self, baseName: str, className: str) -> None:
        """Nothing."""
