"""Reception for staff, by what the pages are about."""

from fastapi import APIRouter

from app.consultations.routes_staff import ballots, consultations, drafts, sources

router = APIRouter()
for part in (consultations, drafts, ballots, sources):
    router.include_router(part.router)
