"""The forecast of the as-of day, computed by `forecasting`."""


def model(dbt, session):
    """The forecast, in place of the former one."""
    from forecasting.models import forecast_today

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
    return forecast_today(relations, dbt.ref("dim_as_of"), dbt.ref("sim_cash_snapshots"))
