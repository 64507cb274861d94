"""The worker's side of a sitting: one adult, thirty young people, one hand free.

Owns the room: how people come to vote there (own phones let in from a lobby, slips, a shared
tablet, paper), the big screen, the closing account, the reveal, and what is printed (`printing`).
Verbs: `hold_sitting`, `end_sitting`, `arrive`, `let_in_waiting`, `let_in_one`, `turn_away`,
`make_slips`, `void_slip`, `decide_void`, `start_kiosk`, `take_turn`, `end_turn`, `end_kiosk`.
Always: no name and no device is kept; a phone is known by a hash of a random token for as long as
the sitting is open, and forgotten at its end; nothing here shows a vote before the mix, and no
sheet carries a name or a running number that would tie a paper to a person.
"""
