"""People who sign in: accounts, roles, places, sessions, second factor, invitations.

Verbs: `invite`, `accept_invitation`, `sign_in`, `sign_out`, `revoke_sessions`, `change_scope`,
`disable_account`. Always: a session can be ended on the server at once; no password, second-factor
secret or session token is stored in a readable form that opens a door by itself.
"""
