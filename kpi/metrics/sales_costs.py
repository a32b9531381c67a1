"""What sales cost besides the product: the rates of the settings, weighted by what was sold."""

from kpi.metrics.coverage import missing_tables
from kpi.metrics.definitions import Sums
from kpi.metrics.measure import read_sums
from kpi.metrics.revenue import net_revenue
from kpi.period import Period
from kpi.settings import Settings
from kpi.store import UNKNOWN, Warehouse


def sales_cost_share(warehouse: Warehouse, settings: Settings, period: Period) -> float:
    """Payment, delivery, support and sales commission as a share of the revenue of a period, by category sold."""
    rates = settings.sales_costs
    if not rates.categories or missing_tables(net_revenue, warehouse.manifest):
        return rates.total
    sold = {
        None if group == UNKNOWN else group: float(Sums(sums).amount("revenue"))
        for (_, group), sums in read_sums(warehouse, net_revenue, [period], "category", None, None).items()
    }
    total = sum(sold.values())
    return sum(rates.of(group).total * amount for group, amount in sold.items()) / total if total else rates.total
