"""How a body sends and reads its mail: the plan's ``mail`` settings with their defaults, and where passwords come from."""

import os
from dataclasses import dataclass
from typing import Any

from perfxl.model import documents
from perfxl.model.terms import pick
from perfxl.model.texts import Texts

#: Environment variables that hold a password, by server.
VARIABLES = {"smtp": "PERFXL_SMTP_PASSWORD", "imap": "PERFXL_IMAP_PASSWORD"}
#: What the system's keyring files the passwords under; the account is ``smtp:user@host`` or ``imap:user@host``.
SERVICE = "perfxl"


class Unusable(Exception):
    """The settings do not allow what was asked; ``key`` and ``values`` are a message of ``texts/mail.toml``."""

    def __init__(self, key: str, **values: Any):
        super().__init__(key)
        self.key, self.values = key, values

    def say(self, language: str) -> str:
        """The message in ``language``; a value may differ by language."""
        return Texts("mail", language)(self.key, **{k: pick(v, language) if isinstance(v, dict) else v for k, v in self.values.items()})


@dataclass(frozen=True)
class Server:
    """A mail server: ``kind`` (``smtp`` or ``imap``), name, port, ``tls`` or ``starttls``, and who we are to it."""

    kind: str
    host: str
    port: int
    security: str
    user: str

    @property
    def account(self) -> str:
        """The name the password has in the system's keyring."""
        return f"{self.kind}:{self.user}@{self.host}"

    def password(self) -> str:
        """The password, from the environment or the system's keyring; ``Unusable`` when neither has it."""
        given = os.environ.get(VARIABLES[self.kind]) or _from_keyring(self.account)
        if not given:
            raise Unusable("no_password", account=self.account, variable=VARIABLES[self.kind], service=SERVICE)
        return given


def _from_keyring(account: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, account) or ""
    except KeyringError:  # no keyring on this system, or one that stays locked
        return ""


@dataclass(frozen=True)
class Settings:
    """The mail settings of a plan, defaults filled in; addresses are plain (``name@domain``), "" when unknown.

    ``remind_days``: how many days before a deadline reminders may leave.
    """

    way: str
    sender: str
    reply_to: str
    copies: tuple[str, ...]
    folder: str
    drafts: str
    smtp: Server | None
    imap: Server | None
    remind_days: int


def settings(plan: dict[str, Any]) -> Settings:
    """The settings of ``plan``. A server is None when the plan names no host for it."""
    declared = documents.schema("plan")["$defs"]["mail"]["properties"]
    said = {key: prop["default"] for key, prop in declared.items() if "default" in prop} | plan.get("mail", {})
    contact = plan["body"].get("contact_email", "")
    sender = said.get("sender") or contact
    user = said.get("user") or sender

    def server(kind: str) -> Server | None:
        host = said.get(f"{kind}_host")
        return Server(kind, host, port=int(said[f"{kind}_port"]), security=said[f"{kind}_security"], user=user) if host else None

    return Settings(said["way"], sender, reply_to=said.get("reply_to") or contact or sender, copies=tuple(said.get("copies", ())),
                    folder=said["imap_folder"], drafts=said["imap_drafts"], smtp=server("smtp"), imap=server("imap"),
                    remind_days=int(said["remind_days"]))
