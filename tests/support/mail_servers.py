"""Real mail servers on loopback: aiosmtpd and Dovecot, over TLS, with certificates of a throw-away authority."""

import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mail_signing import Signer

USER, PASSWORD = "performance@robinie.example", "pass-di-prova"


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Authority:
    """The throw-away authority; ``ca`` is the file of its certificate, ``chain`` that of the servers' own."""

    def __init__(self, folder: Path):
        root = Signer("Autorità dei server di prova")
        server = Signer("localhost", root, hosts=("localhost", "127.0.0.1"))
        self.ca, self.chain, self.key = folder / "ca.pem", folder / "server.pem", folder / "server.key"
        self.ca.write_bytes(root.pem)
        self.chain.write_bytes(server.pem)
        self.key.write_bytes(server.key_pem)

    def context(self):
        """What a server needs to speak TLS."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.chain, self.key)
        return made


class Kept:
    """What an SMTP server took: (sender, receivers, bytes); addresses in ``refused`` are not served."""

    def __init__(self):
        self.messages, self.refused = [], set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        """Take an address unless it is refused."""
        if address in self.refused:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        """Keep a message."""
        self.messages.append((envelope.mail_from, list(envelope.rcpt_tos), bytes(envelope.content)))
        return "250 OK"


@contextmanager
def smtp(authority, starttls=False):
    """An SMTP server that wants TLS and a password; what it took, and its port."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP, AuthResult

    def authenticate(server, session, envelope, mechanism, given):
        return AuthResult(success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()), handled=False)

    kept, context = Kept(), authority.context()
    options: dict[str, Any] = {"authenticator": authenticate, "auth_required": True, "hostname": "localhost"}

    class Own(Controller):
        """The server, with or without TLS from the start."""

        def factory(self):
            """A session."""
            if starttls:
                return SMTP(self.handler, tls_context=context, require_starttls=True, **options)
            return SMTP(self.handler, auth_require_tls=False, **options)

    running = Own(kept, hostname="127.0.0.1", port=free_port(), ssl_context=None if starttls else context)
    running.start()
    try:
        yield kept, running.port
    finally:
        running.stop()


@contextmanager
def dovecot(authority):
    """Dovecot with one mailbox over TLS; its port, and the folder of its Maildir."""
    folder = Path(tempfile.mkdtemp(prefix="perfxl-dovecot-"))
    root = os.geteuid() == 0
    owner = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
    for name in ("home", "run"):
        (folder / name).mkdir()
    folder.chmod(0o755)
    if root:
        os.chown(folder / "home", owner.pw_uid, owner.pw_gid)
    port = free_port()
    group = grp.getgrgid(owner.pw_gid).gr_name
    users = "" if root else (f"default_internal_user = {owner.pw_name}\ndefault_login_user = {owner.pw_name}\n"
                             f"default_internal_group = {group}\n")
    (folder / "dovecot.conf").write_text(f"""
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
{users}protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{authority.chain}
ssl_key = <{authority.key}
first_valid_uid = 1
mail_location = maildir:{folder}/home/Maildir
mailbox_list_index = no
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
""")
    running = subprocess.Popen([shutil.which("dovecot") or "/usr/sbin/dovecot", "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.PIPE)
    try:
        _wait(port, running, folder)
        yield port, folder / "home" / "Maildir"
    finally:
        running.terminate()
        running.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port, running, folder):
    """Until the server answers; its log when it does not."""
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if running.poll() is not None:
                break
            time.sleep(0.1)
    log = folder / "log"
    raise RuntimeError((log.read_text() if log.exists() else "") + str(running.stderr.read() if running.poll() is not None else ""))


class Scripted:
    """A server over TLS that speaks IMAP as far as it was told to, and then does what is wanted of it.

    ``answers``: what it says to a command (by its last word but one, in capitals: ``SEARCH``, ``SIZE``, ``BODY`` or a first
    word), bytes, or a function of the connection and the tag; anything else is answered with OK.
    """

    def __init__(self, authority, answers, greeting=b"* OK ready\r\n"):
        import threading

        self._answers, self._greeting = answers, greeting
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._context = authority.context()
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                plain, _ = self._listening.accept()
            except OSError:
                return
            try:
                with self._context.wrap_socket(plain, server_side=True) as connection:
                    self._speak(connection)
            except OSError:
                continue  # whoever was asking has gone: that is what is hoped for

    def _speak(self, connection):
        if callable(self._greeting):
            self._greeting(connection, b"*")
        else:
            connection.sendall(self._greeting)
        for line in connection.makefile("rb"):
            tag, _, command = line.strip().partition(b" ")
            word = next((w for w in ("SEARCH", "SIZE", "BODY") if w.encode() in command), command.split()[0].decode().upper())
            said = self._answers.get(word, b"* CAPABILITY IMAP4rev1\r\n" if word == "CAPABILITY" else b"")
            if callable(said):
                said(connection, tag)
            else:
                connection.sendall(said + (b"" if said.endswith(b"\0") else tag + b" OK done\r\n"))

    def close(self):
        """Listen no longer."""
        self._listening.close()
