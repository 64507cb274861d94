"""The fourth door: votes on paper, and hands counted in the room.

Verbs: `enter_batch`, `confirm_batch`, `sign_off_batch`, `revise_batch`. Always: a pile counts only
once two people agree on it; nothing that was entered is ever changed, only followed by a newer
revision with a reason; every revision that counts stands in the ballot's ledger; paper never
becomes a row among the digital votes.
"""
