"""The tables of collection: batches of orders, what was done with them, what customers were told and said.

An order is never changed: its state follows from the acts of its batch, in their order.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Integer, LargeBinary, String, Table, Text

from data.state.columns import metadata, recorded

batch = Table(
    "collection_batch",
    metadata,
    *recorded(),
    Column("why", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("policy_version", String(40), nullable=False),
    Column("policy", Text, nullable=False),
    Column("snapshot", String(100), nullable=False),
    Column("orders", Integer, nullable=False),
    Column("owed", BigInteger, nullable=False),
    Column("content_hash", String(64), nullable=False),
    sqlite_autoincrement=True,
)

batch_part = Table(
    "collection_batch_part",
    metadata,
    Column("batch", Integer, primary_key=True, autoincrement=False),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("first", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

act = Table(
    "collection_act",
    metadata,
    *recorded(),
    Column("why", Text, nullable=False),
    Column("batch", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("source", String(100), nullable=False),
    Column("places", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Index("collection_act_by_batch", "batch"),
    Index("collection_act_by_source", "source"),
    sqlite_autoincrement=True,
)
"""One act on some places of a batch (JSON in `content`, many of them in parts), on all where `places` is 0.

`source` is the snapshot that a retraction is about, the day of an issue.
"""

act_part = Table(
    "collection_act_part",
    metadata,
    Column("act", Integer, primary_key=True, autoincrement=False),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

record = Table(
    "collection_record",
    metadata,
    *recorded(),
    Column("cons_no", String(64), nullable=False),
    Column("org_no", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("on_day", Date, nullable=False),
    Column("at_time", String(5), nullable=False),
    Column("order_no", String(20), nullable=False),
    Column("batch", Integer),
    Column("place", Integer),
    Column("outcome", String(32), nullable=False),
    Column("until", Date),
    Column("amount", BigInteger),
    Column("method", String(32), nullable=False),
    Column("receiver", String(200), nullable=False),
    Column("reference", String(200), nullable=False),
    Column("evidence", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Column("mark", String(64), nullable=False),
    Column("withdraws", Integer),
    Index("collection_record_by_customer", "cons_no"),
    Index("collection_record_by_day", "on_day"),
    Index("collection_record_by_mark", "mark"),
    Index("collection_record_by_order", "batch", "place"),
    sqlite_autoincrement=True,
)
"""`person` and `org_no` are those in charge when it happened: a later import moves nobody's performance."""
