"""Who deserves recognition, and why; who is left out, and why."""

from kpi.advocates.backtest import BackTest, Order, PastDay, Quality, backtest
from kpi.advocates.candidates import COMPANY, SEGMENTS, Candidate, Candidates, candidates, listed_among
from kpi.advocates.components import COMPONENTS, Component
from kpi.advocates.contacts import CONTACT_COLUMNS, contacts
from kpi.advocates.evidence import Evidence, evidence
from kpi.advocates.exclusions import LeftOut, Omissions, WhyNot, left_out, why_not
from kpi.advocates.fairness import Cover, cover
from kpi.advocates.learned import learn, learn_and_keep
from kpi.advocates.network import Member, Network, Tree, read_network, read_tree
from kpi.advocates.question import CONFIDENCE_STEPS, Decided, Potential, Question, Wanted
from kpi.advocates.reasons import Reason

__all__ = [
    "COMPANY",
    "COMPONENTS",
    "CONFIDENCE_STEPS",
    "CONTACT_COLUMNS",
    "SEGMENTS",
    "BackTest",
    "Candidate",
    "Candidates",
    "Component",
    "Cover",
    "Decided",
    "Evidence",
    "LeftOut",
    "Member",
    "Network",
    "Omissions",
    "Order",
    "PastDay",
    "Potential",
    "Quality",
    "Question",
    "Reason",
    "Tree",
    "Wanted",
    "WhyNot",
    "backtest",
    "candidates",
    "contacts",
    "cover",
    "evidence",
    "learn",
    "learn_and_keep",
    "left_out",
    "listed_among",
    "read_network",
    "read_tree",
    "why_not",
]
