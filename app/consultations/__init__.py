"""Asking: consultations, their surveys and ballot definitions, sittings, sources of evidence.

Verbs: `draft_consultation`, `edit_consultation`, `add_question`, `edit_question`, `move_question`,
`remove_question`, `set_ballot`, `remove_ballot`, `open_consultation`, `close_consultation`,
`open_sitting`, `close_sitting`, `register_source`, `close_source`. Always: once a consultation is
open its words, questions and options no longer change; states only move forward; a sitting is
opened only for an open consultation, at a place of the person who opens it, and never reopened.
What happens in the room of a sitting, and its pages, belong to the classroom floor above.
"""
