"""The envelope: HPKE (RFC 9180, X25519, HKDF-SHA256, AES-128-GCM) with the padding of our own.

A vote is sealed to the public key of its box when it is accepted, and can be read by nobody,
staff included, until the box is mixed. The private key never enters the database and is destroyed
after the mix, so old backups hold envelopes that cannot be opened any more.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
SIZES = (512, 1024, 2048, 4096, 8192)
BLIND_BYTES = 32


class Unreadable(ValueError):
    """An envelope that does not open, or holds no vote."""


def new_box_key() -> tuple[bytes, str]:
    """A fresh key pair: the private key's 32 bytes, and the public key in hex."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw().hex()


def read_public_key(public_key: str) -> X25519PublicKey:
    """The public key as an object, to be kept while votes are sealed."""
    return X25519PublicKey.from_public_bytes(bytes.fromhex(public_key))


def seal_vote(key: X25519PublicKey, blind: bytes, choices: str, *, about: str, room: int) -> bytes:
    """Seal r and the choices. `about` names ballot and box: an envelope opens nowhere else.

    `room`: the length of the longest choices this ballot allows. All its envelopes have the size
    that those need, for a length must not tell how much is chosen.
    """
    plain = blind + choices.encode("ascii")
    size = next(size for size in SIZES if 2 + BLIND_BYTES + room <= size)
    padded = len(plain).to_bytes(2, "big") + plain
    return SUITE.encrypt(padded.ljust(size, b"\x00"), key, info=about.encode())


def open_vote(private_key: bytes, sealed: bytes, *, about: str) -> tuple[bytes, str]:
    """r and the choices of an envelope. Raises Unreadable."""
    key = X25519PrivateKey.from_private_bytes(private_key)
    try:
        padded = SUITE.decrypt(sealed, key, info=about.encode())
        length = int.from_bytes(padded[:2], "big")
        plain = padded[2 : 2 + length]
        if length < BLIND_BYTES or len(plain) < length:
            raise Unreadable
        return plain[:BLIND_BYTES], plain[BLIND_BYTES:].decode("ascii")
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error
