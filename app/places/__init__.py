"""Places: schools from a register extract, wards with their population, clusters, clubs.

Verbs: `load_leeds`, `read_register`, `add_place`, `join_cluster`, `leave_cluster`. Always: a
school is known by its URN; the ward of a school is not the ward of a home; a cluster is not an
area; every figure carries its as-at date and source.
"""
