"""What the company's exports must look like before anything is built on them (`raw_files.*`).

Types and required columns are the loader's, sums between tables are dbt's: here stand arrival, volume, freshness, keys,
closed lists, completeness and orders of magnitude. A list or a sign that changes totals is critical; what only blurs a
report is a warning.
"""
