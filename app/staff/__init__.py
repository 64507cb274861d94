"""People who sign in: roles, sessions, second factor. Letting them in is the accounts floor's.

Verbs: `sign_in`, `end_session`, `revoke_sessions`, `change_password`, `renew_recovery_codes`.
Always: a session can be ended on the server at once; no password, second-factor secret, recovery
code or session token is stored in a readable form that opens a door by itself.
"""
