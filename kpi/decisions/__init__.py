"""What people decide: targets, annotations, views, spotlights, segments; ledger entries, with history and undo."""

from kpi.decisions.annotations import (
    Annotation,
    Annotations,
    record_annotation_edited,
    record_annotation_removed,
    record_annotations,
    record_annotations_undone,
)
from kpi.decisions.attainment import Attainment, Pace, PeriodTarget, attainment, judge, pace, target_for, whole_month
from kpi.decisions.authors import Author
from kpi.decisions.consents import Consents, Enrolments, consents_in, enrolments_in
from kpi.decisions.csv_import import read_annotations_file, read_targets_file
from kpi.decisions.discretion import details_without_people
from kpi.decisions.eligibility import Objections, Rules, rules_in
from kpi.decisions.named_segments import (
    NamedSegment,
    NamedSegments,
    record_segment,
    record_segment_changed,
    record_segment_deleted,
    record_segment_undone,
)
from kpi.decisions.reading import KINDS, Decisions, LatestDecisions, read_decisions
from kpi.decisions.register import Change, Edit
from kpi.decisions.review import Reviewed, due, months_over, review
from kpi.decisions.set_aside import (
    Invitation,
    SetAside,
    record_brought_back,
    record_invitation_undone,
    record_invited,
    record_set_aside,
    record_set_aside_undone,
)
from kpi.decisions.spotlight_steps import (
    Step,
    record_details,
    record_proposed,
    record_step,
    record_step_undone,
)
from kpi.decisions.spotlights import Channel, Spotlight, Spotlights, Stage, Visible, visible
from kpi.decisions.targets import (
    Segment,
    Target,
    Targets,
    key_in_words,
    record_targets,
    record_targets_undone,
    wished,
)
from kpi.decisions.turns import Turns, read_turns
from kpi.decisions.views import (
    Known,
    View,
    Views,
    known_query,
    record_view,
    record_view_changed,
    record_view_deleted,
    record_view_undone,
)

__all__ = [
    "KINDS",
    "Annotation",
    "Annotations",
    "Attainment",
    "Author",
    "Change",
    "Channel",
    "Consents",
    "Decisions",
    "Edit",
    "Enrolments",
    "Invitation",
    "Known",
    "LatestDecisions",
    "NamedSegment",
    "NamedSegments",
    "Objections",
    "Pace",
    "PeriodTarget",
    "Reviewed",
    "Rules",
    "Segment",
    "SetAside",
    "Spotlight",
    "Spotlights",
    "Stage",
    "Step",
    "Target",
    "Targets",
    "Turns",
    "View",
    "Views",
    "Visible",
    "attainment",
    "consents_in",
    "details_without_people",
    "due",
    "enrolments_in",
    "judge",
    "key_in_words",
    "known_query",
    "months_over",
    "pace",
    "read_annotations_file",
    "read_decisions",
    "read_targets_file",
    "read_turns",
    "record_annotation_edited",
    "record_annotation_removed",
    "record_annotations",
    "record_annotations_undone",
    "record_brought_back",
    "record_details",
    "record_invitation_undone",
    "record_invited",
    "record_proposed",
    "record_segment",
    "record_segment_changed",
    "record_segment_deleted",
    "record_segment_undone",
    "record_set_aside",
    "record_set_aside_undone",
    "record_step",
    "record_step_undone",
    "record_targets",
    "record_targets_undone",
    "record_view",
    "record_view_changed",
    "record_view_deleted",
    "record_view_undone",
    "review",
    "rules_in",
    "target_for",
    "visible",
    "whole_month",
    "wished",
]
