"""Suggestions: the one door to the text library.

A model is trained from the shipped examples when a site has none yet, saved under the data folder
by its id, and used until another is made current. Suggestions are written in batches and never
edited; texts held apart are skipped and get theirs when they are released.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, col, update

import analysis
from app.core import audit
from app.core.db import Database
from app.core.settings import Settings
from app.texts import queries, rules
from app.texts.models import ClassifierModel, SuggestedWish, Suggestion
from app.texts.rules import Sorting
from app.wishes.queries import find_edition, list_wishes

MODEL_EDITION = 2022  # the edition whose lexicon and examples ship
BATCH = 2_000
BATCHES_IN_A_SWEEP = 10
Progress = Callable[[int, int], None]

_loaded: dict[str, analysis.Classifier] = {}
_lock = threading.Lock()


def ensure_model(db: Database, settings: Settings, now: datetime) -> analysis.Classifier | None:
    """The model in use for the current edition; trained and kept at first need (some seconds).

    None while there are no wishes to sort into, or the text library knows no such edition.
    """
    with db.session(writes=False) as session:
        edition = find_edition(session)
        row = queries.find_current_model(session, edition.id or 0) if edition else None
    if edition is None or edition.year != MODEL_EDITION:
        return None
    with _lock:
        if row is not None:
            return _load_or_train(settings, row.id)
        model = analysis.train(analysis.load_examples())
        analysis.save(model, settings.data_dir / "models" / model.model_id)
        with db.session(writes=True) as session:
            make_current(session, model, edition_id=edition.id or 0, now=now)
        _loaded[model.model_id] = model
    return model


def make_current(
    session: Session, model: analysis.Classifier, *, edition_id: int, now: datetime
) -> None:
    """Put a saved model in use; the one before keeps its suggestions, which no longer count."""
    session.exec(
        update(ClassifierModel)
        .where(col(ClassifierModel.edition_id) == edition_id)
        .values(is_current=False)
    )
    row = session.get(ClassifierModel, model.model_id) or ClassifierModel(
        id=model.model_id, edition_id=edition_id, card=model.card, created_at=now
    )
    row.is_current = True
    session.add(row)
    session.flush()
    audit.note(session, "make_current", f"model:{model.model_id[:12]}", actor_id=None, now=now)


def _load(settings: Settings, model_id: str) -> analysis.Classifier:
    """The model from memory or disk; raises `ModelError` when its folder is lost or damaged."""
    if model_id not in _loaded:
        _loaded[model_id] = analysis.load(settings.data_dir / "models" / model_id)
    return _loaded[model_id]


def _load_or_train(settings: Settings, model_id: str) -> analysis.Classifier:
    """The same, trained again from the shipped examples where that gives the same model."""
    try:
        return _load(settings, model_id)
    except analysis.ModelError:
        model = analysis.train(analysis.load_examples())
        if model.model_id != model_id:
            raise
        analysis.save(model, settings.data_dir / "models" / model_id)
        _loaded[model_id] = model
        return model


def suggest_pending(
    db: Database, settings: Settings, now: datetime, *, progress: Progress | None = None
) -> bool:
    """Sweep: suggest for texts that have no suggestion of the current model yet."""
    with db.session(writes=False) as session:
        total = queries.count_unsuggested(session)
    if not total:
        return False
    model = ensure_model(db, settings, now)
    if model is None:
        return False
    done, after = 0, ""
    for _ in range(BATCHES_IN_A_SWEEP):
        with db.session(writes=False) as session:
            batch = queries.list_unsuggested(session, model.model_id, after=after, limit=BATCH)
        if not batch:
            break
        after = batch[-1][0]
        found = model.suggest([text for _, text in batch])
        with db.session(writes=True) as session:
            _keep(session, model, [text_id for text_id, _ in batch], found, now=now)
        done += len(batch)
        if progress is not None:
            progress(done, total)
    return done > 0


def suggest_all(
    db: Database, settings: Settings, now: datetime, *, progress: Progress | None = None
) -> int:
    """Suggest for every text that waits (the command); returns how many got a suggestion."""
    with db.session(writes=False) as session:
        total = queries.count_unsuggested(session)
    done = 0

    def tell(in_sweep: int, _left: int) -> None:
        if progress is not None:
            progress(done + in_sweep, total)

    while suggest_pending(db, settings, now, progress=tell):
        with db.session(writes=False) as session:
            done = total - queries.count_unsuggested(session)
    return done


def _keep(
    session: Session, model: analysis.Classifier, text_ids: Sequence[str],
    found: Sequence[analysis.Suggested], *, now: datetime,
) -> None:  # fmt: skip
    edition = find_edition(session, model.edition)
    wish_ids = {
        wish.number: wish.id for wish in list_wishes(session, (edition and edition.id) or 0)
    }
    rows = [
        {
            "text_id": text_id, "model_id": model.model_id, "sorting": Sorting(one.outcome.value),
            "confidence": _confidence(one), "doubt": rules.find_doubt(one.scores),
            "created_at": now,
        }
        for text_id, one in zip(text_ids, found, strict=True)
    ]  # fmt: skip
    statement = insert(Suggestion).returning(col(Suggestion.id), sort_by_parameter_order=True)
    ids = session.execute(statement, rows).scalars().all()
    wishes = [
        {"suggestion_id": suggestion_id, "wish_id": wish_ids[number], "score": score}
        for suggestion_id, one in zip(ids, found, strict=True)
        for number, score in one.wishes + one.leads
    ]
    if wishes:
        session.execute(insert(SuggestedWish), wishes)


def _confidence(found: analysis.Suggested) -> float:
    if found.outcome is analysis.Outcome.NONE:
        return found.scores[0]
    return max(found.scores, default=0.0)


def explain_wishes(
    settings: Settings, model_id: str, text: str, numbers: Sequence[int]
) -> dict[int, list[str]]:
    """The words of a text that speak most for each of these wishes; empty without the model.

    Never trains and never waits for a training: a person is waiting for the page.
    """
    try:
        model = _load(settings, model_id)
    except analysis.ModelError:
        return {}
    return {number: model.explain(text, number) for number in numbers}


def suggest_each(
    db: Database, settings: Settings, texts: Iterator[str], now: datetime
) -> Iterator[analysis.Suggested]:
    """Suggestions for a stream of texts that are not stored (a file labelled by a command)."""
    model = ensure_model(db, settings, now) or analysis.train(analysis.load_examples())
    yield from model.suggest_each(texts)
