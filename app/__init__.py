"""The Child Friendly Leeds Wishes platform: asked, answered, understood, published, acted on.

Capabilities are floors (one folder each), file roles are rooms. A floor imports only floors below
it; `docs/house.md` draws the stairs, and the import contracts in `pyproject.toml` hold them.
"""
