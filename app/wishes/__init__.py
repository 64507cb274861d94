"""The wishes: editions, the twelve of each, and how older numbers map onto newer ones.

Numbers were reused with other meanings between editions, so a wish is always (edition, number),
and titles are stored per edition with their source. Verbs: `load_editions`.
"""
