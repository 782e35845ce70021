"""The state store: what people decide and record. Records are added, never changed or removed."""

from __future__ import annotations

from data.state.collection_records import CollectionRecord, CollectionRecords
from data.state.facts import FactRecords, ReviewedFact
from data.state.grades import GradeRecords, Objection, Override, Review
from data.state.load_decisions import LoadDecision, LoadDecisions
from data.state.looks import LookRecords, Unmasking
from data.state.official import OfficialFigure, OfficialRecords
from data.state.order_reads import Batch
from data.state.policies import AdoptedPolicy, PolicyRecords
from data.state.publications import Publication, PublicationRecords
from data.state.service_records import ServiceBatch, ServiceRecord, ServiceRecords
from data.state.targets import TargetEntry, TargetFigure, TargetRecords
from data.state.views import SavedView, ViewRecords

__all__ = [
    "AdoptedPolicy",
    "Batch",
    "CollectionRecord",
    "LoadDecision",
    "Objection",
    "OfficialFigure",
    "Override",
    "Publication",
    "Review",
    "ReviewedFact",
    "SavedView",
    "ServiceBatch",
    "ServiceRecord",
    "State",
    "TargetEntry",
    "TargetFigure",
    "Unmasking",
]


class State(
    PolicyRecords,
    LookRecords,
    OfficialRecords,
    ViewRecords,
    GradeRecords,
    PublicationRecords,
    FactRecords,
    ServiceRecords,
    TargetRecords,
    LoadDecisions,
    CollectionRecords,
):
    """The open store, by subject."""
