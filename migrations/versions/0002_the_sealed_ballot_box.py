"""the sealed ballot box

Papers get sections, votes move from one clear row each to leaves that can be recounted. Votes cast
before there was a box keep counting: each becomes a leaf under a blind drawn here, and the ledger
says so, sorted by the old keyed hash, so that no order of arrival is written down.
"""

import hashlib
import json
import secrets

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bind = op.get_bind()
    ballots = bind.execute(sa.text("SELECT * FROM ballot ORDER BY id")).mappings().all()
    options = (
        bind.execute(sa.text("SELECT * FROM ballot_option ORDER BY ballot_id, position"))
        .mappings()
        .all()
    )
    votes = bind.execute(sa.text("SELECT * FROM vote ORDER BY id")).mappings().all()
    states = dict(bind.execute(sa.text("SELECT id, status FROM consultation")).all())
    _make_tables()
    for ballot in ballots:
        own = [one for one in options if one["ballot_id"] == ballot["id"]]
        _carry_over(bind, ballot, own, states[ballot["consultation_id"]])
        _carry_votes(bind, ballot, [v for v in votes if v["ballot_id"] == ballot["id"]],
                     states[ballot["consultation_id"]])  # fmt: skip


def _make_tables() -> None:
    op.create_table(
        "ballot_ledger",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("head", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "closing",
                "closed",
                "final",
                name="ballotstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("closed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("final_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_ledger_ballot_id_ballot")
        ),
        sa.PrimaryKeyConstraint("ballot_id", name=op.f("pk_ballot_ledger")),
    )
    with op.batch_alter_table("ballot_ledger", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_ledger_state"), ["state"], unique=False)

    op.create_table(
        "ballot_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question", sqlmodel.sql.sqltypes.AutoString(length=400), nullable=False),
        sa.Column(
            "rule",
            sa.Enum(
                "plurality",
                "choices",
                "approval",
                "borda",
                "irv",
                "stv",
                name="ballotrule",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("max_choices", sa.Integer(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_section_ballot_id_ballot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_section")),
        sa.UniqueConstraint(
            "ballot_id", "position", name=op.f("uq_ballot_section_ballot_id_position")
        ),
    )
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("head", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("signature", sqlmodel.sql.sqltypes.AutoString(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_checkpoint_ballot_id_ballot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
    )
    with op.batch_alter_table("checkpoint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkpoint_ballot_id"), ["ballot_id"], unique=False)

    op.create_table(
        "final_votes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("choices", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_final_votes_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_final_votes_place_id_place")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_votes")),
    )
    with op.batch_alter_table("final_votes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_final_votes_ballot_id"), ["ballot_id"], unique=False)

    op.create_table(
        "leaf_list",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("leaves", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_leaf_list_ballot_id_ballot")
        ),
        sa.PrimaryKeyConstraint("ballot_id", name=op.f("pk_leaf_list")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("payload", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_ledger_entry_ballot_id_ballot")
        ),
        sa.PrimaryKeyConstraint("ballot_id", "seq", name=op.f("pk_ledger_entry")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ballot_box",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("public_key", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("opened_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("closed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("grace_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("mixed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("key_destroyed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_box_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_ballot_box_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_box")),
    )
    with op.batch_alter_table("ballot_box", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_box_ballot_id"), ["ballot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ballot_box_sitting_id"), ["sitting_id"], unique=False)

    op.create_table(
        "tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_tally_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_tally_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally")),
        sa.UniqueConstraint("ballot_id", "sitting_id", name=op.f("uq_tally_ballot_id_sitting_id")),
    )
    with op.batch_alter_table("tally", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tally_sitting_id"), ["sitting_id"], unique=False)

    op.create_table(
        "voting_right",
        sa.Column("rh", sa.LargeBinary(length=32), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "slip",
                "seat",
                "kiosk",
                name="rightkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_revoked", sa.Boolean(), nullable=False),
        sa.Column("cs", sa.LargeBinary(length=32), nullable=True),
        sa.Column("cv", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_voting_right_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_voting_right_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("rh", name=op.f("pk_voting_right")),
        sa.UniqueConstraint("cs", name=op.f("uq_voting_right_cs")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("voting_right", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_voting_right_sitting_id"), ["sitting_id"], unique=False
        )

    op.create_table(
        "sealed_vote",
        sa.Column("box_id", sa.Integer(), nullable=False),
        sa.Column("rh", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["box_id"], ["ballot_box.id"], name=op.f("fk_sealed_vote_box_id_ballot_box")
        ),
        sa.ForeignKeyConstraint(
            ["rh"], ["voting_right.rh"], name=op.f("fk_sealed_vote_rh_voting_right")
        ),
        sa.PrimaryKeyConstraint("box_id", "rh", name=op.f("pk_sealed_vote")),
        sqlite_with_rowid=False,
    )
    op.drop_table("vote")
    op.drop_table("ballot_option")
    op.create_table(
        "ballot_option",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("easy_read", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("picture", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("wish_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["section_id"], ["ballot_section.id"],
            name=op.f("fk_ballot_option_section_id_ballot_section"),
        ),
        sa.ForeignKeyConstraint(
            ["wish_id"], ["wish.id"], name=op.f("fk_ballot_option_wish_id_wish")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_option")),
        sa.UniqueConstraint("section_id", "key", name=op.f("uq_ballot_option_section_id_key")),
        sa.UniqueConstraint(
            "section_id", "position", name=op.f("uq_ballot_option_section_id_position")
        ),
    )  # fmt: skip
    op.create_table(
        "vote",
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("blind", sa.LargeBinary(length=32), nullable=False),
        sa.Column("choices", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_vote_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_vote_place_id_place")),
        sa.PrimaryKeyConstraint("leaf", name=op.f("pk_vote")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("vote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vote_ballot_id"), ["ballot_id"], unique=False)
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "definition", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=""
            )
        )
        batch_op.add_column(
            sa.Column(
                "definition_hash",
                sqlmodel.sql.sqltypes.AutoString(length=64),
                nullable=False,
                server_default="",
            )
        )
        batch_op.drop_constraint(batch_op.f("ck_ballot_ballotrule"), type_="check")
        batch_op.drop_column("question")
        batch_op.drop_column("rule")
        batch_op.drop_column("max_choices")
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.alter_column("definition", server_default=None)
        batch_op.alter_column("definition_hash", server_default=None)


def _carry_over(bind: sa.Connection, ballot, options, status: str) -> None:
    """One section of equal choices, as every ballot had; frozen unless it is still a draft."""
    section_id = bind.execute(
        sa.text(
            "INSERT INTO ballot_section (ballot_id, position, question, rule, max_choices, seats)"
            " VALUES (:id, 1, :question, 'choices', :max_choices, 1) RETURNING id"
        ),
        {key: ballot[key] for key in ("id", "question", "max_choices")},
    ).scalar_one()
    plain = []
    for one in options:
        picture = f"wish-{one['key'][1:]}" if one["wish_id"] else ""
        bind.execute(
            sa.text(
                "INSERT INTO ballot_option (section_id, key, position, label, easy_read, picture,"
                " words, wish_id) VALUES (:section, :key, :position, :label, :easy_read, :picture,"
                " '{}', :wish_id)"
            ),
            {key: one[key] for key in ("key", "position", "label", "easy_read", "wish_id")}
            | {"section": section_id, "picture": picture},
        )
        plain.append(
            {"key": one["key"], "label": one["label"], "easy_read": one["easy_read"],
             "picture": picture, "words": {}}
        )  # fmt: skip
    if status == "draft":
        return
    definition = _canonical({
        "format": 1, "title": ballot["title"], "is_shuffled": bool(ballot["is_shuffled"]),
        "languages": ["en"],
        "sections": [{
            "key": "s1", "question": ballot["question"], "rule": "choices",
            "max_choices": ballot["max_choices"], "seats": 1,
            "tie_order": [one["key"] for one in plain], "options": plain,
        }],
    })  # fmt: skip
    bind.execute(
        sa.text("UPDATE ballot SET definition = :text, definition_hash = :hash WHERE id = :id"),
        {"text": definition, "hash": _sha(definition), "id": ballot["id"]},
    )


def _carry_votes(bind: sa.Connection, ballot, votes, status: str) -> None:
    """Old votes as leaves, with a ledger that says where they come from."""
    if not votes:
        return
    definition_hash = bind.execute(
        sa.text("SELECT definition_hash FROM ballot WHERE id = :id"), {"id": ballot["id"]}
    ).scalar_one()
    rows = []
    for old in votes:
        kept = old["choices"]
        chosen = json.loads(kept) if isinstance(kept, str) else kept
        choices = "s1=" + ",".join(chosen)
        blind = secrets.token_bytes(32)
        leaf = _digest("leaf", definition_hash, blind, choices)
        rows.append({"leaf": leaf, "id": ballot["id"], "blind": blind, "choices": choices})
    rows.sort(key=lambda row: row["leaf"])
    bind.execute(
        sa.text(
            "INSERT INTO vote (leaf, ballot_id, blind, choices)"
            " VALUES (:leaf, :id, :blind, :choices)"
        ),
        rows,
    )
    root, at = _root([row["leaf"] for row in rows]), "2026-11-24T00:00:00+00:00"
    entries = [("opened", _canonical({"definition_hash": definition_hash, "at": at}))]
    entries.append(
        ("rights", _canonical({"box": None, "kind": "seat", "count": len(votes), "at": at}))
    )
    entries += [("cast", _sha(old["id"])) for old in votes]
    entries.append(("mixed", _canonical(
        {"boxes": [], "count": len(rows), "unreadable": 0, "root": root, "at": at}
    )))  # fmt: skip
    if status == "closed":
        entries.append(("closed", _canonical({"count": len(rows), "root": root, "at": at})))
    head = _digest("start", definition_hash).hex()
    for seq, (kind, payload) in enumerate(entries, start=1):
        head = _digest("ledger", head, str(seq), kind, payload).hex()
        bind.execute(
            sa.text(
                "INSERT INTO ledger_entry (ballot_id, seq, kind, payload, hash)"
                " VALUES (:id, :seq, :kind, :payload, :hash)"
            ),
            {"id": ballot["id"], "seq": seq, "kind": kind, "payload": payload, "hash": head},
        )
    bind.execute(
        sa.text(
            "INSERT INTO ballot_ledger (ballot_id, size, head, state, closed_at)"
            " SELECT :id, :size, :head, :state, closed_at FROM consultation WHERE id = :round"
        ),
        {"id": ballot["id"], "size": len(entries), "head": head,
         "state": "closed" if status == "closed" else "open",
         "round": ballot["consultation_id"]},
    )  # fmt: skip


# The formulas of docs/ballot-box.md as they were on the day of this migration.


def _canonical(plain) -> str:
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(tag: str, *fields: str | bytes) -> bytes:
    raw = [one.encode() if isinstance(one, str) else one for one in (tag, *fields)]
    return hashlib.sha256(b"cfl1" + b"".join(len(x).to_bytes(4, "big") + x for x in raw)).digest()


def _root(leaves: list[bytes]) -> str:
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [
            hashlib.sha256(b"\x01" + level[n] + level[n + 1]).digest()
            for n in range(0, len(level) - 1, 2)
        ]
        level = pairs + level[-1:] if len(level) % 2 else pairs
    return level[0].hex()
