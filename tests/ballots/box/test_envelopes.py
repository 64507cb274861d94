"""An envelope's length says nothing, however long the paper and however much is chosen on it."""

from app.ballots.box.sealing import new_box_key, open_vote, read_public_key, seal_vote
from app.ballots.rules import rank_field, read_paper
from app.consultations.rules import BallotRule, Definition, PaperOption, PaperSection

BLIND = bytes(32)


def paper(sections: int, options: int, rule: BallotRule, most: int | None) -> Definition:
    keys = tuple(f"o{number}" for number in range(1, options + 1))
    asked = tuple(
        PaperSection(
            f"s{number}",
            "Which?",
            rule,
            most,
            1,
            keys,
            tuple(PaperOption(key, key) for key in keys),
        )
        for number in range(1, sections + 1)
    )
    return Definition("A long one", False, ("en",), asked)


def fill_in(definition: Definition, count: int) -> str:
    """The canonical text of a paper on which the last so many options of each section are named."""
    fields: dict[str, list[str]] = {}
    for section in definition.sections:
        named = section.keys[::-1][:count]
        if section.is_ranked:
            fields |= {
                rank_field(section.key, key): [str(place)] for place, key in enumerate(named, 1)
            }
        else:
            fields[section.key] = list(named)
        if not count:
            fields[section.key] = ["-"]
    filled = read_paper(definition, fields)
    assert not filled.problems
    return filled.choices


def test_a_blank_paper_and_a_full_one_lie_in_envelopes_of_one_size() -> None:
    private, public = new_box_key()
    for definition, most in (
        (paper(1, 12, BallotRule.CHOICES, 3), 3),
        (paper(6, 30, BallotRule.IRV, None), 30),
        (paper(6, 30, BallotRule.CHOICES, 10), 10),
        (paper(20, 30, BallotRule.STV, None), 30),
    ):
        sizes = set()
        for count in (0, 1, most):
            choices = fill_in(definition, count)
            assert len(choices) <= definition.longest
            sealed = seal_vote(
                read_public_key(public), BLIND, choices, about="x", room=definition.longest
            )
            assert open_vote(private, sealed, about="x") == (BLIND, choices)
            sizes.add(len(sealed))
        assert len(sizes) == 1
        assert len(fill_in(definition, most)) == definition.longest
