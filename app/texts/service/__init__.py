"""Verbs of the texts floor, one shelf per kind of work.

`storing`: the one way a free text enters; `importing` (desk) and `reading_in` (worker): files of
texts from elsewhere; `sorting`: models and suggestions, the one door to `analysis`; `deciding`:
what people decide about texts; `quoting`: words that may be published.
"""

from app.texts.service.storing import store_text

__all__ = ["store_text"]
