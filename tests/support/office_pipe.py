"""The running LibreOffice, reached by its pipe: what the scripts that run in its own Python share."""

import subprocess
import time
from pathlib import Path

import uno
from com.sun.star.connection import NoConnectException

TIMEOUT_SECONDS = 180


def start(profile, pipe):
    """The program without a window, with its settings in ``profile``, listening on ``pipe``."""
    return subprocess.Popen(["soffice", f"-env:UserInstallation={Path(profile).absolute().as_uri()}", "--headless", "--norestore", "--nologo",
                             f"--accept=pipe,name={pipe};urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def connected(pipe):
    """The context of the program that listens on ``pipe``, once it does."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    end = time.monotonic() + TIMEOUT_SECONDS
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def service(context, name):
    """A service of the program."""
    return context.ServiceManager.createInstanceWithContext(f"com.sun.star.{name}", context)


def leave(desktop, office):
    """End the program that ``start`` began."""
    try:
        desktop.terminate()
    except Exception:  # the bridge goes down with the office
        pass
    office.wait(60)
