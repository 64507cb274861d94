"""Structured logs as JSON lines on standard error, without anything about a person."""

import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog


class PatientStream:
    """Standard error that never fails: a disk full of log lines must not refuse a young person."""

    def write(self, text: str) -> int:
        """Write if it can be written."""
        with suppress(OSError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        """Let go what can be let go."""
        with suppress(OSError):
            sys.stderr.flush()


def configure_logs(*, level: int = logging.INFO) -> None:
    """One JSON object a line; uvicorn's own access log, which holds addresses, is switched off."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, PatientStream())),
        cache_logger_on_first_use=True,
    )
    logging.getLogger("uvicorn.access").disabled = True
