"""Asking: consultations, their surveys and ballot definitions, sittings, sources of evidence.

Verbs: `draft_consultation`, `edit_survey`, `edit_ballot`, `open_consultation`,
`close_consultation`, `open_sitting`, `close_sitting`, `register_source`. Always: once a
consultation is open its questions and options no longer change; states only move forward.
"""
