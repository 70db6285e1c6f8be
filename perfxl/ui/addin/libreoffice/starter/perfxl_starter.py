"""Performance in LibreOffice: what a menu entry or a button of the extension leads to.

Runs in the Python of the office program (3.8 or later, standard library and UNO alone). The work itself is done by perfxl in a
Python of its own, outside this program: ``perfxl_office.work``.
"""

from typing import Any

import unohelper
from com.sun.star.frame import XDispatch, XDispatchProvider
from com.sun.star.lang import XInitialization, XServiceInfo
from perfxl_office import work

NAME, SERVICE, PROTOCOL = "org.perfxl.Starter", "com.sun.star.frame.ProtocolHandler", "org.perfxl:"


class Starter(unohelper.Base, XServiceInfo, XInitialization, XDispatchProvider, XDispatch):
    """Takes the addresses ``org.perfxl:<stage>`` that stand behind menu and toolbar."""

    def __init__(self, context: Any) -> None:
        self.context: Any = context
        self.frame: Any = None

    def initialize(self, arguments: Any) -> None:
        """Learn the window in which the button stands."""
        self.frame = arguments[0] if arguments else None

    def queryDispatch(self, url: Any, target: str, flags: int) -> "Starter | None":  # noqa: N802 - the office program's own name
        """Who does what ``url`` says: this object, when the address is of ours."""
        return self if url.Protocol == PROTOCOL else None

    def queryDispatches(self, requests: Any) -> "tuple[Starter | None, ...]":  # noqa: N802
        """As ``queryDispatch``, for several addresses."""
        return tuple(self.queryDispatch(r.FeatureURL, r.FrameName, r.SearchFlags) for r in requests)

    def dispatch(self, url: Any, arguments: Any) -> None:
        """A button was pressed."""
        work.press(self.context, self.frame, url.Path)

    def addStatusListener(self, listener: Any, url: Any) -> None:  # noqa: N802
        """Note a button that wants to know whether it can be pressed."""
        work.listen(self, listener, url)

    def removeStatusListener(self, listener: Any, url: Any) -> None:  # noqa: N802
        """Forget it."""
        work.forget(listener)

    def getImplementationName(self) -> str:  # noqa: N802
        """The name under which the extension registers this."""
        return NAME

    def supportsService(self, name: str) -> bool:  # noqa: N802
        """Whether this is what ``name`` says."""
        return name == SERVICE

    def getSupportedServiceNames(self) -> "tuple[str, ...]":  # noqa: N802
        """What this is."""
        return (SERVICE,)


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Starter, NAME, (SERVICE,))
