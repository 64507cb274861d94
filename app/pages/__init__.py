"""Pages that belong to no single capability: home, about, privacy, accessibility, follow, feedback.

Verb: `leave_feedback`. Always: a comment left on a page is a young person's free text too, so it is
screened like every other.
"""
