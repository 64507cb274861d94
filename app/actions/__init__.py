"""The action plan and the public tracker.

Verbs: `set_goal`, `add_action`, `post_update`, `send_for_review`, `publish_update`, `pause_action`,
`resume_action`. Always: the author of an update may not publish it; published updates are never
edited; "done" names its evidence and "not doing" its reason; overdue is set by the clock.
"""
