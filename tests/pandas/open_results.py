"""Opens the tables of an experiment in pandas and xarray, as docs/experiments.md says. Usage: open_results.py DIR."""

import sys

import pandas as pd
import xarray as xr

numbers = pd.read_parquet(f"{sys.argv[1]}/numbers.parquet").pivot_table(index=["condition", "seed"], columns="name", values="value")
curves = pd.read_parquet(f"{sys.argv[1]}/series.parquet").set_index(["condition", "name", "seed", "x"])["y"].to_xarray()

assert len(numbers) > 1 and numbers.notna().any().all(), numbers
assert isinstance(curves, xr.DataArray) and set(curves.dims) == {"condition", "name", "seed", "x"}, curves
print(numbers.groupby("condition").mean().T)
print(curves.mean("seed"))
