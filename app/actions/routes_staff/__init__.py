"""Reception for officers, by what the pages are about."""

from fastapi import APIRouter

from app.actions.routes_staff import plan, updates

router = APIRouter()
for part in (plan, updates):
    router.include_router(part.router)
