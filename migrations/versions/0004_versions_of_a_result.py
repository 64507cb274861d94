"""versions of a ballot's result

A version is proposed by one person and let go by another; the database holds them to it.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ballot_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "provisional",
                "confirmed",
                "corrected",
                name="resultstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("body_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("public_note", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("embargo_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("withdrawal_note", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR proposed_by_id IS NULL OR approved_by_id <> proposed_by_id",
            name=op.f("ck_ballot_result_two_people"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_ballot_result_version_counts_up")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"],
            ["staff_account.id"],
            name=op.f("fk_ballot_result_approved_by_id_staff_account"),
        ),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_result_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["staff_account.id"],
            name=op.f("fk_ballot_result_proposed_by_id_staff_account"),
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"],
            ["staff_account.id"],
            name=op.f("fk_ballot_result_withdrawn_by_id_staff_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_result")),
        sa.UniqueConstraint(
            "ballot_id", "version", name=op.f("uq_ballot_result_ballot_id_version")
        ),
    )
