"""The disclosure gate: what may be said in public about a group of young people.

`shapes` holds what goes in and what comes out, `gate` decides cell by cell, `audit` plays the
curious reader who subtracts and solves, `canonical` turns a release into bytes with a hash.
All of it is pure: no database, no web, no clock.
"""
