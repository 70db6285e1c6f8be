"""What comes back by mail: messages, archives and what is inside them, taken apart within bounds and never trusted."""

from perfxl.mail.back.model import Envelope, Item, Letter, Source
from perfxl.mail.back.pec import Notice
from perfxl.mail.back.unpack import unpack

__all__ = ["Envelope", "Item", "Letter", "Notice", "Source", "unpack"]
