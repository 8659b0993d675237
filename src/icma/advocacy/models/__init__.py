from icma.advocacy.models.campaign import (
    Campaign,
    Delivery,
    Indicator,
    MassRequest,
    MassRow,
    Message,
    Note,
    Reach,
    Reached,
    SelfReported,
    Stakeholder,
    Standing,
    Tactic,
    Update,
    ViewDay,
)
from icma.advocacy.models.oversight import Commitment, Decision, Level, Observation, Point, Rating, Source
from icma.advocacy.models.petition import (
    AuditSample,
    Checkpoint,
    Invalidation,
    Leaf,
    Pending,
    Petition,
    Sheet,
    Signature,
    Witness,
)

__all__ = [
    "AuditSample", "Campaign", "Checkpoint", "Commitment", "Decision", "Delivery", "Indicator", "Invalidation", "Leaf", "Level",
    "MassRequest", "MassRow", "Message", "Note", "Observation", "Pending", "Petition", "Point", "Rating", "Reach",
    "Reached", "SelfReported", "Sheet", "Signature", "Source", "Stakeholder", "Standing", "Tactic", "Update", "ViewDay", "Witness",
]  # fmt: skip
