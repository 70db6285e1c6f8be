"""The running LibreOffice, reached by its pipe: what the scripts that run in its own Python share."""

import json
import subprocess
import sys
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


def driven(pipe):
    """The context of the program that listens on ``pipe``, its desktop, its dispatcher and its toolkit: what a driver works with."""
    context = connected(pipe)
    return context, *(service(context, name) for name in ("frame.Desktop", "frame.DispatchHelper", "awt.Toolkit"))


def serve(names):
    """Do what the lines of JSON on the standard input say, by the functions among ``names``, until ``quit``; each answered by a line."""
    does = {name.rstrip("_"): what for name, what in list(names.items()) if callable(what)}
    for line in sys.stdin:
        name, *given = json.loads(line)
        try:
            said = {"value": does[name](*given)}
        except Exception as problem:
            said = {"error": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(said), flush=True)
        if name == "quit":
            break


def leave(desktop, office):
    """End the program that ``start`` began."""
    try:
        desktop.terminate()
    except Exception:  # the bridge goes down with the office
        pass
    office.wait(60)
