"""Sheets of paper for a sitting, as PDF or, where typst is not installed, as pages to print.

Pure: frozen dataclasses in (`sheets`), bytes out (`pdf`) or the context of a page (`pages`); no
database and no request. Both ways share one description (`layout`), so they say the same and carry
the same QR codes. Words come out of `templates/print/words.html` in the language asked for
(`words`). Texts of people travel as data, never as source, so they are printed as they were typed.
"""
