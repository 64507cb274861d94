"""A frozen report on both databases: what is in it, and that it never changes; its pages."""

import io
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import Session

from app.actions import service as actions
from app.actions.models import Action
from app.actions.rules import ActionStatus, Horizon
from app.core.errors import NotFound, Refused
from app.plans.models import Organisation
from app.plans.rules import OrganisationKind
from app.publication import service as publication
from app.publication.disclosure.canonical import content_hash
from app.publication.disclosure.shapes import Limits
from app.publication.rules import Part
from app.reports import queries, service
from app.reports.exports import export_report
from app.reports.models import Report
from app.reports.rules import Reason
from app.staff.models import StaffAccount
from app.staff.rules import Role
from tests.publication.world import Evidence, make_evidence, make_staff
from tests.site import Site

PERIOD = {"from_on": date(2026, 3, 1), "to_on": date(2026, 3, 31)}
FORMULA = '=HYPERLINK("http://example.org")'


def make_period(session: Session, now: datetime) -> tuple[Evidence, Action, StaffAccount]:
    """Within March: a released finding for wish 1 and a published update; in April another."""
    evidence = make_evidence(session, now=now)
    author, other = make_staff(session, "A", now=now), make_staff(session, "B", now=now)
    wish = evidence.wishes[0]
    release = publication.propose_release(
        session, evidence.subject, parts={Part.TEXTS}, limits=Limits(), actor=author, now=now
    )
    publication.approve_release(session, release, actor=other, now=now)
    finding = publication.draft_finding(
        session, release, wish, headline=FORMULA, story="They said so.", actor=author, now=now
    )
    publication.send_for_review(session, finding, actor=author, now=now)
    publication.publish_finding(session, finding, actor=other, now=now)
    owner = Organisation(slug="test", name="Test body", kind=next(iter(OrganisationKind)))
    session.add(owner)
    session.flush()
    actions.set_goal(
        session, wish, horizon=Horizon.LONG, text="Everybody is well", actor=author, now=now
    )
    plan = actions.Plan("Open a room", owner.id or 0, (now + timedelta(days=30)).date())
    action = actions.add_action(session, wish, plan, actor=author, now=now)
    say(session, action, "We found a room.", (author, other), now)
    say(session, action, "We opened it in April.", (author, other), now + timedelta(days=35))
    return evidence, action, author


def say(
    session: Session,
    action: Action,
    did: str,
    people: tuple[StaffAccount, StaffAccount],
    at: datetime,
) -> None:
    author, other = people
    words = actions.Words(
        ActionStatus.STARTED, did, better_off="Ten came.",
        next_update_due_on=(at + timedelta(days=40)).date(),
    )  # fmt: skip
    update = actions.post_update(session, action, words, actor=author, now=at)
    actions.send_for_review(session, update, actor=author, now=at)
    actions.publish_update(session, update, actor=other, now=at)


def freeze(session: Session, now: datetime, **changes: Any) -> Report:
    facts: dict[str, Any] = {"title": "Spring", "actor": None, "now": now} | PERIOD | changes
    return service.freeze_report(session, **facts)


def test_a_report_holds_what_the_period_published(session: Session, now: datetime) -> None:
    make_period(session, now)
    report = freeze(session, now + timedelta(days=40))
    first, *others = report.snapshot["wishes"]
    assert [one["headline"] for one in first["findings"]] == [FORMULA]
    assert first["findings"][0]["figures"]["voices"]["count"] == 60
    assert [one["what_we_did"] for one in first["updates"]] == ["We found a room."]
    assert first["actions"][0]["status"] == "started"
    assert first["goals"] == [{"text": "Everybody is well", "horizon": "long"}]
    assert all(not one["updates"] for one in others)
    [voices] = report.snapshot["releases"]
    assert voices["populations"][0]["total"] == 100
    assert report.snapshot["totals"] == {"findings": 1, "actions": 1, "updates": 1, "overdue": 0}


def test_what_happens_later_does_not_reach_a_frozen_report(session: Session, now: datetime) -> None:
    _, action, author = make_period(session, now)
    report = freeze(session, now + timedelta(days=40))
    before, workbook = report.snapshot, export_report(report.snapshot, report.snapshot_hash)
    other = make_staff(session, "C", now=now)
    say(session, action, "Late news.", (author, other), now + timedelta(days=50))
    session.expire_all()
    again = queries.get_report(session, report.id or 0)
    assert again.snapshot == before
    assert content_hash(again.snapshot) == again.snapshot_hash
    assert export_report(again.snapshot, again.snapshot_hash) == workbook
    assert queries.list_broken_reports(session) == []
    again.snapshot = again.snapshot | {"title": "Other"}
    session.flush()
    assert queries.list_broken_reports(session) == [again.id]


def test_overdue_is_set_by_the_clock(session: Session, now: datetime) -> None:
    make_period(session, now)
    report = freeze(session, now + timedelta(days=200))
    assert report.snapshot["totals"]["overdue"] == 1


def test_the_workbook_opens_and_formulas_stay_words(session: Session, now: datetime) -> None:
    make_period(session, now)
    report = freeze(session, now + timedelta(days=40))
    body = export_report(report.snapshot, report.snapshot_hash)
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    assert book.sheet_names == ["About", "Findings", "Actions", "Updates", "Voices"]
    assert book.get_sheet_by_name("Findings").to_python()[1][2] == FORMULA
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets/" in name]
    assert not [sheet for sheet in sheets if b"<f>" in sheet or b"hyperlink" in sheet]


def test_refusals(session: Session, now: datetime) -> None:
    with pytest.raises(Refused) as caught:
        freeze(session, now, from_on=date(2026, 3, 2), to_on=date(2026, 3, 1))
    assert caught.value.reason is Reason.BACKWARDS
    with pytest.raises(NotFound):  # no edition is loaded yet
        freeze(session, now, from_on=date(2026, 3, 1), to_on=date(2026, 3, 2))


def test_report_pages(site: Site) -> None:
    with site.session() as session:
        make_period(session, site.now)
    site.now += timedelta(days=40)
    site.sign_in(Role.OFFICER)
    assert "No report is frozen yet" in site.get("/staff/reports").text
    assert site.get("/staff/reports/new").status_code == 200
    bad = site.post("/staff/reports", data={"title": "Kept words", "from_on": "soon"})
    assert bad.status_code == 422
    assert "Kept words" in bad.text
    typed = {"title": "Spring <term>", "from_on": "2026-03-31", "to_on": "2026-03-01"}
    assert "ends before it begins" in site.post("/staff/reports", data=typed).text
    typed |= {"from_on": "2026-03-01", "to_on": "2026-03-31"}
    page = site.follow(site.post("/staff/reports", data=typed))
    assert "We found a room." in page.text
    assert "We opened it in April." not in page.text
    assert "About 60 of 100 answers" in page.text
    assert "Spring &lt;term&gt;" in site.get("/staff/reports").text
    book = site.get("/staff/reports/1/report.xlsx")
    assert book.status_code == 200
    assert book.content.startswith(b"PK")
