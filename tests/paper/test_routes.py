"""Pages of counting, walked without a browser: with and without a second person."""

import html
import re
from dataclasses import dataclass

import pytest
from httpx2 import Response
from sqlmodel import select

from app.ballots.models import BallotLedger, LedgerEntry, Vote
from app.ballots.rules import BallotState
from app.consultations.models import Ballot, Consultation
from app.consultations.rules import Definition
from app.paper import queries
from app.paper.models import PaperBatch, PaperRevision
from app.staff.rules import Role
from tests.factories import make_round
from tests.paper.papers import RANKED_TOO, TWO_SECTIONS, make_ballot
from tests.site import Site

GOOD = {
    "issued": "30", "valid": "27", "blank": "1", "spoilt": "1", "unused": "1", "s1.w2": "20",
    "s1.w6": "15",
}  # fmt: skip


@dataclass
class Hall:
    """A sitting with papers on the table."""

    site: Site
    sitting_id: int
    place_id: int
    ballot_id: int

    def worker(self, name: str = "Ada") -> int:
        return self.site.sign_in(Role.YOUTH_WORKER, name=name, place_ids=[self.place_id])

    def add_ballot(self, definition: Definition) -> int:
        with self.site.session() as session:
            here = session.get(Ballot, self.ballot_id)
            assert here is not None
            made = Ballot(
                consultation_id=here.consultation_id, title=definition.title,
                definition=definition.to_json(), definition_hash=definition.hash,
            )  # fmt: skip
            session.add(made)
            session.flush()
            return made.id or 0

    def enter(self, ballot_id: int = 0, **fields: str) -> Response:
        data = {"kind": "paper_ballots", "sitting_id": str(self.sitting_id)} | fields
        return self.site.post(f"/staff/ballots/{ballot_id or self.ballot_id}/paper/new", data)

    def rows(self, table: type) -> list:  # type: ignore[type-arg]
        with self.site.session() as session:
            return list(session.exec(select(table)).all())


@pytest.fixture
def hall(site: Site) -> Hall:
    with site.session() as session:
        here = make_round(session, now=site.now)
        return Hall(site, here.sitting.id or 0, here.place.id or 0, here.ballot.id or 0)


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}"[^>]*? value="([^"]*)"', page)
    assert found, name
    return html.unescape(found.group(1))


def papers_of(page: str) -> list[str]:
    found = re.search(r'<textarea name="papers"[^>]*>([^<]*)</textarea>', page)
    assert found
    return html.unescape(found.group(1)).split()


# ---- a pile in two counts


def test_two_people_make_a_pile_count(hall: Hall) -> None:
    site = hall.site
    hall.worker("Ada")
    page = site.get(f"/staff/sittings/{hall.sitting_id}/paper").text
    assert "Count paper ballots" in page
    answer = hall.enter(**GOOD)
    page = site.follow(answer).text
    assert "Ask a colleague" in page
    assert "Count it again, without" not in page
    hall.worker("Ben")
    where = answer.headers["location"].split("?")[0]
    page = site.get(where).text
    assert "Counted by Ada." in page
    assert "You can be the second person" in page
    page = site.follow(site.post(where + "/count", GOOD)).text
    assert "Both counts agree" in page
    assert "found the same, so it counts" in page
    assert ">27<" in page
    assert [entry.kind for entry in hall.rows(LedgerEntry)] == ["opened", "paper"]
    assert hall.rows(Vote) == []


def test_a_second_person_sees_nothing_of_the_first_count(hall: Hall) -> None:
    """Every page a second person can open before the pile counts, searched for the figures."""
    hall.worker("Ada")
    figures = {"issued": "8731", "valid": "8729", "blank": "2", "s1.w2": "8729", "s1.w6": "4567"}
    answer = hall.enter(**figures)
    hall.worker("Ben")
    where = answer.headers["location"].split("?")[0]
    seen = [
        hall.site.get(url).text
        for url in (
            where, where + "/count", f"/staff/sittings/{hall.sitting_id}/paper",
            f"/staff/ballots/{hall.ballot_id}/paper",
        )
    ]  # fmt: skip
    own = {"issued": "6000", "valid": "6000", "s1.w2": "6000"}
    seen += [hall.site.post(where + "/count", own).text, hall.site.get(where).text]
    assert "Two counts differ" in seen[-1]
    for page in seen:
        for figure in ("8731", "8,731", "8729", "8,729", "4567", "4,567"):
            assert figure not in page


def test_a_difference_is_told_by_its_place(hall: Hall) -> None:
    hall.worker("Ada")
    where = hall.enter(**GOOD).headers["location"].split("?")[0]
    hall.worker("Ben")
    typed = GOOD | {"valid": "26", "blank": "2", "s1.w6": "16"}
    answer = hall.site.post(where + "/count", typed)
    assert answer.status_code == 200
    assert answer.text.count("The other count says something else here") == 3
    assert "The two counts differ" in answer.text
    assert value_of(answer.text, "s1.w6") == "16"
    assert "Something needs another look" not in answer.text
    page = hall.site.get(where).text
    for words in ("Two counts differ", "Filled in", "Blank", "Short 6"):
        assert words in page
    assert "Short 2" not in page
    assert len(hall.rows(PaperRevision)) == 2
    hall.site.post(where + "/count", typed)  # the page is loaded again
    assert len(hall.rows(PaperRevision)) == 2
    assert "Both counts agree" in hall.site.follow(hall.site.post(where + "/count", GOOD)).text


def test_nobody_is_their_own_second_person(hall: Hall) -> None:
    hall.worker("Ada")
    where = hall.enter(**GOOD).headers["location"].split("?")[0]
    page = hall.site.get(where + "/count").text
    assert value_of(page, "valid") == "27"  # one's own count, to mend it
    answer = hall.site.post(where + "/count", GOOD)
    assert answer.status_code == 422
    assert "Somebody else must count this pile now" in answer.text
    assert value_of(answer.text, "s1.w2") == "20"


# ---- refusals keep what was typed


def test_what_does_not_balance_is_said_in_words(hall: Hall) -> None:
    hall.worker()
    answer = hall.enter(**GOOD | {"unused": "", "name": "Box 2", "s1.w2": "28"})
    assert answer.status_code == 422
    assert "30 handed out, 27 filled in + 1 blank + 1 spoilt = 29: one is missing." in answer.text
    assert "28 is more than the 27 who filled in a paper." in answer.text
    assert value_of(answer.text, "s1.w2") == "28"
    assert value_of(answer.text, "name") == "Box 2"
    assert hall.rows(PaperBatch) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"issued": ""}, "Fill this in"),
        ({"issued": "30 or so"}, "whole number"),
        ({"s1.w6": "fifteen"}, "Type a whole number"),
        ({"s1.w6": "-3"}, "Type a whole number"),
        ({"s1.w2": "3"}, "9 marks are missing"),
        ({"issued": "0", "valid": "0", "blank": "0", "spoilt": "0", "unused": "0", "s1.w2": "0",
          "s1.w6": "0"}, "Say how many were handed out"),
        ({"issued": "99999999999999999999"}, "100"),
    ],
)  # fmt: skip
def test_figures_that_cannot_be_so_come_back(
    hall: Hall, fields: dict[str, str], words: str
) -> None:
    hall.worker()
    answer = hall.enter(**GOOD | fields)
    assert answer.status_code == 422
    assert words in answer.text
    for name, typed in (GOOD | fields).items():
        assert value_of(answer.text, name) == typed
    assert hall.rows(PaperBatch) == []


def test_a_second_pile_of_one_name_is_refused_in_the_form(hall: Hall) -> None:
    hall.worker()
    first = hall.enter(**GOOD, name="Box 1")
    again = hall.enter(**GOOD, name="Box 1")
    assert again.headers["location"] == first.headers["location"]
    answer = hall.enter(**GOOD | {"s1.w6": "16"}, name="box 1")
    assert answer.status_code == 422
    assert "A pile like this is there already" in answer.text
    assert len(hall.rows(PaperBatch)) == 1


# ---- without script


def test_plus_and_minus_work_without_script(hall: Hall) -> None:
    hall.worker()
    page = hall.enter(**GOOD, step="s1.w6:+1")
    assert page.status_code == 200
    assert value_of(page.text, "s1.w6") == "16"
    page = hall.enter(**GOOD | {"blank": "0"}, step="blank:-1")
    assert value_of(page.text, "blank") == "0"
    page = hall.enter(step="issued:+1")
    assert value_of(page.text, "issued") == "1"
    assert "error-summary" not in page.text
    assert hall.rows(PaperBatch) == []


def test_the_balance_can_be_asked_for_without_script(hall: Hall) -> None:
    hall.worker()
    page = hall.enter(**GOOD, action="check").text
    assert (
        "30 handed out, 27 filled in + 1 blank + 1 spoilt + 1 not used = 30: it balances." in page
    )
    assert hall.rows(PaperBatch) == []


def test_papers_one_by_one_without_script(hall: Hall) -> None:
    hall.worker("Ada")
    ballot = hall.add_ballot(RANKED_TOO)
    page = hall.enter(ballot, **{"s1": "o1", "s2.o3": "1", "s2.o1": "2"}, action="next").text
    assert papers_of(page) == ["s1=o1;s2=o3,o1"]
    assert "Last: <b" in page
    assert "Option o3 &gt; Option o1" in page
    so_far = "s1=o1;s2=o3,o1"
    page = hall.enter(ballot, papers=so_far, action="next").text
    assert "Nothing is marked on this paper" in page
    assert papers_of(page) == [so_far]
    for word in ("blank", "spoilt"):
        page = hall.enter(ballot, papers=so_far, action=word).text
        assert papers_of(page) == [so_far, word]
    page = hall.enter(ballot, papers=f"{so_far}\nblank\n{so_far}", action="undo").text
    assert papers_of(page) == [so_far, "blank"]
    assert 'name="s2.o3" value="1"' in page  # back on the table, to be mended
    assert 'value="o1" data-option="o1" data-label="Option o1" checked' in page
    page = hall.enter(ballot, **{"s2.o1": "1", "s2.o3": "1"}, papers=so_far, action="next").text
    assert "Two options share the first place" in page
    assert 'name="s2.o3" value="1"' in page
    page = hall.enter(ballot, s1="o2", papers=so_far, step="issued:+1").text
    assert papers_of(page) == [so_far]  # a step up keeps the paper on the table
    assert hall.rows(PaperBatch) == []


def test_too_many_marks_are_not_a_paper(hall: Hall) -> None:
    hall.worker()
    fields = {"kind": "paper_ballots", "way": "papers", "sitting_id": str(hall.sitting_id)}
    answer = hall.site.post(
        f"/staff/ballots/{hall.ballot_id}/paper/new",
        fields | {"s1": ["w1", "w2", "w3", "w4"], "action": "next"},
    )
    assert answer.status_code == 422
    assert "More than 3 marked" in answer.text
    assert papers_of(answer.text) == []
    assert answer.text.count(" checked") == 4


def test_a_pile_entered_one_by_one_is_signed_for(hall: Hall) -> None:
    hall.worker("Ada")
    ballot = hall.add_ballot(RANKED_TOO)
    lines = "s1=o1;s2=o3\nblank\ns1=o1;s2=o3\nspoilt"
    short = hall.enter(ballot, papers=lines, issued="6", unused="1")
    assert "6 handed out, 2 filled in + 1 blank + 1 spoilt + 1 not used = 5" in short.text
    answer = hall.enter(ballot, papers=lines, s1="o2", issued="6", unused="1")  # the last one too
    assert "sign for the pile" in hall.site.follow(answer).text
    where = answer.headers["location"].split("?")[0]
    hall.worker("Ben")
    page = hall.site.get(where).text
    assert "How many papers did you count?" in page
    assert "Option o3" not in page
    wrong = hall.site.post(where + "/sign-off", {"papers_counted": "4"})
    assert wrong.status_code == 422
    assert value_of(wrong.text, "papers_counted") == "4"
    assert "is not the number that was entered" in wrong.text
    page = hall.site.follow(hall.site.post(where + "/sign-off", {"papers_counted": "5"})).text
    assert "Signed. The pile counts." in page
    assert "Option o1 · Option o3" in page
    with hall.site.session() as session:
        made = session.get(Ballot, ballot)
        assert made is not None
        assert queries.paper_votes(session, made) == {"s1=o1;s2=o3": 2, "s1=o2;s2=": 1}


def test_papers_that_were_tampered_with_are_refused(hall: Hall) -> None:
    hall.worker()
    ballot = hall.add_ballot(RANKED_TOO)
    answer = hall.enter(ballot, papers="s1=o1;s2=o3\nnonsense", issued="2")
    assert answer.status_code == 422
    assert "cannot be read" in answer.text


def test_hands_up_with_two_questions(hall: Hall) -> None:
    hall.worker("Ada")
    ballot = hall.add_ballot(TWO_SECTIONS)
    fields = {"kind": "hands_up", "issued": "30", "valid": "28", "blank": "2"}
    page = hall.site.get(
        f"/staff/ballots/{ballot}/paper/new?kind=hands_up&sitting_id={hall.sitting_id}"
    ).text
    assert "Heads in the room" in page
    assert "Spoilt" not in page
    answer = hall.enter(ballot, **fields, action="check", **{"s1.o1": "25", "s2.o1": "28"})
    assert "None for this question: 3." in answer.text
    wrong = hall.enter(ballot, **fields, **{"s1.o1": "25", "s2.o1": "57"})
    assert "57 is more than the 28 who raised a hand" in wrong.text
    answer = hall.enter(ballot, **fields, **{"s1.o1": "25", "s2.o1": "28"})
    assert answer.status_code == 303


def test_a_ballot_that_asks_for_an_order_takes_no_hands(hall: Hall) -> None:
    hall.worker()
    ballot = hall.add_ballot(RANKED_TOO)
    answer = hall.site.get(
        f"/staff/ballots/{ballot}/paper/new?kind=hands_up&sitting_id={hall.sitting_id}"
    )
    assert answer.status_code == 409
    assert "raised hands cannot say one" in answer.text


# ---- corrections


def test_a_correction_keeps_what_was_before(hall: Hall) -> None:
    hall.worker("Ada")
    where = hall.enter(**GOOD).headers["location"].split("?")[0]
    assert hall.site.get(where + "/revise").status_code == 303  # nothing counts yet
    hall.worker("Ben")
    hall.site.post(where + "/count", GOOD)
    page = hall.site.get(where + "/revise").text
    assert value_of(page, "s1.w2") == "20"
    new = GOOD | {"valid": "28", "spoilt": "0", "s1.w2": "21"}
    silent = hall.site.post(where + "/revise", new)
    assert silent.status_code == 422
    assert "Say in a few words why this changes" in silent.text
    assert value_of(silent.text, "s1.w2") == "21"
    same = hall.site.post(where + "/revise", GOOD | {"reason": "Again"})
    assert "Nothing has changed" in same.text
    reason = {"reason": "One can be read after all."}
    page = hall.site.follow(hall.site.post(where + "/revise", new | reason)).text
    assert "A correction waits" in page
    hall.worker("Cai")
    page = hall.site.follow(hall.site.post(where + "/count", new)).text
    for words in ("What revision 2 changed", "One can be read after all.", "Before: revision 1"):
        assert words in page
    changed = re.findall(
        r'<th scope="row"[^>]*>([^<]+)</th>', page.split("What revision 2 changed")[1]
    )
    assert changed[:3] == ["Filled in", "Spoilt", "Short 2"]
    assert [entry.kind for entry in hall.rows(LedgerEntry)] == ["opened", "paper", "paper"]


def test_a_final_ballot_says_so_and_keeps_what_was_typed(hall: Hall) -> None:
    hall.worker("Ada")
    where = hall.enter(**GOOD).headers["location"].split("?")[0]
    hall.worker("Ben")
    hall.site.post(where + "/count", GOOD)
    with hall.site.session() as session:
        ledger = session.get(BallotLedger, hall.ballot_id)
        assert ledger is not None
        ledger.state = BallotState.FINAL
        session.add(ledger)
    answer = hall.site.post(where + "/revise", GOOD | {"s1.w6": "16", "reason": "Late"})
    assert answer.status_code == 422
    assert "This ballot is final" in answer.text
    assert value_of(answer.text, "s1.w6") == "16"


# ---- whose places


def test_another_worker_sees_nothing_of_it(hall: Hall) -> None:
    hall.worker("Ada")
    where = hall.enter(**GOOD).headers["location"].split("?")[0]
    hall.site.sign_in(Role.YOUTH_WORKER, place_ids=[])
    for url in (
        where, where + "/count", where + "/revise", f"/staff/sittings/{hall.sitting_id}/paper",
        f"/staff/ballots/{hall.ballot_id}/paper/new?sitting_id={hall.sitting_id}",
        f"/staff/ballots/{hall.ballot_id}/paper/new?place_id={hall.place_id}",
    ):  # fmt: skip
        assert hall.site.get(url).status_code == 404, url
    assert hall.site.post(where + "/count", GOOD).status_code == 404
    assert hall.site.post(where + "/revise", GOOD | {"reason": "x"}).status_code == 404
    assert hall.site.post(where + "/sign-off", {"papers_counted": "1"}).status_code == 404
    assert hall.enter(**GOOD, name="Box 9").status_code == 404
    assert "/staff/paper/" not in hall.site.get(f"/staff/ballots/{hall.ballot_id}/paper").text


def test_an_officer_enters_what_came_by_post(hall: Hall) -> None:
    hall.site.sign_in(Role.OFFICER, name="Olu")
    here = f"/staff/ballots/{hall.ballot_id}/paper"
    assert f"{here}/places?kind=paper_ballots" in hall.site.get(here).text
    page = hall.site.follow(hall.site.get(f"{here}/new?kind=hands_up")).text
    assert "Where do these hands come from?" in page
    assert "Test School A" in hall.site.get(f"{here}/places?words=school").text
    assert "No place fits" in hall.site.get(f"{here}/places?words=nowhere").text
    assert hall.site.get(f"{here}/new?place_id={hall.place_id}").status_code == 200
    data = {"kind": "paper_ballots", "place_id": str(hall.place_id)} | GOOD
    answer = hall.site.post(f"{here}/new", data)
    assert "1 pile needs a second person" in hall.site.get(here).text
    assert "/staff/paper/" in hall.site.get(here + "?waiting=true").text
    hall.site.sign_in(Role.OFFICER, name="Pat")
    hall.site.post(answer.headers["location"].split("?")[0] + "/count", GOOD)
    page = hall.site.get(here).text
    assert "by post" in page
    assert "27 filled in, 1 blank, 1 spoilt, 1 not used, of 30 handed out" in page
    assert "No pile waits" in hall.site.get(here + "?waiting=true").text
    assert hall.site.post(f"{here}/new", GOOD).status_code == 404  # from nowhere


def test_a_sitting_of_another_consultation_is_not_counted_here(hall: Hall) -> None:
    hall.site.sign_in(Role.OFFICER)
    with hall.site.session() as session:
        here = session.get(Ballot, hall.ballot_id)
        assert here is not None
        first = session.get(Consultation, here.consultation_id)
        assert first is not None
        other = Consultation(
            slug="other", title="Other", edition_id=first.edition_id, created_at=hall.site.now
        )
        session.add(other)
        session.flush()
        ballot_id = make_ballot(session, other, TWO_SECTIONS).id or 0
    answer = hall.enter(ballot_id, issued="1", valid="1", **{"s1.o1": "1"})
    assert answer.status_code == 404
