"""Verbs of the responses floor, one shelf per kind of work.

`texts`: the one way a free text enters; `importing`: files of texts from elsewhere; `sorting`:
models and suggestions (the one door to `analysis`); `deciding`: what people decide; `quoting`;
`sending`: surveys from phones.
"""

from app.responses.service.sending import Keys, Sent, send_response
from app.responses.service.texts import store_text

__all__ = ["Keys", "Sent", "send_response", "store_text"]
