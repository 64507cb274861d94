"""Worries: screening of every text when it arrives, the concerns it raises, help contacts.

Verbs: `screen`, `raise_concern`, `open_concern`, `acknowledge_concern`, `close_concern`. Always:
screening may only raise attention; a text with an open concern is in no other screen, export,
quote or training set; only safeguarding leads read concerns, and each opening is logged; a help
contact past its review date is not shown.
"""
