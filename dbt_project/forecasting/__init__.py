"""When money comes in: the cash forecast as pure functions on arrays, called by the dbt models of `models/simulation`.

Days are whole numbers (days since 1970-01-01), `NEVER` stands for a date that nobody knows; amounts are whole cents
held in floats, so that sums are exact and do not depend on the order of rows. Nothing here reads a clock or a file.

- what is known, and since when: `facts`; how long things take: `clocks`
- when each flow arrives: `payments`, `receivables`, `orders`, `pipeline`, `chain`; what is learnt of it: `behaviour`
- what flows add up to: `flows`, `portfolio`; what came instead: `outcomes`, `baselines`, `calibration`
- a forecast: `forecast`; from and to the warehouse: `reading`, `tables`, `live`, `models`
"""
