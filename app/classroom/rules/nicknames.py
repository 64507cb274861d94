"""Two-word nicknames for phones in a lobby: a kind word and an animal, such as "Green Otter".

A nickname lasts as long as the sitting, says nothing about anybody, and is easy to read out. No
colour of skin, no size, no boy or girl, no animal that is used as an insult.
"""

import secrets
from collections.abc import Collection

KIND_WORDS = (
    "Amber", "Blue", "Bold", "Bouncy", "Brave", "Bright", "Busy", "Calm", "Caring", "Cheerful",
    "Clever", "Cosy", "Curious", "Dancing", "Daring", "Dreamy", "Eager", "Fair", "Flying",
    "Friendly", "Gentle", "Glad", "Golden", "Green", "Happy", "Helpful", "Honest", "Jolly",
    "Jumping", "Keen", "Kind", "Lively", "Lucky", "Merry", "Mighty", "Mint", "Nimble", "Patient",
    "Playful", "Polite", "Purple", "Quick", "Quiet", "Ready", "Red", "Ruby", "Sandy", "Shiny",
    "Silver", "Singing", "Skating", "Smiling", "Snowy", "Speedy", "Starry", "Steady", "Stripy",
    "Strong", "Sunny", "Swimming", "Teal", "Tidy", "Violet", "Wise",
)  # fmt: skip
ANIMALS = (
    "Badger", "Beaver", "Beetle", "Buzzard", "Cat", "Cheetah", "Cricket", "Curlew", "Deer",
    "Dolphin", "Dragonfly", "Duck", "Eagle", "Falcon", "Ferret", "Finch", "Firefly", "Flamingo",
    "Fox", "Frog", "Gecko", "Hamster", "Hare", "Hawk", "Hedgehog", "Heron", "Horse", "Ibis",
    "Jaguar", "Kestrel", "Kingfisher", "Kitten", "Koala", "Ladybird", "Lark", "Leopard", "Lion",
    "Lynx", "Magpie", "Meerkat", "Moose", "Newt", "Octopus", "Orca", "Osprey", "Otter", "Owl",
    "Panda", "Parrot", "Pelican", "Penguin", "Pony", "Puffin", "Puma", "Puppy", "Rabbit", "Raven",
    "Robin", "Salmon", "Seahorse", "Seal", "Sparrow", "Squirrel", "Starfish", "Swan", "Tiger",
    "Toucan", "Turtle", "Wolf", "Wren", "Zebra",
)  # fmt: skip
DRAWS = 60


def draw_nickname(taken: Collection[str]) -> str:
    """A nickname nobody here has. When thousands are taken, one with a number behind it."""
    for _ in range(DRAWS):
        drawn = f"{secrets.choice(KIND_WORDS)} {secrets.choice(ANIMALS)}"
        if drawn not in taken:
            return drawn
    return f"{drawn} {len(taken) + 1}"
