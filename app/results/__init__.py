"""Results: what a count says in public, and how anybody can check it.

Owns the versions of a count (provisional, confirmed, corrected, each with its reason), the embargo
until a moment, the public result page and the audit bundle. Always: a version once released stays
readable; its hash stands in the ledger; nothing is shown before its embargo ends; the bundle holds
all that is needed to recount without us. `verifier.py` is shipped inside the bundle as `verify.py`:
standard library only, and it shares no code with the rest of the house (`docs/recount.md`).
"""
