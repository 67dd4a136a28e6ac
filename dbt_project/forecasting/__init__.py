"""When money comes in: the cash forecast as pure functions on arrays, called by the dbt models of `models/simulation`.

Days are whole numbers (days since 1970-01-01), `NEVER` stands for a date that nobody knows; amounts are whole cents held
in floats, so that sums are exact and do not depend on the order of rows. Nothing here reads a clock or a file.

`facts` (what is known, and when), `clocks` (how long things take), `payments`, `orders`, `pipeline`, `receivables`, `chain`
(when each flow arrives), `behaviour` (what is learnt of the past), `flows`, `portfolio` (what they add up to), `outcomes`,
`baselines`, `calibration` (what the past says of the forecasts), `forecast` (a day), `reading`, `tables`, `live`, `models`
(from and to the warehouse).
"""
