"""The state store's tables: what people decided and recorded. Rows are only ever added."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from data.state.collection_tables import act as collection_act
from data.state.collection_tables import act_part as collection_act_part
from data.state.collection_tables import batch as collection_batch
from data.state.collection_tables import batch_part as collection_batch_part
from data.state.collection_tables import record as collection_record
from data.state.columns import metadata
from data.state.columns import recorded as _recorded

__all__ = [
    "collection_act",
    "collection_act_part",
    "collection_batch",
    "collection_batch_part",
    "collection_record",
    "metadata",
]

SCHEMA_VERSION, CHAINED_SINCE = 9, 7
"""1: policies, looks, official figures, views. 2: decisions about grades, facts by hand, services.

3: services recorded many at once. 4: targets.
5: a second look at publications, and withdrawing them. 6: names of adopted policies. 7: the chain.
8: decisions about loads that were held. 9: collection: orders, acts and records.
"""


schema = Table("state_schema", metadata, Column("version", Integer, nullable=False))

chain = Table(
    "state_chain",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime, nullable=False),
    Column("upto", Text, nullable=False),
    Column("accepted_by", String(200)),
    Column("why", Text),
    Column("hash", String(64), nullable=False),
)
"""One link for each write: how far each table was filled, and the hash over its rows and the link before."""

secret = Table(
    "secret",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

policy = Table(
    "adopted_policy",
    metadata,
    *_recorded(),
    Column("why", Text, nullable=False),
    Column("version", String(40)),
    Column("content", Text),
    Column("undoes", Integer),
    sqlite_autoincrement=True,
)

policy_name = Table(
    "adopted_policy_name",
    metadata,
    Column("adoption", Integer, primary_key=True, autoincrement=False),
    Column("name", String(60), nullable=False),
)

unmasked = Table(
    "unmask_log",
    metadata,
    *_recorded(),
    Column("why", Text, nullable=False),
    Column("cons_no", String(64), nullable=False),
    Column("place", String(50), nullable=False),
    Index("unmask_log_by_customer", "cons_no"),
    sqlite_autoincrement=True,
)

official = Table(
    "official_figure",
    metadata,
    *_recorded(),
    Column("why", Text, nullable=False),
    Column("month", Integer, nullable=False),
    Column("basis", String(20), nullable=False),
    Column("org_no", String(64), nullable=False),
    Column("measure", String(50), nullable=False),
    Column("value", BigInteger),
    Index("official_figure_by_month", "month", "basis"),
    sqlite_autoincrement=True,
)

view = Table(
    "saved_view",
    metadata,
    *_recorded(),
    Column("name", String(200), nullable=False),
    Column("page", String(50), nullable=False),
    Column("query", Text),
    sqlite_autoincrement=True,
)

override = Table(
    "grade_override",
    metadata,
    *_recorded(),
    Column("why", Text, nullable=False),
    Column("cons_no", String(64), nullable=False),
    Column("grade", String(32)),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("withdraws", Integer),
    Index("grade_override_by_customer", "cons_no"),
    sqlite_autoincrement=True,
)

publication = Table(
    "grade_publication",
    metadata,
    *_recorded(),
    Column("why", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("policy_version", String(40), nullable=False),
    Column("policy", Text, nullable=False),
    Column("snapshot", String(100), nullable=False),
    Column("replaces", Integer),
    Column("customers", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    sqlite_autoincrement=True,
)

publication_part = Table(
    "grade_publication_part",
    metadata,
    Column("publication", Integer, primary_key=True, autoincrement=False),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("first", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

publication_act = Table(
    "grade_publication_act",
    metadata,
    *_recorded(),
    Column("why", Text, nullable=False),
    Column("publication", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Index("grade_publication_act_by_publication", "publication"),
    sqlite_autoincrement=True,
)

objection = Table(
    "grade_objection",
    metadata,
    *_recorded(),
    Column("publication", Integer, nullable=False),
    Column("cons_no", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("raised_on", Date, nullable=False),
    Index("grade_objection_by_customer", "cons_no"),
    sqlite_autoincrement=True,
)

review = Table(
    "grade_review",
    metadata,
    *_recorded(),
    Column("why", Text, nullable=False),
    Column("objection", Integer, nullable=False, unique=True),
    Column("outcome", String(20), nullable=False),
    Column("grade", String(32)),
    Column("decided_on", Date, nullable=False),
    sqlite_autoincrement=True,
)

reviewed_fact = Table(
    "reviewed_fact",
    metadata,
    *_recorded(),
    Column("cons_no", String(64), nullable=False),
    Column("fact", String(50), nullable=False),
    Column("value", Float),
    Column("evidence", Text, nullable=False),
    Column("fact_on", Date, nullable=False),
    Column("reviewer", String(200), nullable=False),
    Column("withdraws", Integer),
    Index("reviewed_fact_by_customer", "cons_no"),
    sqlite_autoincrement=True,
)

service = Table(
    "service_record",
    metadata,
    *_recorded(),
    Column("cons_no", String(64), nullable=False),
    Column("service", String(50), nullable=False),
    Column("grade", String(32)),
    Column("due_on", Date, nullable=False),
    Column("done_on", Date),
    Column("note", Text, nullable=False),
    Column("withdrawn", Integer, nullable=False, default=0),
    Index("service_record_by_customer", "cons_no"),
    Index("service_record_by_day", "due_on"),
    sqlite_autoincrement=True,
)

service_batch = Table(
    "service_batch",
    metadata,
    *_recorded(),
    Column("name", String(200), nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("withdraws", Integer),
    sqlite_autoincrement=True,
)

target_entry = Table(
    "target_entry",
    metadata,
    *_recorded(),
    Column("why", Text, nullable=False),
    Column("name", String(200), nullable=False),
    Column("undoes", Integer),
    sqlite_autoincrement=True,
)

target = Table(
    "recovery_target",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("entry", Integer, nullable=False),
    Column("org_no", String(64), nullable=False),
    Column("month", Integer, nullable=False),
    Column("measure", String(50), nullable=False),
    Column("value", BigInteger),
    Index("recovery_target_by_entry", "entry"),
    sqlite_autoincrement=True,
)

load_decision = Table(
    "load_decision",
    metadata,
    *_recorded(),
    Column("why", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("load", String(100), nullable=False),
    Column("held", String(100), nullable=False),
    Column("folder", Text, nullable=False),
    Column("findings", Text, nullable=False),
    sqlite_autoincrement=True,
)

DECISIONS = (
    policy,
    official,
    override,
    publication,
    publication_act,
    objection,
    review,
    reviewed_fact,
    target_entry,
)
"""The tables whose records change figures: they make the state's version."""

CHAINED = tuple(t for t in metadata.sorted_tables if t not in (schema, chain, secret))
"""The tables whose records are links of the chain; of each, the first column of its key only grows.

A link covers whole rows: what is to be told besides is a table of its own, never another column.
"""
