"""The monitoring report of a period, for the partnership and scrutiny boards.

Verb: `freeze_report`. Always: a frozen report never changes; it is rebuilt from its own snapshot.
"""
