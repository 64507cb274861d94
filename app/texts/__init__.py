"""What people's words are about: free texts, suggestions, decisions, quotes.

Verbs: `store_text`, `import_texts_file`, `suggest_pending`, `decide_wishes`, `propose_quote`,
`judge_quote`. Always: the machine's suggestion and the person's decision are two rows and neither
is edited; a text with an open concern is in no queue, count, quote or training set; an import is
all of its file or nothing. This floor is the one door to `analysis`.
"""
