"""Who may be proposed, asked and shown: whom the data knows and who agreed to be contacted; who is an ambassador."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Final

from kpi.errors import DecisionError
from kpi.language import translate
from kpi.store import Listing, Warehouse

CUSTOMERS_MART: Final = "dim_customers"
AMBASSADORS_MART: Final = "dim_ambassadors"

Consents = Callable[[Collection[str]], Mapping[str, bool]]
"""Per customer asked for whom the data knows and who is not staff, whether they may be contacted; no other key."""

Enrolments = Callable[[str, date], bool]
"""Whether a customer is enrolled as an ambassador on a day."""


def consents_in(warehouse: Warehouse) -> Consents:
    """The consents of the published data, read anew each time: it is asked for a few customers."""

    def consents(customer_ids: Collection[str]) -> Mapping[str, bool]:
        rows = warehouse.rows(
            Listing(
                mart=CUSTOMERS_MART,
                columns=("customer_id", "has_contact_consent"),
                order=("customer_id",),
                filters={"customer_id": sorted(customer_ids)},
            )
        )
        return {row["customer_id"]: bool(row["has_contact_consent"]) for row in rows}

    return consents


def enrolments_in(warehouse: Warehouse) -> Enrolments:
    """The enrolments of the published data, read anew each time: it is asked for one customer."""

    def is_enrolled(customer_id: str, day: date) -> bool:
        rows = warehouse.rows(
            Listing(
                mart=AMBASSADORS_MART,
                columns=("enrolled_date", "left_date"),
                order=("ambassador_id",),
                filters={"customer_id": [customer_id]},
            )
        )
        return any(row["enrolled_date"] <= day and (row["left_date"] is None or row["left_date"] > day) for row in rows)

    return is_enrolled


def require_known(customer_id: str, consents: Consents) -> None:
    """`DecisionError` for somebody whom the data does not know, or who is staff."""
    if customer_id not in consents([customer_id]):
        raise DecisionError(
            translate("There is no customer “{name}” in the data. Choose somebody else.", name=customer_id)
        )


def require_consent(customer_id: str, consents: Consents) -> None:
    """`DecisionError` for somebody whom the data does not know, who is staff, or who may not be contacted."""
    require_known(customer_id, consents)
    if not consents([customer_id]).get(customer_id):
        raise DecisionError(
            translate("“{name}” has not agreed to be contacted. Choose somebody else.", name=customer_id)
        )
