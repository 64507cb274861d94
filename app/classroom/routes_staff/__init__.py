"""Reception for workers, by what the pages are about."""

from fastapi import APIRouter

from app.classroom.routes_staff import (
    closing,
    live,
    lobby,
    opening,
    prints,
    revealing,
    sittings,
    slips,
    tablets,
)

router = APIRouter()
for part in (opening, sittings, live, lobby, slips, tablets, closing, revealing, prints):
    router.include_router(part.router)
