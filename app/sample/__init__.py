"""Reference data, and the invented sample site of `make run`.

Everything is built through the same verbs as a real site: `reference` loads what every site needs,
`people` makes the sample sign-ins, `asking` holds two rounds (one closed and released, one open),
`acting` fills the action plan. All of it is invented and says so.
"""

from app.sample.reference import load_reference
from app.sample.seeding import SampleSite, seed_sample

__all__ = ["SampleSite", "load_reference", "seed_sample"]
