"""Rules of the pages. Pure: facts in, a value out."""

from datetime import timedelta

PATH_LIMIT = 200
CODED = frozenset({"j", "s", "b"})  # pages whose address holds a class code
WRONG_WORDS_A_MINUTE = 120  # from everybody together: several classes at once stay below it
FEEDBACK_A_MINUTE = 120
MINUTE = timedelta(minutes=1)


def tidy_path(typed: str) -> str | None:
    """The page of ours that somebody speaks about, or None when it is none.

    Query and fragment are dropped, and so is everything after `/s` and its like: a class code leads
    to a class, and what is said about a page needs no class.
    """
    path = typed.partition("?")[0].partition("#")[0].strip()
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\", "/staff"))
    if not is_ours or len(path) > PATH_LIMIT or not path.isprintable() or "\\" in path:
        return None
    first = path.split("/")[1]
    return f"/{first}" if first in CODED else path
