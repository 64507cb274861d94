"""One byte string for one content, so that a frozen release can be rebuilt and compared."""

import hashlib
import json
from typing import Any


def canonical_bytes(content: Any) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8. Floats are refused: they print differently."""
    _refuse_floats(content)
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8")


def content_hash(content: Any) -> str:
    """SHA-256 in hex of the canonical bytes."""
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


def _refuse_floats(content: Any) -> None:
    if isinstance(content, float):
        raise TypeError("a release holds whole numbers and words only")
    if isinstance(content, dict):
        for key, value in content.items():
            if not isinstance(key, str):
                raise TypeError("keys of a release are words")
            _refuse_floats(value)
    elif isinstance(content, list | tuple):
        for value in content:
            _refuse_floats(value)
