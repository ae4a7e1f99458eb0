"""How a message leaves: by mail, by a text-message gateway, or written to a log."""

import json
import logging
import smtplib
import urllib.request
from email.message import EmailMessage
from urllib.error import HTTPError

from flask import current_app

from portal import clock
from portal.notifications import development
from portal.notifications.development import Letter

log = logging.getLogger("portal.outbox")

TIMEOUT = 20
"""Seconds a mail server or a gateway may take."""

_REAL = {"sms": ("SMS_SENDER", "http"), "email": ("SENDER", "smtp")}
"""channel -> (setting, the value with which messages really leave)"""


def is_real(channel: str) -> bool:
    """Say whether messages of a channel ('sms' or 'email') leave this machine."""
    setting, value = _REAL[channel]
    return current_app.config[setting] == value


def is_open(channel: str) -> bool:
    """Say whether messages of a channel can be read by anybody: sent, or shown in a demo."""
    return is_real(channel) or development.is_kept()


def send(address: str, subject: str, text: str) -> None:
    """Hand a message to the configured sender; any failure passes through."""
    channel = "email" if "@" in address else "sms"
    if not is_real(channel):
        # The address is personal data, the text may carry a code: the log gets neither.
        log.info("message to …%s: %s", address[-4:], subject)
        if development.is_kept():
            development.keep(Letter(clock.now(), address, subject, text))
    elif channel == "email":
        _send_mail(address, subject, text)
    else:
        _send_sms(address, text)


def _send_mail(address: str, subject: str, text: str) -> None:
    config = current_app.config
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = config["SMTP_FROM"], address, subject
    mail.set_content(text)
    with smtplib.SMTP(config["SMTP_HOST"], config["SMTP_PORT"], timeout=TIMEOUT) as server:
        if config["SMTP_USER"]:
            server.starttls()
            server.login(config["SMTP_USER"], config["SMTP_PASSWORD"])
        try:
            server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            # The error names the address, and errors are stored with the message.
            codes = sorted({code for code, _reason in error.recipients.values()})
            raise OSError(f"the mail server refused the recipient: {codes}") from None


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follow no redirect: it would carry the token and the number elsewhere."""

    def redirect_request(self, *_args: object) -> None:
        """Let a redirect be the error that it is."""


def _send_sms(number: str, text: str) -> None:
    config = current_app.config
    request = urllib.request.Request(  # noqa: S310 - the setting takes http(s) only
        config["SMS_URL"],
        data=json.dumps({"to": number, "text": text}, ensure_ascii=False).encode(),
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "Authorization": f"Bearer {config['SMS_TOKEN']}",
        },
    )
    try:
        with urllib.request.build_opener(_StayHere).open(request, timeout=TIMEOUT) as answer:
            answer.read(1)
    except HTTPError as error:
        with error:
            raise OSError(f"the SMS gateway answered {error.code}") from None
