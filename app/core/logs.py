"""Structured logs as JSON lines on standard error, without anything about a person."""

import logging
import sys

import structlog


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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.getLogger("uvicorn.access").disabled = True
