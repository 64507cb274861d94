"""Publishing: the disclosure gate, releases, findings.

Verbs: `propose_release`, `approve_release`, `draft_finding`, `publish_finding`,
`withdraw_finding`. Always: every public number comes out of a `Release`, which came through
`disclosure.gate`; a release and a finding need two people; what was published is frozen.
"""
