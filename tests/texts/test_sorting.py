"""Suggestions: one model, every text once, held texts never."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, func, select

import analysis
from app.safeguarding.models import Concern
from app.safeguarding.rules import ConcernStatus
from app.texts.models import ClassifierModel, FreeText, SuggestedWish, Suggestion
from app.texts.rules import Sorting
from app.texts.service import sorting, store_text
from tests.texts.test_importing import World


@pytest.fixture(scope="module")
def model() -> analysis.Classifier:
    """The model of the shipped examples, trained once for the file."""
    return analysis.train(analysis.load_examples())


@pytest.fixture
def world(
    any_address: str, tmp_path: Path, now: datetime, model: analysis.Classifier,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:  # fmt: skip
    monkeypatch.setattr(analysis, "train", lambda _examples: model, raising=False)
    sorting._loaded.clear()
    made = World(any_address, tmp_path, now)
    yield made
    made.db.close()


def _store(world: World, *texts: str) -> None:
    with world.db.session(writes=True) as session:
        for text in texts:
            store_text(session, text, language="en", now=world.now, source_id=world.source_id)


def test_every_text_gets_one_suggestion_and_a_held_one_none(world: World) -> None:
    _store(world, "the bus is always late and it costs loads", "idk", "my dad hits me", "🙂")

    assert sorting.suggest_all(world.db, world.settings, world.now) == 3
    assert not sorting.suggest_pending(world.db, world.settings, world.now)

    with world.db.session(writes=True) as session:
        rows = session.exec(
            select(FreeText.text, Suggestion).join(
                Suggestion, col(Suggestion.text_id) == FreeText.id
            )
        ).all()
        found = dict(rows)
        assert set(found) == {"the bus is always late and it costs loads", "idk", "🙂"}
        assert found["idk"].sorting is Sorting.NOT_AN_ANSWER
        bus = found["the bus is always late and it costs loads"]
        wishes = session.exec(
            select(SuggestedWish).where(SuggestedWish.suggestion_id == bus.id)
        ).all()
        assert wishes
        assert 0 < bus.confidence <= 1
        concern = session.exec(select(Concern)).one()
        concern.status = ConcernStatus.RELEASED
        session.add(concern)
    assert sorting.suggest_all(world.db, world.settings, world.now) == 1


def test_the_model_is_kept_loaded_again_and_trained_again_when_its_folder_is_lost(
    world: World, model: analysis.Classifier
) -> None:
    first = sorting.ensure_model(world.db, world.settings, world.now)
    assert first is not None
    folder = world.settings.data_dir / "models" / first.model_id
    assert folder.exists()
    sorting._loaded.clear()
    again = sorting.ensure_model(world.db, world.settings, world.now)
    assert again is not None
    assert again.model_id == model.model_id
    for file in folder.iterdir():
        file.write_text("broken")
    sorting._loaded.clear()
    assert sorting.ensure_model(world.db, world.settings, world.now) is not None
    assert world.count(ClassifierModel) == 1


def test_batches_reach_every_text(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "BATCH", 7)
    monkeypatch.setattr(sorting, "BATCHES_IN_A_SWEEP", 2)
    _store(world, *[f"more buses please number {n}" for n in range(40)])
    told: list[tuple[int, int]] = []

    done = sorting.suggest_all(
        world.db, world.settings, world.now, progress=lambda n, of: told.append((n, of))
    )

    assert done == 40
    assert told[-1] == (40, 40)
    with world.db.session(writes=False) as session:
        query = select(func.count(func.distinct(Suggestion.text_id)))
        assert session.exec(query).one() == 40
        assert session.exec(select(func.count()).select_from(Suggestion)).one() == 40


def test_explaining_names_the_words(world: World, model: analysis.Classifier) -> None:
    sorting.ensure_model(world.db, world.settings, world.now)
    words = sorting.explain_wishes(world.settings, model.model_id, "the bus is late", [6])
    assert "bus" in words[6]
    assert sorting.explain_wishes(world.settings, "no such model", "the bus", [6]) == {}
