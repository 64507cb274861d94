"""The Atom feed of a wish: published updates, newest first, with addresses that never change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

YEAR = 2026  # from which the tag URIs of this site hold (RFC 4151); never changed
FORBIDDEN = dict.fromkeys(
    [sign for sign in range(32) if sign not in (9, 10, 13)] + [0xFFFE, 0xFFFF]
)


@dataclass(frozen=True)
class FeedEntry:
    """One update as a feed tells it."""

    key: str  # `update-12`: part of the tag, never changes
    title: str
    text: str
    href: str
    author: str
    at: datetime


def draw_feed(
    *,
    host: str,
    key: str,
    title: str,
    href: str,
    self_href: str,
    entries: Sequence[FeedEntry],
    born: datetime,
) -> str:
    """An Atom 1.0 document (RFC 4287). `born` dates a feed that has no entry yet.

    Ids are tag URIs of the site's `host` and our own keys: stable while pages move.
    """
    tag = f"tag:{host},{YEAR}"
    newest = max((entry.at for entry in entries), default=born)
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">'
        f"<id>{tag}:{key}</id><title>{_text(title)}</title>"
        f'<link rel="alternate" type="text/html" href={quoteattr(href)}/>'
        f'<link rel="self" type="application/atom+xml" href={quoteattr(self_href)}/>'
        f"<updated>{newest.isoformat()}</updated>"
    )
    return head + "".join(_entry(tag, entry) for entry in entries) + "</feed>\n"


def _entry(tag: str, entry: FeedEntry) -> str:
    return (
        f"<entry><id>{tag}:{entry.key}</id><title>{_text(entry.title)}</title>"
        f'<link rel="alternate" type="text/html" href={quoteattr(entry.href)}/>'
        f"<published>{entry.at.isoformat()}</published><updated>{entry.at.isoformat()}</updated>"
        f"<author><name>{_text(entry.author)}</name></author>"
        f'<content type="text">{_text(entry.text)}</content></entry>'
    )


def _text(words: str) -> str:
    """Escaped, without the control signs that XML cannot carry."""
    return escape(words.translate(FORBIDDEN))
