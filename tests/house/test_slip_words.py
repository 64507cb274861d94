"""The words on an answer slip: easy to spell, say and tell apart, and safe to hand to a child.

A slip carries four of these words. Two words that a child could mix up would open nothing, or
the wrong slip, so any two differ by at least two letters and none sounds like another word.
"""

import re
from collections import defaultdict
from pathlib import Path

import pytest

WORDS_FILE = Path(__file__).parents[2] / "app" / "responses" / "data" / "slip_words.txt"

# Words that sound like another word in southern or northern British speech.
SOUND_ALIKE = frozenset(
    """
    air heir aisle allowed aloud ate eight aunt ball bawl band banned bare bear beach beech bean
    been bee berry bury blew blue boar bore board bored bold bowled bow bough boy buoy brake break
    bread bred buy bye caught court ceiling sealing cell sell cellar seller cent scent cereal serial
    cheap cheep cheetah cheater chews choose chord cord clause claws coarse course conker conquer
    core corps council counsel creak creek currant current cymbal symbol dear deer desert dessert
    dew due die dye dough doe draft draught drawer draw fair fare father farther feat feet find
    fined fir fur flair flare flaw floor flea flee flour flower for four fort fought gait gate
    gorilla guerrilla grate great groan grown guessed guest hail hale hair hare hall haul hangar
    hanger hay hey heal heel hear here heard herd heroin heroine higher hire hoarse horse hole whole
    hour our idle idol jam jamb jewel joule kernel colonel key quay knew new knight night knot not
    knows nose larva lava leaf lead led leak leek lessen lesson loan lone made maid mail male main
    mane mare mayor maize maze meat meet medal meddle metal mettle might mite mince mints miner
    minor missed mist moose mousse morning mourning mule muscle mussel mustard mustered none nun oar
    ore one won paced paste pail pale pain pane pair pear palette pallet panda pander passed past
    patience patients paw poor pore pour pea peace piece peak peek peal peel pearl pedal peddle peer
    pier place plaice plain plane plum plumb pole poll praise prays presence presents prince prints
    profit prophet rain reign raise rays rap wrap raw roar read red right write ring wring road rode
    role roll root route rose rows rota rotor rough ruff rye wry sail sale sailor sailer sauce
    source saw sore scene seen sea see seam seem sew sow shake sheikh shoe shoo shore sure side
    sighed slay sleigh soar sole soul some sum son sun stair stare stake steak stalk stork steal
    steel storey story straight strait sweet suite tail tale talk torque tart taught tea tee team
    teem tear tier their there threw through throne thrown thyme time tide tied tire tyre toad towed
    toe tow tuba tuber tuna tuner turn tern two too vain vein waist waste wait weight war wore
    warn worn watt what way weigh weak week wear where weather whether whale wail which witch
    whine wine wood would yoke yolk
    """.split()
)

# Not for a child's slip: body, rude, sad, frightening, religious, political, names, brands.
UNSUITABLE = frozenset(
    """
    arm leg hand foot head hair nose chin lip knee elbow toe tummy bottom heart bone skull neck
    bum poo willy boob breast nude naked sexy fanny slag fat ugly stupid dumb idiot pig cow dog rat
    monkey ape gorilla whale snake spider shark wolf ghost witch monster zombie devil demon skeleton
    gun knife bomb sword war blood kill dead death coffin grave tomb hurt pain sad cry afraid secret
    lonely hate poison drug beer wine vodka whisky weed cigar pill church temple mosque god jesus
    angel heaven hell christmas easter halal kosher bible pope vote labour tory green party union
    council minister policy king queen amber daisy rose lily poppy holly ivy olive ruby violet robin
    jack bill mark grace faith hope joy amazon disney lego galaxy mars nike puma tesco visa xbox
    twitter tiktok google orphan period rope tube rubber pole black white brown yellow banana
    coconut mother father brother sister uncle
    """.split()
)

ENDINGS = ("s", "es", "d", "ed", "r", "er", "ing", "y", "ly")


@pytest.fixture(scope="module")
def words() -> list[str]:
    return WORDS_FILE.read_text(encoding="ascii").splitlines()


def test_there_are_1024_sorted_and_different(words: list[str]) -> None:
    assert len(words) == 1024
    assert words == sorted(set(words))


def test_each_has_three_to_seven_plain_letters(words: list[str]) -> None:
    assert [word for word in words if not re.fullmatch(r"[a-z]{3,7}", word)] == []


def test_any_two_differ_by_two_letters_or_more(words: list[str]) -> None:
    """Edit distance 1 means: equal once a letter is masked (changed) or taken out (added)."""
    masked: dict[str, list[str]] = defaultdict(list)
    for word in words:
        for place in range(len(word)):
            masked[f"{word[:place]}_{word[place + 1 :]}"].append(word)
    changed = [group for group in masked.values() if len(group) > 1]
    known = set(words)
    added = [
        (word, shorter)
        for word in words
        for place in range(len(word))
        if (shorter := word[:place] + word[place + 1 :]) in known
    ]
    assert changed == []
    assert added == []


def test_none_is_another_word_with_an_ending(words: list[str]) -> None:
    known = set(words)
    assert [word + end for word in words for end in ENDINGS if word + end in known] == []


def test_none_sounds_like_another_word(words: list[str]) -> None:
    assert sorted(SOUND_ALIKE.intersection(words)) == []


def test_none_is_unsuitable_for_a_child(words: list[str]) -> None:
    assert sorted(UNSUITABLE.intersection(words)) == []
