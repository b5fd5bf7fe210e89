"""The first minutes of an installation: nobody has an account, and whoever reads the console opens the first one.

The code is made of a secret of the data folder, so that every process of the site knows the same and nothing has to be
kept; it is worth nothing once there is an account.
"""

from __future__ import annotations

import base64
import hmac
from typing import Final

from dure.base import accounts
from dure.base.home import secret
from dure.base.models import Role
from dure.base.ordered import locked
from dure.kernel.refusals import Refusal

_CODE_CHARS: Final = 12
_GROUP: Final = 4
# Who begins an installation organises all of it, whatever countries come.
EVERYWHERE: Final = "/"


class FirstRunOver(Refusal):
    code = "first_run_over"
    says = "Somebody has an account here already. Sign in, or ask whoever opened it to open one for you."


class SetupCodeWrong(Refusal):
    code = "setup_code_wrong"
    says = "That isn't the setup code. It stands where Dure was started, in the lines `dure serve` printed."
    status = 422


def is_open() -> bool:
    """Whether nobody has an account yet, so that the setup code opens the first."""
    return not accounts.has_any()


def setup_code() -> str:
    """The code that opens the first account, in groups of four.

    Sixty bits: at 600 tries an hour from each place (base.throttle) nobody meets it.
    """
    digest = hmac.digest(secret("first_run"), b"dure setup code", "sha256")
    letters = base64.b32encode(digest).decode()[:_CODE_CHARS]
    return "-".join(letters[at : at + _GROUP] for at in range(0, _CODE_CHARS, _GROUP))


def begin(*, code: str, email: str, name: str, password: str) -> int:
    """Open the first account, an organiser of everything; its id.

    Refuses with FirstRunOver (also the second of two who begin at once) and SetupCodeWrong.
    """
    with locked("first run"):
        if not is_open():
            raise FirstRunOver
        if not hmac.compare_digest(_plain(code), _plain(setup_code())):
            raise SetupCodeWrong
        account_id = accounts.open_account(email=email, name=name, password=password)
        accounts.grant(account_id=account_id, role=Role.ORGANISER, area_path=EVERYWHERE)
    return account_id


def _plain(code: str) -> bytes:
    """However it was typed: small letters, spaces; base32 has no 0 and no 1, so these are O and I."""
    text = code.upper().translate(str.maketrans("01", "OI"))
    return "".join(letter for letter in text if letter.isalnum()).encode()
