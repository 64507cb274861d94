"""Verbs of the publication floor."""

from app.publication.service.findings import (
    draft_finding,
    edit_finding,
    publish_finding,
    return_finding,
    send_for_review,
    withdraw_finding,
)
from app.publication.service.releases import approve_release, propose_release, withdraw_release

__all__ = [
    "approve_release",
    "draft_finding",
    "edit_finding",
    "propose_release",
    "publish_finding",
    "return_finding",
    "send_for_review",
    "withdraw_finding",
    "withdraw_release",
]
