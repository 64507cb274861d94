"""What every floor stands on: settings, database, audit book, errors, tokens, the web shell.

Nothing here knows a wish, a ballot or a school.
"""
