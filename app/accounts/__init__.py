"""Letting people in: invitations, roles, places, disabling; the audit book's page.

Verbs: `add_staff`, `invite_again`, `accept_invitation`, `change_role`, `add_place`, `remove_place`,
`disable_account`, `enable_account`. Always: nobody changes their own role or shuts out themselves,
so an administrator remains; only the newest link of a person opens, once, within a week.
"""
