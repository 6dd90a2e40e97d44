"""A letter is sent: by SMTP, by GOV.UK Notify, or as a file into a folder. One setting says which."""

import os
import time
import uuid
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import aiosmtplib
import httpx
from joserfc import jwt
from joserfc.jwk import OctKey

from service.config import LOOPBACK, Settings
from service.messages.texts import Letter
from service.outbound import trusted

SECONDS = 20.0
# The key of an API of GOV.UK Notify ends in the service's id and its secret, two UUIDs of 36 characters each.
_UUID = 36
# A long link stays on one line: not every program puts a folded header together again.
_ONE_LINE = SMTP.clone(max_line_length=998)
_DEFAULT_PORTS = {"smtp": 587, "smtps": 465}


class NotSent(Exception):
    """A letter could not be sent; the text says why, without what is secret."""


class InDoubt(NotSent):
    """The other side broke off, so nobody knows whether a letter was sent."""


class Channel(Protocol):
    """A way to send letters."""

    async def send(self, letter: Letter) -> None:
        """Send a letter. Raises `NotSent`, or `InDoubt` where it may have been sent."""


def channel_of(settings: Settings) -> Channel | None:
    """The way that the settings choose; None where messages are copied by hand."""
    if not settings.mail:
        return None
    address = urlsplit(settings.mail)
    if address.scheme == "file":
        return Folder(Path(unquote(address.path)), settings.mail_from)
    if address.scheme.startswith("notify+"):
        return Notify(address)
    return Smtp(address, settings.mail_from)


@dataclass(frozen=True)
class Smtp:
    """A mail server. Beyond this machine nothing is sent without TLS."""

    address: SplitResult
    sender: str

    async def send(self, letter: Letter) -> None:
        """Send a letter. Raises `NotSent`."""
        address, host = self.address, self.address.hostname or ""
        is_tls = address.scheme == "smtps"
        try:
            await aiosmtplib.send(
                # As bytes: the library would fold the headers of a message again.
                mail_of(letter, self.sender).as_bytes(),
                sender=self.sender,
                recipients=[letter.to],
                hostname=host,
                port=address.port or _DEFAULT_PORTS[address.scheme],
                username=unquote(address.username) if address.username else None,
                password=unquote(address.password) if address.password else None,
                use_tls=is_tls,
                start_tls=not (is_tls or host in LOOPBACK),
                timeout=SECONDS,
            )
        except aiosmtplib.SMTPResponseException as reason:
            raise NotSent(f"The mail server answered {reason.code}.") from reason
        except (aiosmtplib.SMTPConnectError, ValueError) as reason:
            raise NotSent(f"The mail server cannot be used ({type(reason).__name__}).") from reason
        except (aiosmtplib.SMTPException, OSError) as reason:
            raise InDoubt(f"The mail server broke off ({type(reason).__name__}).") from reason


@dataclass(frozen=True)
class Folder:
    """A folder of letters, one file for each: for trying the service out, or for a program that sends them."""

    path: Path
    sender: str

    async def send(self, letter: Letter) -> None:
        """Write a letter. Raises `NotSent`."""
        try:
            # Letters have links that sign people in: nobody else on the machine may read them.
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self.path / f".{uuid.uuid4().hex}"
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(mail_of(letter, self.sender).as_bytes())
            # Complete, or not there: whoever watches the folder never reads half a letter.
            draft.rename(self.path / f"{time.time_ns()}-{draft.name[1:9]}.eml")
        except OSError as reason:
            raise NotSent(f"The folder for messages cannot be written to: {reason.strerror}.") from reason


@dataclass(frozen=True)
class Notify:
    """GOV.UK Notify, with a template whose subject is ((subject)) and whose text is ((body)).

    Source: docs.notifications.service.gov.uk, REST API, "Send an email": `email_address`, `template_id`,
    `personalisation`, `reference` and `one_click_unsubscribe_url`.
    """

    address: SplitResult

    async def send(self, letter: Letter) -> None:
        """Send a letter. Raises `NotSent`."""
        sent = {
            "email_address": letter.to,
            "template_id": self.address.path.strip("/"),
            "personalisation": {"subject": letter.subject, "body": letter.body},
            **({"reference": letter.key} if letter.key else {}),
            **({"one_click_unsubscribe_url": letter.unsubscribe} if _is_https(letter.unsubscribe) else {}),
        }
        headers = {"Authorization": f"Bearer {self._token()}"}
        try:
            async with httpx.AsyncClient(timeout=SECONDS, verify=trusted()) as client:
                answer = await client.post(self._url(), json=sent, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as reason:
            raise NotSent(f"GOV.UK Notify cannot be reached ({type(reason).__name__}).") from reason
        except httpx.HTTPError as reason:
            raise InDoubt(f"GOV.UK Notify broke off ({type(reason).__name__}).") from reason
        if answer.status_code != 201:
            raise NotSent(f"GOV.UK Notify answered {answer.status_code}.")

    def _url(self) -> str:
        host = self.address.netloc.rpartition("@")[2]
        scheme = self.address.scheme.removeprefix("notify+")
        return urlunsplit((scheme, host, "/v2/notifications/email", "", ""))

    def _token(self) -> str:
        """The proof of a request: signed with the secret, for a few seconds."""
        key = unquote(self.address.username or "")
        service, secret = key[-2 * _UUID - 1 : -_UUID - 1], key[-_UUID:]
        return jwt.encode(
            {"alg": "HS256", "typ": "JWT"}, {"iss": service, "iat": int(time.time())}, OctKey.import_key(secret)
        )


def _is_https(address: str | None) -> bool:
    """Whether Notify takes an address for unsubscribing: it wants https."""
    return address is not None and address.startswith("https://")


def mail_of(letter: Letter, sender: str) -> EmailMessage:
    """A letter as an e-mail, with the headers by which programs let people unsubscribe (RFC 8058)."""
    mail = EmailMessage(policy=_ONE_LINE)
    mail["From"], mail["To"], mail["Subject"] = sender, letter.to, letter.subject
    domain = sender.rpartition("@")[2]
    mail["Date"] = formatdate()
    # Mail programs show a second copy with the same one as the same message.
    mail["Message-ID"] = f"<{letter.key}@{domain}>" if letter.key else make_msgid(domain=domain)
    # No answers of absent people, please (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        mail["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.body)
    return mail
