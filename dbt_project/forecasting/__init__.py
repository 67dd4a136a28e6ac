"""When money comes in: the cash forecast as pure functions on arrays, called by the dbt models of `models/simulation`.

Days are whole numbers (days since 1970-01-01), `NEVER` stands for a date that nobody knows; amounts are whole cents held
in floats, so that sums are exact and do not depend on the order of rows. Nothing here reads a clock, a file or a database.
"""
