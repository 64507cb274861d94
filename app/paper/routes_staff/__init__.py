"""Reception for those who count by hand."""

from fastapi import APIRouter

from app.paper.routes_staff import counting, piles

router = APIRouter()
for part in (piles, counting):
    router.include_router(part.router)
