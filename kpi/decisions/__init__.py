"""What people decide: targets, annotations, saved views; each an entry of the ledger, with history and undo."""

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
from kpi.decisions.csv_import import read_annotations_file, read_targets_file
from kpi.decisions.reading import KINDS, Decisions, LatestDecisions, read_decisions
from kpi.decisions.register import Change, Edit
from kpi.decisions.review import Reviewed, due, months_over, review
from kpi.decisions.targets import (
    Segment,
    Target,
    Targets,
    key_in_words,
    record_targets,
    record_targets_undone,
    wished,
)
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
    "Decisions",
    "Edit",
    "Known",
    "LatestDecisions",
    "Pace",
    "PeriodTarget",
    "Reviewed",
    "Segment",
    "Target",
    "Targets",
    "View",
    "Views",
    "attainment",
    "due",
    "judge",
    "key_in_words",
    "known_query",
    "months_over",
    "pace",
    "read_annotations_file",
    "read_decisions",
    "read_targets_file",
    "record_annotation_edited",
    "record_annotation_removed",
    "record_annotations",
    "record_annotations_undone",
    "record_targets",
    "record_targets_undone",
    "record_view",
    "record_view_changed",
    "record_view_deleted",
    "record_view_undone",
    "review",
    "target_for",
    "whole_month",
    "wished",
]
