"""The keys of a ballot, kept outside the database and its backups.

Per ballot: `K_code` (codes to rights) and `K_claim` (secrets to claims), destroyed when the ballot
is final. Per box: the private key that opens its envelopes, destroyed after the mix. Per site: the
key that signs checkpoints.
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.ballots.box.digests import keyed_digest
from app.core.keystore import KeyStore

SIGNING_KEY = "signing"
CHECKPOINTS = "checkpoints.log"
KEY_BYTES = 32


@dataclass(frozen=True)
class BallotSecrets:
    """`K_code` and `K_claim` of one ballot, and what is computed with them."""

    ballot_ref: str  # the definition's hash: the same code means nothing in another ballot
    code_key: bytes
    claim_key: bytes

    def right_of(self, code: str) -> bytes:
        """rh: the name of the right that a code opens."""
        return keyed_digest(self.code_key, self.ballot_ref, code)

    def claim_of(self, secret: str) -> bytes:
        """cs: says "the same phone" without the secret."""
        return keyed_digest(self.claim_key, "s", self.ballot_ref, secret)

    def content_of(self, secret: str, choices: str) -> bytes:
        """cv: says "the same answers" without the answers."""
        return keyed_digest(self.claim_key, "v", self.ballot_ref, secret, choices)


class BallotKeys:
    """The keys in a key store, by what they are for."""

    def __init__(self, store: KeyStore) -> None:
        self.store = store

    def make_secrets(self, definition_hash: str) -> BallotSecrets:
        """The keys of a ballot, made when it is first held."""
        kept = self.store.read_or_make(_ballot_name(definition_hash), 2 * KEY_BYTES)
        return BallotSecrets(definition_hash, kept[:KEY_BYTES], kept[KEY_BYTES:])

    def find_secrets(self, definition_hash: str) -> BallotSecrets | None:
        """The keys of a ballot; None before it is held and after it is final."""
        kept = self.store.read(_ballot_name(definition_hash))
        if kept is None:
            return None
        return BallotSecrets(definition_hash, kept[:KEY_BYTES], kept[KEY_BYTES:])

    def destroy_secrets(self, definition_hash: str) -> None:
        """No code and no claim can be recognised any more."""
        self.store.destroy(_ballot_name(definition_hash))

    def keep_box_key(self, public_key: str, private_key: bytes) -> None:
        """Keep the key of a box until its mix."""
        self.store.write(_box_name(public_key), private_key)

    def find_box_key(self, public_key: str) -> bytes | None:
        """The private key of a box, or None when it is destroyed."""
        return self.store.read(_box_name(public_key))

    def destroy_box_key(self, public_key: str) -> None:
        """No envelope of this box can be opened any more, in no backup either."""
        self.store.destroy(_box_name(public_key))

    def signing_key(self) -> Ed25519PrivateKey:
        """The key that signs checkpoints, made at its first use."""
        kept = self.store.read_or_make(SIGNING_KEY, KEY_BYTES)
        return Ed25519PrivateKey.from_private_bytes(kept)

    def public_signing_key(self) -> str:
        """The key that checks checkpoints, in hex."""
        return self.signing_key().public_key().public_bytes_raw().hex()


def _ballot_name(definition_hash: str) -> str:
    return f"ballot-{definition_hash[:32]}"


def _box_name(public_key: str) -> str:
    return f"box-{public_key[:32]}"
