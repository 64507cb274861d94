"""Reading forms: data or errors, and always what was typed, so a page can be shown again.

A route declares `form: Annotated[Form[NewSitting], Depends(form_of(NewSitting))]`. `form.data` is
the checked model or None; `form.errors` maps a field to a sentence; `form.raw` and `form.lists`
hold what was typed. A floor may add an error of its own with `form.refuse(field, sentence)`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, get_origin
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

Model = TypeVar("Model", bound=BaseModel)

FIELD_LIMIT = 4 * 1024 * 1024  # bytes of one field read before the model says "too long"
MAX_FIELDS = 2000


@dataclass
class Form(Generic[Model]):
    """What came in, and what it means if it is well-formed."""

    data: Model | None
    raw: dict[str, str]
    lists: dict[str, list[str]]
    files: dict[str, UploadFile]
    errors: dict[str, str] = field(default_factory=dict)

    def refuse(self, name: str, sentence: str) -> None:
        """Mark a field as wrong, in words for the person who typed."""
        self.data = None
        self.errors[name] = sentence


async def read_fields(request: Request) -> FormData:
    """The posted fields; broken encodings are replaced, never an error page."""
    return await request.form(max_fields=MAX_FIELDS, max_files=20, max_part_size=FIELD_LIMIT)


async def read_lists(request: Request) -> dict[str, list[str]]:
    """The posted fields as lists of texts, for a route that is asked very often.

    A plain form is read without the machinery of file uploads, which costs ten times as much.
    """
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        body = (await request.body()).decode("utf-8", "replace")
        try:
            pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS)
        except ValueError:
            pairs = []
    else:
        items = (await read_fields(request)).multi_items()
        pairs = [(name, value) for name, value in items if isinstance(value, str)]
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(tidy_text(value))
    return lists


def form_of(model: type[Model]) -> Callable[[Request], Awaitable[Form[Model]]]:
    """A dependency that reads the posted form into `model`. An empty field counts as missing."""
    many = {name for name, info in model.model_fields.items() if _is_list(info.annotation)}

    async def read(request: Request) -> Form[Model]:
        fields = await read_fields(request)
        raw: dict[str, str] = {}
        lists: dict[str, list[str]] = {}
        files: dict[str, UploadFile] = {}
        for name, value in fields.multi_items():
            if isinstance(value, UploadFile):
                files[name] = value
                continue
            text = tidy_text(value)
            raw.setdefault(name, text)
            lists.setdefault(name, []).append(text)
        form: Form[Model] = Form(None, raw, lists, files)
        try:
            form.data = model.model_validate(_values(lists, many))
        except ValidationError as error:
            form.errors = _worded(request, error)
        return form

    return read


def check_part(request: Request, form: Form[Any], model: type[Model], prefix: str) -> Model | None:
    """The fields whose names begin with `prefix`, as a form of their own within a longer one.

    What is wrong with them is added to `form.errors` under their full names.
    """
    many = {name for name, info in model.model_fields.items() if _is_list(info.annotation)}
    part = {
        name: form.lists[prefix + name]
        for name in model.model_fields
        if prefix + name in form.lists
    }
    try:
        return model.model_validate(_values(part, many))
    except ValidationError as error:
        worded = _worded(request, error)
        form.errors |= {prefix + name: words for name, words in worded.items()}
        return None


def _values(lists: Mapping[str, list[str]], many: set[str]) -> dict[str, Any]:
    """What a model is made of: one text a field, or a list; an empty field is left out."""
    return {
        name: [one for one in got if one] if name in many else got[0]
        for name, got in lists.items()
        if name in many or got[0].strip()
    }


def tidy_text(value: str) -> str:
    """Line ends as `\\n`, NUL removed (PostgreSQL refuses it), lone surrogates replaced."""
    clean = value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return clean.encode("utf-8", "replace").decode("utf-8")


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) in (list, set, frozenset, tuple)


def _worded(request: Request, error: ValidationError) -> dict[str, str]:
    words: Any = request.app.state.templates.get_template("core/problems.html").module
    worded: dict[str, str] = {}
    for problem in error.errors(include_url=False, include_input=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        text = str(words.problem(problem["type"], problem.get("ctx", {}), problem["msg"])).strip()
        worded.setdefault(name, text)
    return worded


def filled_form(values: Mapping[str, object]) -> Form[Any]:
    """A form as if these values had been typed, for the first look at it. None: an empty field."""
    raw = {name: "" if value is None else str(value) for name, value in values.items()}
    return Form(None, raw, {}, {})
