"""Reception for young people who vote: the slip's door, the paper, the box."""

from app.ballots.routes_public.voting import VOTES, router

__all__ = ["VOTES", "router"]
