"""Benchmarks: `python -m bench.<name> --json` ends with one line, a JSON object of figures."""
