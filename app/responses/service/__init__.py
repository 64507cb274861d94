"""Verbs of the responses floor, one shelf per kind of work.

`texts`: the one way a free text enters; `sending`: surveys from phones; `importing` (desk) and
`reading_in` (worker): files of texts from elsewhere; `sorting`: models and suggestions, the one
door to `analysis`; `deciding`: what people decide about texts; `quoting`: words that may be
published.
"""

from app.responses.service.sending import Keys, Sent, send_response
from app.responses.service.texts import store_text

__all__ = ["Keys", "Sent", "send_response", "store_text"]
