"""The safeguarding lead's desk: who comes in, what is logged, how a concern ends."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from app.core.audit import AuditEntry
from app.responses.queries import count_sorted
from app.safeguarding.models import ConcernEvent, HelpContact
from app.safeguarding.queries import list_help_contacts
from app.safeguarding.service import load_help_contacts
from app.staff.rules import Role
from app.texts.service import store_text
from tests.factories import make_round
from tests.site import Site

LEAD = Role.SAFEGUARDING_LEAD


def _disclose(site: Site, text: str = "my dad hits me") -> None:
    with site.session() as session:
        made = make_round(session, now=site.now)
        store_text(
            session, text, language="en", now=site.now, consultation_id=made.consultation.id,
            sitting_id=made.sitting.id,
        )  # fmt: skip


def test_a_concern_is_read_taken_on_noted_and_closed_by_two(site_on_both: Site) -> None:
    site = site_on_both
    _disclose(site)
    site.sign_in(LEAD, name="First lead")
    queue = site.get("/staff/concerns")
    assert "Read now" in queue.text
    assert "Test School A" in queue.text
    assert "my dad hits me" not in queue.text
    assert "my dad hits me" not in site.get("/staff/concerns/1").text

    opened = site.follow(site.post("/staff/concerns/1/open"))
    assert "my dad hits me" in opened.text
    early = site.post("/staff/concerns/1/finish", {"status": "closed", "note": "done"})
    assert early.status_code == 422
    assert "take this concern on" in early.text
    site.post("/staff/concerns/1/acknowledge")
    assert site.post("/staff/concerns/1/acknowledge").status_code == 409
    assert site.post("/staff/concerns/1/notes", {"note": " "}).status_code == 422
    site.post("/staff/concerns/1/notes", {"note": "Rang the school", "reference": "DA-1"})

    site.sign_in(LEAD, name="Second lead")
    site.sign_in(LEAD, name="Third lead")
    empty = site.post("/staff/concerns/1/finish", {"status": "closed", "note": " "})
    assert empty.status_code == 422
    ended = site.post("/staff/concerns/1/finish", {"status": "closed", "note": "With the school"})
    assert "Closed." in site.follow(ended).text
    done = site.get("/staff/concerns/1").text
    assert "First lead took it on" in done
    assert "(reference DA-1)" in done
    assert "Third lead closed it" in done
    with site.session() as session:
        assert count_sorted(session).texts == 0
        verbs = session.exec(select(ConcernEvent.verb).order_by(col(ConcernEvent.id))).all()
        assert verbs == ["opened", "acknowledged", "noted", "closed"]
        assert not [one for one in session.exec(select(AuditEntry)) if "hits" in str(one.detail)]


def test_the_same_person_may_not_finish_unless_alone(site: Site) -> None:
    _disclose(site)
    first = site.sign_in(LEAD)
    site.post("/staff/concerns/1/acknowledge")
    cookie = dict(site.client.cookies)
    site.sign_in(LEAD)
    for name, value in cookie.items():
        site.client.cookies.set(name, value)
    refused = site.post("/staff/concerns/1/finish", {"status": "released", "note": "a song"})
    assert refused.status_code == 422
    assert "another safeguarding lead" in refused.text
    assert "a song</textarea>" in refused.text
    with site.session() as session:
        from app.staff.models import StaffAccount

        for account in session.exec(select(StaffAccount).where(StaffAccount.id != first)):
            account.disabled_at = site.now
            session.add(account)
    alone = site.post("/staff/concerns/1/finish", {"status": "released", "note": "a song"})
    assert alone.status_code == 303
    with site.session() as session:
        assert count_sorted(session).texts == 1


def test_a_new_concern_shows_within_seconds_and_gets_late(site: Site) -> None:
    site.sign_in(LEAD)
    part = {"hx-request": "true"}
    assert "Nothing here" in site.get("/staff/concerns", headers=part).text
    _disclose(site)
    shown = site.get("/staff/concerns", headers=part)
    assert "No. 1" in shown.text
    assert "every 15s" in shown.text
    assert ">late<" not in shown.text
    site.now += timedelta(minutes=50)
    assert "50 min" in site.get("/staff/concerns").text
    site.now += timedelta(minutes=15)
    site.sign_in(LEAD)
    assert ">late<" in site.get("/staff/concerns").text


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMINISTRATOR, Role.YOUTH_WORKER])
def test_nobody_else_reads_concerns(site: Site, role: Role) -> None:
    _disclose(site)
    site.sign_in(role)
    for url in ("/staff/concerns", "/staff/concerns/1", "/staff/help-contacts"):
        assert site.get(url).status_code == 403
    for deed in ("open", "acknowledge", "notes", "finish"):
        assert site.post(f"/staff/concerns/1/{deed}").status_code == 403


def test_a_help_contact_past_its_day_is_not_shown_until_checked(site: Site) -> None:
    with site.session() as session:
        number = load_help_contacts(session, now=site.now)
        assert load_help_contacts(session, now=site.now) == number
        contact = session.exec(select(HelpContact).order_by(col(HelpContact.position))).first()
        assert contact is not None
        contact.review_by = site.now.date() - timedelta(days=1)
        contact.checked_on = date(2030, 1, 1)  # later than the file: the file does not win
        session.add(contact)
        session.flush()
        load_help_contacts(session, now=site.now)
        assert len(list_help_contacts(session, site.now.date())) == number - 1
        contact_id = contact.id
    site.sign_in(LEAD)
    assert "no: past its day" in site.get("/staff/help-contacts").text
    checked = site.follow(site.post(f"/staff/help-contacts/{contact_id}/check"))
    assert "Marked as checked today." in checked.text
    assert "no: past its day" not in checked.text


def test_odd_concern_addresses(site: Site) -> None:
    site.sign_in(LEAD)
    assert site.get("/staff/concerns/99").status_code == 404
    assert site.get("/staff/concerns/0").status_code == 422
    assert site.get("/staff/concerns/99999999999").status_code == 422
    assert site.post("/staff/help-contacts/99/check").status_code == 404
    _disclose(site)
    assert site.post("/staff/concerns/1/finish", {"status": "new"}).status_code == 422
    assert site.post("/staff/concerns/1/notes", {"note": "x" * 5000}).status_code == 422
