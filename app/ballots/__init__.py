"""Voting and counting.

Verbs: `cast_vote`, `count_ballot`. Always: a send is counted exactly once, however often it is
repeated; a vote holds no time, order, name or device; nothing is counted while a sitting is open.
Votes are not sealed yet (the sealed box of the design replaces the inside of `cast_vote`).
"""
