"""Importing this module makes the metadata whole: every table of every floor."""

from sqlmodel import SQLModel

from app.accounts import models as accounts
from app.actions import models as actions
from app.ballots import models as ballots
from app.classroom import models as classroom
from app.consultations import models as consultations
from app.core import audit
from app.pages import models as pages
from app.paper import models as paper
from app.places import models as places
from app.plans import models as plans
from app.publication import models as publication
from app.reports import models as reports
from app.responses import models as responses
from app.results import models as results
from app.safeguarding import models as safeguarding
from app.staff import models as staff
from app.texts import models as texts
from app.wishes import models as wishes

FLOORS = (
    accounts, actions, audit, ballots, classroom, consultations, pages, paper, places, plans,
    publication, reports, responses, results, safeguarding, staff, texts, wishes,
)  # fmt: skip
metadata = SQLModel.metadata
