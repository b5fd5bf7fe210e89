"""Hosts whose mailboxes are gone within minutes: no answer, no offer and no private link would arrive there.

A short list of the best known; whoever finds another way in only loses their own letters.
"""

from __future__ import annotations

from typing import Final

_HOSTS: Final = frozenset(
    [
        "0-mail.com",
        "10minutemail.com",
        "10minutemail.net",
        "20minutemail.com",
        "33mail.com",
        "anonbox.net",
        "burnermail.io",
        "deadaddress.com",
        "discard.email",
        "discardmail.com",
        "discardmail.de",
        "dispostable.com",
        "dropmail.me",
        "einrot.com",
        "emailondeck.com",
        "emailsensei.com",
        "fakeinbox.com",
        "fakemailgenerator.com",
        "getairmail.com",
        "getnada.com",
        "guerrillamail.biz",
        "guerrillamail.com",
        "guerrillamail.de",
        "guerrillamail.info",
        "guerrillamail.net",
        "guerrillamail.org",
        "guerrillamailblock.com",
        "inboxbear.com",
        "inboxkitten.com",
        "incognitomail.org",
        "jetable.org",
        "mail-temp.com",
        "mailcatch.com",
        "maildrop.cc",
        "mailexpire.com",
        "mailforspam.com",
        "mailinator.com",
        "mailinator.net",
        "mailinator2.com",
        "mailnesia.com",
        "mailnull.com",
        "mailsac.com",
        "mailtemp.net",
        "meltmail.com",
        "mintemail.com",
        "moakt.com",
        "mohmal.com",
        "mytemp.email",
        "mytrashmail.com",
        "nada.email",
        "sharklasers.com",
        "spam4.me",
        "spambox.us",
        "spamgourmet.com",
        "spamex.com",
        "temp-mail.io",
        "temp-mail.org",
        "tempail.com",
        "tempinbox.com",
        "tempmail.com",
        "tempmail.dev",
        "tempmail.net",
        "tempmailo.com",
        "tempr.email",
        "throwawaymail.com",
        "tmail.ws",
        "tmpmail.net",
        "tmpmail.org",
        "trash-mail.com",
        "trashmail.com",
        "trashmail.de",
        "trashmail.me",
        "trashmail.net",
        "trbvm.com",
        "wegwerfmail.de",
        "yopmail.com",
        "yopmail.fr",
        "yopmail.net",
    ]
)


def is_disposable(host: str) -> bool:
    """Whether mail to this host, or one it lies in, is thrown away soon; ``host`` in lower case.

    >>> is_disposable("mailinator.com"), is_disposable("eu.mailinator.com"), is_disposable("example.org")
    (True, True, False)
    """
    while host:
        if host in _HOSTS:
            return True
        host = host.partition(".")[2]
    return False
