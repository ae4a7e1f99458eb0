"""How a message leaves: written to a log, or by mail through a configured server."""

import logging
import smtplib
from email.message import EmailMessage

from flask import current_app

log = logging.getLogger("portal.outbox")


def send(address: str, subject: str, text: str) -> None:
    """Hand a message to the configured sender; any failure passes through."""
    if current_app.config["SENDER"] == "smtp" and "@" in address:
        _send_mail(address, subject, text)
    else:
        # The address is personal data: the log gets its end only.
        log.info("message to …%s: %s", address[-4:], subject)


def _send_mail(address: str, subject: str, text: str) -> None:
    config = current_app.config
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = config["SMTP_FROM"], address, subject
    mail.set_content(text)
    with smtplib.SMTP(config["SMTP_HOST"], config["SMTP_PORT"], timeout=20) as server:
        if config["SMTP_USER"]:
            server.starttls()
            server.login(config["SMTP_USER"], config["SMTP_PASSWORD"])
        server.send_message(mail)
