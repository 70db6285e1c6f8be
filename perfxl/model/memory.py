"""Memory that was used and is not any more, given back to the system."""

import sys


def give_back() -> None:
    """Give the pages that nothing stands in back to the system, where the library that has them can be asked to (glibc): what long
    texts and packed documents took, of which it keeps much in case as much is wanted again."""
    if sys.platform != "linux":
        return
    import ctypes  # of all commands only those on many returns use it

    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError):  # another library
        return
