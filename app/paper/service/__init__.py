"""The verbs of counting by hand."""

from app.paper.service.confirming import confirm_batch, sign_off_batch
from app.paper.service.entering import enter_batch, revise_batch

__all__ = ["confirm_batch", "enter_batch", "revise_batch", "sign_off_batch"]
