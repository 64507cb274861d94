"""The second factor: six-digit codes by the clock (RFC 6238) and one-time recovery codes.

Secrets leave this process only sealed (AES-256-GCM) with a key that is not in the database, and
each seal is bound to what it is for: a sealed secret copied to another account does not open.
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.tokens import ALPHABET, tidy_code

STEP_SECONDS = 30
RECOVERY_CODES = 8
RECOVERY_LENGTH = 10  # signs of 23: 45 bits, beside a throttle and a keyed hash
NONCE_BYTES = 12


def new_totp_secret() -> str:
    """A random 160-bit secret in base32, as authenticator apps read it."""
    return pyotp.random_base32()


def spaced(secret: str) -> str:
    """The secret in groups of four, for typing."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def enrolment_address(secret: str, *, email: str, site_name: str) -> str:
    """The `otpauth:` address by which an authenticator app learns the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=site_name)


def enrolment_qr(address: str) -> str:
    """The QR code an authenticator app scans, as inline SVG without style or script."""
    svg: str = segno.make(address, error="m", micro=False).svg_inline(
        border=4, omitsize=True, svgclass=None, lineclass=None, dark="#000", light="#fff"
    )
    return svg


def match_counter(secret: str, typed: str, *, last_counter: int, now: datetime) -> int | None:
    """The time step this code belongs to, or None when it is wrong or was used before.

    One step of clock drift either way is forgiven. Only steps after `last_counter` count, so a
    code seen over someone's shoulder is worth nothing once it was used.
    """
    code = re.sub(r"[\s-]", "", typed)
    if not re.fullmatch(r"[0-9]{6}", code):
        return None
    totp = pyotp.HOTP(secret)
    present = int(now.timestamp()) // STEP_SECONDS
    for counter in (present - 1, present, present + 1):
        if counter > last_counter and hmac.compare_digest(totp.at(counter), code):
            return counter
    return None


def new_recovery_codes() -> list[str]:
    """Eight codes to write down, each opens the door once: `XXXXX-XXXXX`."""
    drawn = [
        "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    half = RECOVERY_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in drawn]


def read_recovery_code(typed: str) -> str | None:
    """The recovery code that was meant, or None when this cannot be one."""
    code = tidy_code(typed)
    return code if len(code) == RECOVERY_LENGTH else None


def seal(key: bytes, secret: str, *, bound_to: str) -> str:
    """The secret encrypted, openable only with the same key and purpose."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, secret.encode(), bound_to.encode())
    return urlsafe_b64encode(nonce + sealed).decode("ascii")


def unseal(key: bytes, sealed: str, *, bound_to: str) -> str | None:
    """The secret, or None when it was changed, belongs elsewhere or another key was used."""
    try:
        raw = urlsafe_b64decode(sealed.encode("ascii"))
        opened = AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound_to.encode())
    except (ValueError, InvalidTag):  # UnicodeEncodeError and binascii.Error are ValueErrors
        return None
    return opened.decode()
