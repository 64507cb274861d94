"""What must hold for every page of ours, checked whenever any test fetches one."""

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
LABELLED = {"input", "select", "textarea"}
UNLABELLED_TYPES = {"hidden", "submit", "button", "image", "reset"}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.labels_for: set[str] = set()
        self.fields: list[tuple[str, dict[str, str], bool]] = []
        self.problems: list[str] = []
        self.text: dict[str, list[str]] = {"title": [], "h1": []}
        self.tags: list[str] = []
        self.landmarks: list[str] = []
        self.stack: list[str] = []
        self.references: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if "id" in found:
            self.ids.append(found["id"])
        if "style" in found or tag == "style":
            self.problems.append(f"inline style in <{tag}>")
        for name in found:
            if name.startswith("on"):
                self.problems.append(f"inline handler {name} in <{tag}>")
        if tag == "script" and "src" not in found and "json" not in found.get("type", ""):
            self.problems.append("inline script")
        if tag == "label" and "for" in found:
            self.labels_for.add(found["for"])
        if tag in LABELLED and found.get("type") not in UNLABELLED_TYPES:
            self.fields.append((tag, found, "label" in self.stack))
        if tag == "img" and "alt" not in found:
            self.problems.append("img without alt")
        if tag == "form" and "action" not in found:
            self.problems.append("form without action")
        if tag in {"header", "main", "nav", "footer"}:
            self.landmarks.append(tag)
        for name in ("aria-describedby", "aria-labelledby", "aria-controls"):
            self.references += [(name, one) for one in found.get(name, "").split()]
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if tag in self.stack:
            while self.stack.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        for tag in ("title", "h1"):
            if tag in self.stack and "svg" not in self.stack:
                self.text[tag].append(data)


def check_page(html: str, *, url: str) -> None:
    """Raise AssertionError with every problem of this page (or part of a page)."""
    page = _Page()
    page.feed(html)
    problems = list(page.problems)
    problems += [
        f"id used twice: {one}" for one in sorted(set(page.ids)) if page.ids.count(one) > 1
    ]
    for tag, found, inside_label in page.fields:
        named = found.get("aria-label") or found.get("aria-labelledby") or inside_label
        if not named and found.get("id") not in page.labels_for:
            problems.append(f"<{tag} name={found.get('name')!r}> has no label")
    if "html" in page.tags:
        problems += _whole_page_problems(page)
        problems += [
            f"{name} points to no id: {one}" for name, one in page.references if one not in page.ids
        ]
    assert not problems, f"{url}: " + "; ".join(problems)


def _whole_page_problems(page: _Page) -> list[str]:
    problems = []
    title = " ".join("".join(page.text["title"]).split())
    heading = " ".join("".join(page.text["h1"]).split())
    if page.tags.count("h1") != 1:
        problems.append(f"{page.tags.count('h1')} h1 headings")
    elif not title or not heading or not title.startswith(heading):
        problems.append(f"title {title!r} does not begin with the heading {heading!r}")
    if page.landmarks.count("main") != 1:
        problems.append("not exactly one <main>")
    return problems
