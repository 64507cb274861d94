"""Reception for staff, by what the pages are about."""

from fastapi import APIRouter

from app.consultations.routes_staff import consultations, drafts, sources

router = APIRouter()
for part in (consultations, drafts, sources):
    router.include_router(part.router)
