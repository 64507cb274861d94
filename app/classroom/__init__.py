"""The worker's side of a sitting: one adult, thirty young people, one hand free.

Owns what is put up and handed out in the room. `printing` makes the sheets of paper: slips, poster,
paper ballots, tally sheet, closing sheet, guide. Always: nothing here shows a vote, and no sheet
carries a name or a running number that would tie a paper to a person.
"""
