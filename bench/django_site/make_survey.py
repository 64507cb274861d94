"""Tables and one published survey: a line of text and twelve options, up to three to choose."""

import json

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # needs the settings read
from survey.models import Question, Survey  # noqa: E402

call_command("migrate", verbosity=0)
survey = Survey.objects.create(
    name="Which?", description="Choose up to three", is_published=True, need_logged_user=False,
    editable_answers=False, display_method=Survey.ALL_IN_ONE_PAGE,
)  # fmt: skip
code = Question.objects.create(
    survey=survey, text="Your code", order=1, required=True, type=Question.SHORT_TEXT
)
choice = Question.objects.create(
    survey=survey, text="Which?", order=2, required=True, type=Question.SELECT_MULTIPLE,
    choices=",".join(f"w{number}" for number in range(1, 13)), maximum_choices=3,
)  # fmt: skip
print(json.dumps({"survey": survey.pk, "code": code.pk, "choice": choice.pk}))
