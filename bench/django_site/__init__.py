"""A Django project with one survey of `django-survey-and-report`, run in a throw-away environment.

Debugging and logging are off. `BENCH_TUNED` also gives it a commit a request instead of one a
statement, connections that stay open, and sessions in signed cookies instead of a written row.
"""
