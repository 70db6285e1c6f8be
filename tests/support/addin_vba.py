"""The add-in's VBA run without Excel: an interpreter with just enough of Excel around it, and RunPython caught."""

from pyopenvba import ExcelFile
from pyopenvba.interpreter import NOTHING, HostBridge, Interpreter, VBAObject, member
from pyopenvba.interpreter._runtime import UNRESOLVED


class Language(VBAObject):
    vba_type_name = "LanguageSettings"

    def __init__(self, code):
        self.code = code

    @member
    def LanguageID(self, which):
        return self.code if int(which) == 2 else 0


class Counted(VBAObject):
    vba_type_name = "ProtectedViewWindows"

    def __init__(self, count):
        self.count = count

    @member
    def Count(self):
        return self.count


class Application(VBAObject):
    vba_type_name = "Application"

    def __init__(self, code, country, protected):
        self.code, self.country, self.protected = code, country, protected

    @member
    def LanguageSettings(self):
        return Language(self.code)

    @member
    def International(self, which):
        return self.country if int(which) == 1 else 0

    @member
    def ProtectedViewWindows(self):
        return Counted(self.protected)


class Workbook(VBAObject):
    vba_type_name = "Workbook"

    def __init__(self, name):
        self.name = name

    @member
    def Name(self):
        return self.name


class Workbooks(VBAObject):
    vba_type_name = "Workbooks"

    def __init__(self, excel):
        self.excel = excel

    @member
    def Add(self):
        self.excel.active = Workbook("Cartel1")
        return self.excel.active


class Control(VBAObject):
    vba_type_name = "IRibbonControl"

    def __init__(self, id):
        self.id = id

    @member
    def ID(self):
        return self.id


class Excel(HostBridge):
    """What the macros see: ``commands`` are those that RunPython was given."""

    def __init__(self, language=1040, active="piano.xlsx", country=39, protected=0):
        self.commands, self.language, self.country, self.protected = [], language, country, protected
        self.active = Workbook(active) if active else NOTHING
        self.books = Workbooks(self)

    def global_object(self, name):
        return {"application": Application(self.language, self.country, self.protected), "activeworkbook": self.active,
                "workbooks": self.books}.get(name, UNRESOLVED)

    def has_global_member(self, name):
        return name.lower() == "runpython"

    def call_global(self, name, args, named):
        assert name.lower() == "runpython"
        self.commands.append(str(args[0]))
        return 0


def modules(path):
    """The VBA modules of an add-in, as pyOpenVBA reads them."""
    with ExcelFile(path) as book:
        return book.vba_modules()


def interpreter(source, excel):
    """The module ``source`` ready to run, with ``excel`` around it."""
    ready = Interpreter(excel)
    ready.add_module(source, name="Performance")
    return ready


def pressed(source, macro, **around):
    """What a callback did: (commands given to RunPython, messages shown)."""
    excel = Excel(**around)
    ready = interpreter(source, excel)
    ready.run(macro, [Control("any")], module="Performance")
    return excel.commands, [text for _, text, _, _ in ready.dialogs]
