"""Who deserves recognition, and why; who is left out, and why."""

from kpi.advocates.candidates import Candidate, Candidates, candidates
from kpi.advocates.components import COMPONENTS, Component
from kpi.advocates.exclusions import LeftOut, Omissions, WhyNot, left_out, why_not
from kpi.advocates.history import Moment, MomentKind, history
from kpi.advocates.question import Decided, Potential, Question, Wanted
from kpi.advocates.reasons import Reason

__all__ = [
    "COMPONENTS",
    "Candidate",
    "Candidates",
    "Component",
    "Decided",
    "LeftOut",
    "Moment",
    "MomentKind",
    "Omissions",
    "Potential",
    "Question",
    "Reason",
    "Wanted",
    "WhyNot",
    "candidates",
    "history",
    "left_out",
    "why_not",
]
