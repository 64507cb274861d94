"""Releases and findings on both databases: what goes in, what comes out, who may do what."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from app.ballots.counting.sections import HandTally
from app.ballots.models import BallotLedger
from app.ballots.rules import BallotState
from app.consultations.rules import BallotRule, read_definition
from app.core.audit import AuditEntry
from app.core.errors import NotFound, Refused
from app.publication import queries, service
from app.publication.disclosure.canonical import canonical_bytes, content_hash
from app.publication.disclosure.shapes import Limits
from app.publication.models import Finding, Release
from app.publication.queries import Subject
from app.publication.rules import FindingStatus, Part, Reason, ReleaseStatus
from app.safeguarding.models import Concern
from app.safeguarding.rules import Tier
from app.staff.models import StaffAccount
from tests.factories import make_round
from tests.publication.world import (
    Evidence,
    add_quote,
    add_texts,
    add_votes,
    close_round,
    decide,
    make_answered_round,
    make_evidence,
    make_staff,
    release_result,
)
from tests.results.world import make_section

LIMITS = Limits()
ALL = set(Part)


def propose(
    session: Session, subject: Subject, actor: StaffAccount | None, now: datetime
) -> Release:
    return service.propose_release(session, subject, parts=ALL, limits=LIMITS, actor=actor, now=now)


def release(session: Session, subject: Subject, now: datetime) -> Release:
    proposer, approver = make_staff(session, "A", now=now), make_staff(session, "B", now=now)
    proposed = propose(session, subject, proposer, now)
    return service.approve_release(session, proposed, actor=approver, now=now)


def refused(verb: Any, *given: Any, **named: Any) -> Reason:
    with pytest.raises(Refused) as caught:
        verb(*given, **named)
    assert isinstance(caught.value.reason, Reason)
    return caught.value.reason


def cells_of(figures: dict[str, Any], population: str, row: str) -> dict[str, tuple[str, Any]]:
    one = next(one for one in figures["populations"] if one["key"] == population)
    found = next(found for found in one["rows"] if found["key"] == row)
    return {cell["key"]: (cell["state"], cell["count"]) for cell in found["cells"]}


def test_source_is_released_rounded_and_hidden(session: Session, now: datetime) -> None:
    evidence = make_evidence(session, now=now)
    done = release(session, evidence.subject, now)
    assert done.status is ReleaseStatus.RELEASED
    voices = done.figures["populations"][0]
    assert (voices["key"], voices["total"]) == ("voices", 100)
    cells = cells_of(done.figures, "voices", "wishes")
    assert cells["1"] == ("shown", 60)
    assert cells["2"] == ("shown", 20)
    assert cells["3"] == ("hidden", None)
    assert cells["4"] == ("hidden", None)  # nought looks like three
    assert "3" not in {str(count) for _, count in cells.values()}


def test_consultation_releases_texts_survey_and_ballot(session: Session, now: datetime) -> None:
    one, subject = make_answered_round(session, now=now)
    figures = release(session, subject, now).figures
    survey, ballot = f"survey:{one.survey.id}", f"ballot:{one.ballot.id}"
    totals = {found["key"]: found["total"] for found in figures["populations"]}
    assert totals == {"voices": 40, survey: 120, ballot: 61}
    single = cells_of(figures, survey, f"q{one.questions[0].id}")
    assert single["yes"] == ("shown", 70)
    assert single["dont_know"] == ("hidden", None)
    exact = cells_of(figures, ballot, "options")
    assert exact["w1"] == ("shown", 30)
    assert exact["w3"] == ("shown", 28)
    assert exact["w9"] == ("shown", 0)  # city-wide ballot: exact
    facts = next(one["facts"] for one in figures["populations"] if one["key"] == ballot)
    assert (facts["blank"], facts["choices"]) == (3, 88)
    several = cells_of(figures, survey, f"q{one.questions[1].id}")
    assert several["maybe"][1] == 40
    asked = {found["key"]: found["facts"].get("asked") for found in figures["populations"]}
    assert asked["voices"] == "Question 4"  # a free text is told as voices, not as a row
    scale = cells_of(figures, survey, f"q{one.questions[2].id}")
    assert scale["3"] == ("almost_all", None)  # all 120 the same: no number


def test_a_ballot_is_told_only_by_its_released_result(session: Session, now: datetime) -> None:
    one = make_round(session, now=now)
    add_votes(session, one, [(["w1"], 20)])
    subject = close_round(session, one, now=now)
    assert refused(propose, session, subject, None, now) is Reason.RESULT_NOT_PUBLIC
    moment = now + timedelta(days=4)
    release_result(session, one, embargo_until=moment, now=now)
    early = moment - timedelta(seconds=1)
    assert refused(propose, session, subject, None, early) is Reason.RESULT_NOT_PUBLIC
    figures = propose(session, subject, None, moment).figures
    assert [found["key"] for found in figures["populations"]] == [f"ballot:{one.ballot.id}"]


def test_nothing_is_released_while_a_ballot_is_not_closed(session: Session, now: datetime) -> None:
    one, subject = make_answered_round(session, now=now)
    assert subject.is_closed
    ledger = session.get_one(BallotLedger, one.ballot.id)
    ledger.state = BallotState.CLOSING
    session.flush()
    again = queries.find_subject(session, consultation_id=one.consultation.id)
    assert refused(propose, session, again, None, now) is Reason.STILL_OPEN


def test_paper_is_in_the_figures_and_an_order_is_not(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = make_round(session, now=now)
    ranked = make_section(BallotRule.IRV, ("Red", "Blue"), key="s2", question="In which order?")
    definition = read_definition(one.ballot.definition)
    both = replace(definition, sections=(*definition.sections, ranked))
    one.ballot.definition, one.ballot.definition_hash = both.to_json(), both.hash
    add_votes(session, one, [(["w1"], 20)], rest=";s2=o1,o2")
    tallies = {"s1": HandTally({"w1": 9}, 12, 1, 2), "s2": HandTally({}, 0, 13, 2)}
    monkeypatch.setattr("app.paper.queries.hand_tallies", lambda *_: tallies)
    release_result(session, one, now=now)
    subject = close_round(session, one, now=now)
    (told,) = propose(session, subject, None, now).figures["populations"]
    assert told["total"] == 35
    assert [row["key"] for row in told["rows"]] == ["s1"]
    cells = {cell["key"]: cell["count"] for cell in told["rows"][0]["cells"]}
    assert cells["w1"] == 29
    assert told["facts"]["blank"] == 1


def test_frozen_bytes_are_rebuilt_identical(session: Session, now: datetime) -> None:
    _, subject = make_answered_round(session, now=now)
    done = release(session, subject, now)
    session.expire_all()
    found = queries.get_release(session, done.id or 0)
    assert canonical_bytes(queries.rebuild_figures(session, found)) == canonical_bytes(
        found.figures
    )
    assert content_hash(found.figures) == found.figures_hash
    assert queries.list_broken_releases(session) == []
    found.figures = found.figures | {"format": 99}
    session.flush()
    assert queries.list_broken_releases(session) == [found.id]


def test_a_text_held_for_safeguarding_is_not_counted(session: Session, now: datetime) -> None:
    evidence = make_evidence(session, now=now)
    session.add(
        Concern(
            text_id=evidence.texts[0].id, text="", tier=Tier.NOW, rules_version="t", raised_at=now
        )
    )
    session.flush()
    assert release(session, evidence.subject, now).figures["populations"][0]["total"] == 99


def test_open_small_and_unsorted_are_refused(session: Session, now: datetime) -> None:
    one = make_round(session, now=now)
    subject = queries.find_subject(session, consultation_id=one.consultation.id)
    assert refused(propose, session, subject, None, now) is Reason.STILL_OPEN
    open_source = make_evidence(session, now=now, is_closed=False, wishes=one.wishes)
    assert refused(propose, session, open_source.subject, None, now) is Reason.STILL_OPEN
    small = make_evidence(
        session, now=now, numbers=(5, 4), other=0, slug="small", wishes=one.wishes
    )
    assert refused(propose, session, small.subject, None, now) is Reason.TOO_FEW
    raw = make_evidence(session, now=now, numbers=(), other=20, slug="raw", wishes=one.wishes)
    for text in raw.texts:
        for decision in session.exec(select_decisions(text.id)):
            session.delete(decision)
    session.flush()
    assert refused(propose, session, raw.subject, None, now) is Reason.NOTHING_SORTED


def select_decisions(text_id: str) -> Any:
    from app.texts.models import Decision

    return select(Decision).where(Decision.text_id == text_id)


def test_the_proposer_may_not_approve(session: Session, now: datetime) -> None:
    evidence = make_evidence(session, now=now)
    proposer, other = make_staff(session, "A", now=now), make_staff(session, "B", now=now)
    proposed = propose(session, evidence.subject, proposer, now)
    approve = service.approve_release
    assert refused(approve, session, proposed, actor=proposer, now=now) is Reason.SAME_PERSON
    approve(session, proposed, actor=other, now=now)
    assert refused(approve, session, proposed, actor=other, now=now) is Reason.WRONG_STATE
    verbs = list(session.exec(select(AuditEntry.verb).order_by(AuditEntry.id)))  # type: ignore[arg-type]
    assert verbs[-2:] == ["propose_release", "approve_release"]


def test_a_stale_proposal_must_be_made_again(session: Session, now: datetime) -> None:
    evidence = make_evidence(session, now=now)
    proposer, other = make_staff(session, "A", now=now), make_staff(session, "B", now=now)
    proposed = propose(session, evidence.subject, proposer, now)
    add_texts(session, [(evidence.wishes[0], 1)], source_id=evidence.source.id, now=now)
    reason = refused(service.approve_release, session, proposed, actor=other, now=now)
    assert reason is Reason.STALE


def test_one_late_answer_is_not_released_ten_are(session: Session, now: datetime) -> None:
    evidence = make_evidence(session, now=now)
    first = release(session, evidence.subject, now)
    add_texts(session, [(evidence.wishes[2], 1)], source_id=evidence.source.id, now=now)
    reason = refused(propose, session, evidence.subject, None, now)
    assert reason is Reason.DIFFERS_TOO_LITTLE
    add_texts(session, [(evidence.wishes[2], 9)], source_id=evidence.source.id, now=now)
    second = release(session, evidence.subject, now + timedelta(days=1))
    assert second.figures["populations"][0]["total"] == 110
    assert second.gate["earlier"] == [first.id]
    assert queries.list_broken_releases(session) == []


def test_a_withdrawn_release_was_seen_all_the_same(session: Session, now: datetime) -> None:
    evidence = make_evidence(session, now=now)
    officer = make_staff(session, "C", now=now)
    done = release(session, evidence.subject, now)
    withdraw = service.withdraw_release
    assert refused(withdraw, session, done, note=" ", actor=officer, now=now) is Reason.NOTE_MISSING
    withdraw(session, done, note="We counted a file twice.", actor=officer, now=now)
    add_texts(session, [(evidence.wishes[2], 1)], source_id=evidence.source.id, now=now)
    assert refused(propose, session, evidence.subject, None, now) is Reason.DIFFERS_TOO_LITTLE
    story = queries.get_story(session, "test-source", kind="source")
    assert story.told == []
    assert story.withdrawn[0].public_note == "We counted a file twice."


def draft(
    session: Session,
    evidence: Evidence,
    done: Release,
    author: StaffAccount,
    now: datetime,
    **words: Any,
) -> Finding:
    return service.draft_finding(
        session, done, evidence.wishes[0], headline=words.pop("headline", "Kind words help"),
        actor=author, now=now, **words,
    )  # fmt: skip


def test_a_finding_from_draft_to_correction(session: Session, now: datetime) -> None:
    evidence = make_evidence(session, now=now)
    wish = evidence.wishes[0]
    author, other = make_staff(session, "A", now=now), make_staff(session, "B", now=now)
    add_quote(session, evidence.texts[0], wish, "More kindness please", now=now)
    done = release(session, evidence.subject, now)
    first = draft(session, evidence, done, author, now, quotes=["More kindness please"])
    assert refused(draft, session, evidence, done, author, now) is Reason.DRAFT_WAITS
    service.send_for_review(session, first, actor=author, now=now)
    publish = service.publish_finding
    assert refused(publish, session, first, actor=author, now=now) is Reason.SAME_PERSON
    assert queries.list_published_findings(session, wish.id or 0) == []
    publish(session, first, actor=other, now=now)
    [found] = queries.list_published_findings(session, wish.id or 0)
    assert found.figures["voices"]["count"] == 60
    assert found.figures["voices"]["total"] == 100
    assert found.quotes == ("More kindness please",)
    assert found.release_hash == done.figures_hash
    assert found.hidden_note == ""
    assert refused(
        service.edit_finding, session, first, headline="x", story="", easy_read="", quotes=[],
        actor=author, now=now,
    ) is Reason.WRONG_STATE  # fmt: skip

    second = draft(session, evidence, done, author, now, headline="Kind words help most")
    send = service.send_for_review
    assert refused(send, session, second, actor=author, now=now) is Reason.NOTE_MISSING
    service.edit_finding(
        session, second, headline="Kind words help most", story="", easy_read="", quotes=[],
        public_note="We left out a word.", actor=author, now=now,
    )  # fmt: skip
    send(session, second, actor=author, now=now)
    publish(session, second, actor=other, now=now + timedelta(days=1))
    [found] = queries.list_published_findings(session, wish.id or 0)
    assert (found.version, found.public_note) == (2, "We left out a word.")
    assert [one.headline for one in found.earlier] == ["Kind words help"]


def test_only_approved_quotes_are_published(session: Session, now: datetime) -> None:
    evidence = make_evidence(session, now=now)
    author, other = make_staff(session, "A", now=now), make_staff(session, "B", now=now)
    add_quote(session, evidence.texts[0], evidence.wishes[0], "Fine words", now=now)
    done = release(session, evidence.subject, now)
    finding = draft(session, evidence, done, author, now, quotes=["Made up"])
    send = service.send_for_review
    assert refused(send, session, finding, actor=author, now=now) is Reason.QUOTE_NOT_APPROVED
    service.edit_finding(
        session, finding, headline="h", story="", easy_read="", quotes=["Fine words"],
        actor=author, now=now,
    )  # fmt: skip
    send(session, finding, actor=author, now=now)
    session.add(  # a worry is found in the text while the finding waits
        Concern(
            text_id=evidence.texts[0].id, text="", tier=Tier.NOW, rules_version="t", raised_at=now
        )
    )
    session.flush()
    reason = refused(service.publish_finding, session, finding, actor=other, now=now)
    assert reason is Reason.QUOTE_NOT_APPROVED


def test_findings_need_a_public_release_that_names_the_wish(
    session: Session, now: datetime
) -> None:
    evidence = make_evidence(session, now=now)
    author, other = make_staff(session, "A", now=now), make_staff(session, "B", now=now)
    proposed = propose(session, evidence.subject, author, now)
    assert refused(draft, session, evidence, proposed, author, now) is Reason.RELEASE_NOT_PUBLIC
    service.approve_release(session, proposed, actor=other, now=now)
    finding = draft(session, evidence, proposed, author, now)
    service.send_for_review(session, finding, actor=author, now=now)
    service.publish_finding(session, finding, actor=other, now=now)
    withdraw = service.withdraw_finding
    assert refused(withdraw, session, finding, note="", actor=other, now=now) is Reason.NOTE_MISSING
    withdraw(session, finding, note="Not ours to say.", actor=other, now=now)
    assert finding.status is FindingStatus.WITHDRAWN
    assert queries.list_published_findings(session, finding.wish_id) == []
    assert queries.list_withdrawn_findings(session, finding.wish_id) == [finding]


def test_return_and_edit_change_the_author(session: Session, now: datetime) -> None:
    evidence = make_evidence(session, now=now)
    author, other = make_staff(session, "A", now=now), make_staff(session, "B", now=now)
    finding = draft(session, evidence, release(session, evidence.subject, now), author, now)
    service.send_for_review(session, finding, actor=author, now=now)
    service.return_finding(session, finding, actor=other, now=now)
    service.edit_finding(
        session, finding, headline="h", story="", easy_read="", quotes=[], actor=other, now=now
    )
    service.send_for_review(session, finding, actor=other, now=now)
    assert (
        refused(service.publish_finding, session, finding, actor=other, now=now)
        is Reason.SAME_PERSON
    )
    service.publish_finding(session, finding, actor=author, now=now)


def test_story_speaks_only_of_what_was_released(session: Session, now: datetime) -> None:
    _, subject = make_answered_round(session, now=now)
    with pytest.raises(NotFound):
        queries.get_story(session, "test-round")
    ballots = service.propose_release(
        session, subject, parts={Part.BALLOTS}, limits=LIMITS, actor=None, now=now
    )
    with pytest.raises(NotFound):
        queries.get_story(session, "test-round")
    other = make_staff(session, "B", now=now)
    service.approve_release(session, ballots, actor=other, now=now)
    story = queries.get_story(session, "test-round")
    assert [told.population["unit"] for told in story.told] == ["votes"]
    texts = service.propose_release(
        session, subject, parts={Part.TEXTS, Part.SURVEYS}, limits=LIMITS, actor=None, now=now
    )
    service.approve_release(session, texts, actor=other, now=now)
    story = queries.get_story(session, "test-round")
    assert [told.population["unit"] for told in story.told] == ["voices", "votes", "responses"]
    assert len(story.wishes) == 12
    with pytest.raises(NotFound):
        queries.get_story(session, "no-such-slug")


def test_a_changed_decision_makes_a_new_release_possible(session: Session, now: datetime) -> None:
    evidence = make_evidence(session, now=now)
    release(session, evidence.subject, now)
    for text in evidence.texts[:12]:
        for old in session.exec(select_decisions(text.id)):
            old.is_current = False
        decide(session, text, evidence.wishes[5], now=now)
    second = release(session, evidence.subject, now)
    assert cells_of(second.figures, "voices", "wishes")["6"] == ("shown", 10)
