"""The forecasts of the Mondays not frozen yet: computed by `forecasting`, appended, never rebuilt."""


def model(dbt, session):
    """What is appended by this run."""
    from forecasting.models import freeze_mondays

    relations = {
        "calendar": dbt.ref("dim_dates"),
        "clients": dbt.ref("dim_clients"),
        "instalments": dbt.ref("sim_instalments"),
        "settlements": dbt.ref("sim_settlements"),
        "orders": dbt.ref("sim_orders"),
        "order_moves": dbt.ref("sim_order_moves"),
        "deals": dbt.ref("sim_deals"),
        "stays": dbt.ref("sim_stays"),
        "proposals": dbt.ref("sim_proposals"),
        "arrivals": dbt.ref("sim_arrivals"),
    }
    frozen = session.sql(f"select * from {dbt.this}") if dbt.is_incremental else None
    return freeze_mondays(relations, dbt.ref("dim_as_of"), frozen)
