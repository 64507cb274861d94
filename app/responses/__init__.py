"""What young people answered, and what their words are about.

Verbs: `send_response`, `import_texts`, `suggest_wishes`, `decide_wishes`, `propose_quote`,
`approve_quote`. Always: a send is stored exactly once; the machine's suggestion and the person's
decision are two rows and neither is edited; a text with a concern is in no queue, count or quote.
"""
