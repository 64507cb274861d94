"""Reception for staff, by what the pages are about."""

from fastapi import APIRouter

from app.texts.routes_staff import imports, quotes, review

router = APIRouter()
for part in (imports, review, quotes):
    router.include_router(part.router)
