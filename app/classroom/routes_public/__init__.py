"""Reception for young people in a room: joining, the lobby, the shared tablet."""

from fastapi import APIRouter

from app.classroom.routes_public import joining, lobby, tablet

router = APIRouter()
for part in (joining, lobby, tablet):
    router.include_router(part.router)
