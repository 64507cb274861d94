"""What young people answered: responses, their answers, answer slips.

Verb: `send_response`. Always: a send is stored exactly once, however often it is repeated; a
response holds a day, never a time, and nobody's name; free words go to the texts floor at once.
"""
