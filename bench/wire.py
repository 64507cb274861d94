"""Requests and answers as bytes: what a load generator needs of HTTP, and no more."""

from urllib.parse import urlencode


def build_request(
    host: str, path: str, fields: list[tuple[str, str]] | None = None, *,
    body: bytes | None = None, kind: str = "application/x-www-form-urlencoded",
    headers: dict[str, str] | None = None,
) -> bytes:  # fmt: skip
    """The bytes a phone's browser would send: a GET, or a POST when there are fields or a body."""
    if fields is not None:
        body = urlencode(fields).encode()
    lines = {"host": host, "accept-encoding": "gzip", "sec-fetch-site": "same-origin"}
    if body is not None:
        lines |= {"content-type": kind, "content-length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in (lines | (headers or {})).items())
    return f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\n{head}\r\n".encode() + (
        body or b""
    )


def read_answer(got: bytes) -> tuple[int, int]:
    """The status and the length of the whole answer; (0, 0) while more must come.

    A length of -1 says: whole, and the server will close the connection.
    """
    end = got.find(b"\r\n\r\n")
    if end < 0:
        return 0, 0
    head = got[:end].lower()
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        stop = head.find(b"\r\n", at + 17)
        length = end + 4 + int(head[at + 17 : stop if stop > 0 else end])
        if len(got) < length:
            return 0, 0
    elif b"\r\ntransfer-encoding: chunked" in head:
        if not got.endswith(b"\r\n0\r\n\r\n"):
            return 0, 0
        length = len(got)
    else:
        length = end + 4  # 204 and 304 have no body
    return int(got[9:12]), -1 if b"\r\nconnection: close" in head else length
