"""Whether what we are about to publish can be believed (`marts.*`).

Grain, relationships and sums to the cent are dbt's tests: here stand orders of magnitude, and what readers had before.
Critical is what no PME can show; a warning is what a person should look at before quoting the figure.
"""
