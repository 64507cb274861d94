"""The public page before and after its moment, the receipt, the proofs; the officers' desk."""

import hashlib
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from sqlmodel import select

from app.consultations.rules import BallotRule, Definition
from app.core.audit import AuditEntry
from app.results.rules import ResultStatus
from app.staff.rules import Role
from tests.results.world import (
    Held,
    Paper,
    close_round,
    cut_ledger,
    define,
    finish_ballot,
    held_and_closed,
    hold_ballot,
    make_section,
    open_desk,
    release,
)
from tests.site import Site

PROMISE = (
    "This is a consultation, not a legal election. We protect you from being found out by our "
    "records; we cannot protect you from someone watching your screen."
)
PAPERS = {"s1=o1": 12, "s1=o2": 9, "s1=": 2}
PLURALITY = define(make_section(BallotRule.PLURALITY, question="What should we cook?"))


def closed(site: Site, definition: Definition = PLURALITY, papers: dict[str, int] = PAPERS) -> Held:
    """A ballot of the site, ready to be counted, with the site's own keys."""
    with site.session() as session:
        held = held_and_closed(session, site.settings.data_dir, definition, papers, now=site.now)
    assert site.app.state.opened_ballots.keys.store.names()  # one folder for both
    return held


def public(site: Site, definition: Definition = PLURALITY, papers: dict[str, int] = PAPERS) -> Held:
    """The same with a confirmed result that everybody may see."""
    held = closed(site, definition, papers)
    with site.session() as session:
        release(session, open_desk(session, held), status=ResultStatus.CONFIRMED, now=site.now)
    return held


def propose(site: Site, held: Held, **changes: str) -> None:
    form = {"status": "confirmed"} | changes
    answer = site.post(f"/staff/ballots/{held.id}/results", form)
    assert answer.status_code == 303, answer.text


# --- the public page


def test_while_voting_goes_on_the_page_says_what_is_asked_and_no_figure(site: Site) -> None:
    with site.session() as session:
        held = hold_ballot(session, site.settings.data_dir, PLURALITY, PAPERS, now=site.now)
    page = site.get(f"/ballots/{held.id}")
    assert page.status_code == 200
    assert "Voting is going on" in page.text
    assert "What should we cook?" in page.text
    assert "Pizza" in page.text
    assert "Winner" not in page.text
    assert "public, max-age=30" in page.headers["cache-control"]
    assert site.get(f"/ballots/{held.id}/leaves.txt").status_code == 409
    assert "Not yet" in site.get(f"/ballots/{held.id}/check").text
    with site.session() as session:
        finish_ballot(session, held, now=site.now)
    assert "a second person checks the count" in site.get(f"/ballots/{held.id}").text
    assert site.get("/ballots/999").status_code == 404


def test_nothing_leaks_before_the_moment_and_everything_is_there_from_it_on(site: Site) -> None:
    held = closed(site)
    moment = site.now + timedelta(days=4)
    with site.session() as session:
        desk = open_desk(session, held)
        release(session, desk, status=ResultStatus.CONFIRMED, embargo_until=moment, now=site.now)
    urls = [f"/ballots/{held.id}{end}" for end in ("", "/check", "/checkpoints.txt")]
    site.now = moment - timedelta(seconds=1)
    for url in urls:
        text = site.get(url).text
        assert "Winner" not in text
        assert ">12<" not in text
    page = site.get(urls[0])
    assert "6 March 2026, 10:00" in page.text
    assert "max-age=1" in page.headers["cache-control"]  # no proxy keeps it beyond the moment
    assert site.get(f"/ballots/{held.id}/results/1.json").status_code == 404
    site.now = moment
    page = site.get(urls[0])
    assert "The winner" in page.text
    assert "12 votes" in page.text
    exact = site.get(f"/ballots/{held.id}/results/1.json")
    assert json.loads(exact.text)["sections"]["s1"]["totals"]["o1"] == 12
    assert hashlib.sha256(exact.content).hexdigest()[:16] in page.text


def test_the_page_says_everything_a_returning_officer_would(site: Site) -> None:
    held = public(site)
    page = site.get(f"/ballots/{held.id}").text
    for words in (
        PROMISE,
        "Votes are not people",
        "23 votes were cast, all on phones and tablets",
        "Confirmed",
        held.ballot.definition_hash,
        held.keys.public_signing_key(),
    ):
        assert words in page
    figures = re.findall(r"<dt>(.*?)</dt><dd>(\d+)</dd>", page)
    assert figures[:3] == [("Votes", "23"), ("Blank", "2"), ("Spoilt on paper", "0")]
    kept = site.get(f"/ballots/{held.id}/definition.json")
    assert hashlib.sha256(kept.content).hexdigest() == held.ballot.definition_hash
    lines = site.get(f"/ballots/{held.id}/checkpoints.txt").text.splitlines()
    assert all(len(line.split()) == 4 for line in lines)
    assert len(lines) >= 3
    assert "def main" in site.get("/ballots/verify.py").text


def test_a_page_that_has_not_changed_is_not_sent_again(site: Site) -> None:
    held = public(site)
    tag = site.get(f"/ballots/{held.id}").headers["etag"]
    again = site.get(f"/ballots/{held.id}", headers={"if-none-match": tag})
    assert again.status_code == 304


KINDS = {
    "choices": ({"most": 2}, {"s1=o1,o2": 9, "s1=o3": 4}),
    "approval": ({}, {"s1=o1,o2,o3": 9, "s1=o3": 4}),
    "borda": ({}, {"s1=o1,o2": 9, "s1=o3": 4}),
    "irv": ({}, {"s1=o1": 6, "s1=o2,o3": 5, "s1=o3,o2": 4}),
    "stv": ({"seats": 2}, {"s1=o1": 5, "s1=o2": 5, "s1=o3": 5, "s1=o4": 5}),
}


@pytest.mark.parametrize("rule", KINDS)
def test_every_rule_is_told_in_pictures_with_a_table(site: Site, rule: str) -> None:
    section, papers = KINDS[rule]
    definition = define(make_section(BallotRule(rule), **section))  # type: ignore[arg-type]
    held = public(site, definition, papers)
    page = site.get(f"/ballots/{held.id}").text
    assert page.count('class="winner cheer') == section.get("seats", 1)
    assert "<table" in page
    if rule in ("irv", "stv"):
        assert "Round 1" in page
        assert "goes out" in page
        assert 'class="flow"' in page
    if rule == "stv":
        assert "The order for ties was drawn by lot before anybody voted" in page


def test_a_correction_tells_what_changed_and_keeps_the_old_version(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = public(site)
    paper = Paper(monkeypatch)
    with site.session() as session:
        paper.count_pile(session, held, marks={"s1": {"o2": 20}}, valid=20, now=site.now)
    site.sign_in(Role.OFFICER, name="Ada")
    desk = site.get(f"/staff/ballots/{held.id}").text
    assert "Changed since the version before" in desk
    assert "about 0 before, about 20 now" in desk
    note = "Papers came late: about 0 before, about 20 now."
    propose(site, held, status="corrected", reason="A school sent its papers", public_note=note)
    site.sign_in(Role.OFFICER, name="Ben")
    assert site.post(f"/staff/ballots/{held.id}/results/2/approve").status_code == 303
    page = site.get(f"/ballots/{held.id}").text
    assert page.count(note) == 2  # at the top, and in the list of versions
    assert "43 votes were cast: 23 on phones and tablets, 20 on paper" in page
    assert "29 votes" in page
    assert "Version 1" in page
    assert site.get(f"/ballots/{held.id}/results/1.json").status_code == 200
    answer = site.post(
        f"/staff/ballots/{held.id}/results/2/withdraw", {"note": "The pile was another ballot's."}
    )
    assert answer.status_code == 303
    page = site.get(f"/ballots/{held.id}").text
    assert "This result was taken back" in page
    assert "The pile was another ballot" in page
    assert "29 votes" not in page
    assert site.get(f"/ballots/{held.id}/results/2.json").status_code == 404


# --- receipts


def test_a_receipt_is_looked_up_forgivingly_and_never_shows_a_choice(site: Site) -> None:
    held = public(site)
    url = f"/ballots/{held.id}/check"
    one = held.receipts[0]
    found = site.post(url, {"receipt": f"{one[:5].lower()} {one[5:10]}-{one[10:]}"})
    assert "Your vote is in the box" in found.text
    assert "Pizza" not in found.text
    assert found.headers["cache-control"] == "no-store"
    mistyped = site.post(url, {"receipt": one[:-1] + ("2" if one[-1] != "2" else "3")})
    assert mistyped.status_code == 422
    assert "not a whole receipt" in mistyped.text
    assert "No vote in this box" in site.post(url, {"receipt": "22222 22222 2"}).text
    assert site.post(url, {"receipt": ""}).status_code == 422
    assert site.post(url, {"receipt": "<script>" * 30}).status_code == 422
    leaves = site.get(f"/ballots/{held.id}/leaves.txt").text.splitlines()
    assert leaves == sorted(leaves)
    assert {len(leaf) for leaf in leaves} == {64}


def test_nobody_finds_a_receipt_while_voting_goes_on(site: Site) -> None:
    with site.session() as session:
        held = hold_ballot(session, site.settings.data_dir, PLURALITY, PAPERS, now=site.now)
    answer = site.post(f"/ballots/{held.id}/check", {"receipt": held.receipts[0]})
    assert "Not yet" in answer.text
    assert "in the box." not in answer.text


# --- the desk


def test_the_list_says_where_each_ballot_stands(site: Site) -> None:
    site.sign_in(Role.OFFICER)
    assert "No ballot was opened yet" in site.get("/staff/ballots").text
    with site.session() as session:
        held = hold_ballot(session, site.settings.data_dir, PLURALITY, PAPERS, now=site.now)
    assert "Open" in site.get("/staff/ballots").text
    with site.session() as session:
        close_round(session, held, is_waited=True, now=site.now)
    site.work()  # slips are out: the box waits a day for phones without a network
    said = site.get("/staff/ballots").text
    assert "Closing: 1 box still waits until 3 March 2026, 10:00" in said
    assert site.get(f"/staff/ballots/{held.id}").status_code == 200
    site.now += timedelta(days=1, seconds=1)
    site.work()
    site.sign_in(Role.OFFICER)
    assert "Closed, ready to be counted" in site.get("/staff/ballots").text
    site.sign_in(Role.OFFICER, name="Ada")
    propose(site, held)
    assert "Version 1 waits for a second person" in site.get("/staff/ballots").text
    site.sign_in(Role.OFFICER, name="Ben")
    site.post(f"/staff/ballots/{held.id}/results/1/approve")
    assert "Public: version 1, confirmed" in site.get("/staff/ballots").text


def test_one_proposes_another_releases_with_an_embargo(site: Site) -> None:
    held = closed(site)
    desk = f"/staff/ballots/{held.id}"
    assert site.get(desk).status_code == 303
    site.sign_in(Role.YOUTH_WORKER)
    assert site.get(desk).status_code == 403
    site.sign_in(Role.OFFICER, name="Ada")
    page = site.get(desk).text
    assert "Which version" not in page
    assert "What a count gives now" in page
    assert site.get(f"{desk}/paper").status_code == 200  # the button beside the heading
    assert site.post(f"{desk}/results", {"status": "final"}).status_code == 422
    early = site.post(
        f"{desk}/results", {"status": "confirmed", "embargo_until": "2026-03-02T09:00"}
    )
    assert early.status_code == 409
    propose(site, held, embargo_until="2026-07-06T17:00")  # summer: an hour ahead of UTC
    page = site.get(desk).text
    assert "Somebody else must release it" in page
    assert "from 6 July 2026, 17:00" in page
    assert site.post(f"{desk}/results/1/approve").status_code == 409
    site.sign_in(Role.OFFICER, name="Ben")
    approved = site.follow(site.post(f"{desk}/results/1/approve"))
    assert "Released. It is public from its moment on" in approved.text
    assert "6 July 2026, 17:00" in site.get(f"/ballots/{held.id}").text
    wrong = site.post(f"{desk}/results/1/embargo", {"embargo_until": "tomorrow"})
    assert wrong.status_code == 422
    assert site.post(f"{desk}/results/1/embargo", {"embargo_until": ""}).status_code == 303
    assert "The winner" in site.get(f"/ballots/{held.id}").text
    late = site.post(f"{desk}/results/1/embargo", {"embargo_until": "2026-07-06T17:00"})
    assert "Everybody can see this version already" in late.text


def test_missing_records_are_shown_explained_and_told_to_everybody(site: Site) -> None:
    held = closed(site)
    with site.session() as session:
        cut_ledger(session, held, keep=20)
    site.sign_in(Role.OFFICER)
    desk = f"/staff/ballots/{held.id}"
    assert "records missing since 2 March 2026, 10:00" in site.get("/staff/ballots").text
    page = site.get(desk).text
    assert "What happened?" in page
    assert "What a count gives now" not in page
    refused = site.post(f"{desk}/results", {"status": "confirmed"})
    assert refused.status_code == 409
    assert "Records of this ballot are missing" in refused.text
    assert site.post(f"{desk}/gap", {"words": ""}).status_code == 409
    told = site.follow(site.post(f"{desk}/gap", {"words": "The disk failed at noon."}))
    assert "What a count gives now" in told.text
    propose(site, held)
    assert "The disk failed at noon." in site.get(f"/ballots/{held.id}").text


def test_the_bundle_is_handed_out_with_a_warning_and_noted(site: Site) -> None:
    held = closed(site)
    url = f"/staff/ballots/{held.id}/bundle"
    assert site.post(url).status_code == 303
    actor = site.sign_in(Role.OFFICER)
    assert "can read that vote" in site.get(f"/staff/ballots/{held.id}").text
    answer = site.client.post(url, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
        assert files.testzip() is None
        assert files.read("votes.jsonl").count(b"\n") == 23
    with site.session() as session:
        noted = session.exec(select(AuditEntry).where(AuditEntry.verb == "download_bundle")).one()
    assert (noted.actor_id, noted.subject) == (actor, f"ballot:{held.id}")


def test_no_bundle_before_the_close(site: Site) -> None:
    with site.session() as session:
        held = hold_ballot(session, site.settings.data_dir, PLURALITY, PAPERS, now=site.now)
    site.sign_in(Role.OFFICER)
    assert site.post(f"/staff/ballots/{held.id}/bundle").status_code == 409
    assert "Audit bundle" not in site.get(f"/staff/ballots/{held.id}").text


def test_few_papers_more_are_warned_about(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    held = public(site)
    paper = Paper(monkeypatch)
    with site.session() as session:
        paper.count_pile(session, held, marks={"s1": {"o2": 4}}, valid=4, now=site.now)
    site.sign_in(Role.OFFICER)
    assert "Only 4 papers more or fewer" in site.get(f"/staff/ballots/{held.id}").text
