"""Verbs of the responses floor."""

from app.responses.service.sending import Keys, Sent, send_response

__all__ = ["Keys", "Sent", "send_response"]
