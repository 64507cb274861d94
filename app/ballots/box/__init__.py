"""The envelope, the receipt and the chain: pure, exact, and the same on every machine.

`codes` are what a slip shows, `digests` every hash (docs/ballot-box.md gives the formulas),
`sealing` the envelope a vote waits in until it is mixed.
"""
