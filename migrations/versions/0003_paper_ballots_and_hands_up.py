"""paper ballots and hands up

Piles counted by hand, and everybody who looked at them. Rows are only ever added.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "paper_ballots",
                "hands_up",
                name="batchkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "sitting_id IS NOT NULL OR place_id IS NOT NULL", name=op.f("ck_paper_batch_somewhere")
        ),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_paper_batch_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["staff_account.id"],
            name=op.f("fk_paper_batch_created_by_id_staff_account"),
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_paper_batch_place_id_place")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_paper_batch_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
    )
    with op.batch_alter_table("paper_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_batch_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_batch_sitting_id"), ["sitting_id"], unique=False)
        batch_op.create_index(
            "uq_paper_batch_at_sitting",
            ["ballot_id", "sitting_id", "kind", "name"],
            unique=True,
            sqlite_where=sa.text("sitting_id IS NOT NULL"),
            postgresql_where=sa.text("sitting_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_paper_batch_by_post",
            ["ballot_id", "place_id", "kind", "name"],
            unique=True,
            sqlite_where=sa.text("sitting_id IS NULL"),
            postgresql_where=sa.text("sitting_id IS NULL"),
        )

    op.create_table(
        "paper_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("look", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "count",
                "sign_off",
                name="lookkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("is_confirming", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "look > 1 OR NOT is_confirming", name=op.f("ck_paper_revision_never_alone")
        ),
        sa.CheckConstraint(
            "number >= 1 AND look >= 1", name=op.f("ck_paper_revision_counted_from_one")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_revision_batch_id_paper_batch")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"],
            ["staff_account.id"],
            name=op.f("fk_paper_revision_entered_by_id_staff_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_revision")),
        sa.UniqueConstraint("batch_id", "number", "look", name="uq_paper_revision_look"),
    )
    with op.batch_alter_table("paper_revision", schema=None) as batch_op:
        batch_op.create_index(
            "uq_paper_revision_confirmed",
            ["batch_id", "number"],
            unique=True,
            sqlite_where=sa.text("is_confirming"),
            postgresql_where=sa.text("is_confirming"),
        )
