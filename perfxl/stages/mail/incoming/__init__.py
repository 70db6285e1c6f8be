"""What comes back by mail: messages, archives and what is inside them, taken apart within bounds and never trusted."""

from perfxl.stages.mail.incoming.model import Envelope, Item, Letter, Source
from perfxl.stages.mail.incoming.pec import Notice
from perfxl.stages.mail.incoming.unpack import unpack

__all__ = ["Envelope", "Item", "Letter", "Notice", "Source", "unpack"]
