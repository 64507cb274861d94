"""Measurements anyone can repeat: `python -m bench.<name> --json` ends with one JSON line."""
