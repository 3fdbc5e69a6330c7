"""Standardizes the raw data with the C program and splits it into two halves."""

import csv
import subprocess

subprocess.run(["bin/standardize", "data/raw.csv", "work/standardized.csv"], check=True)

with open("work/standardized.csv", newline="") as file:
    rows = list(csv.reader(file))

for name, part in (("train", rows[0::2]), ("test", rows[1::2])):
    with open(f"work/{name}.csv", "w", newline="") as file:
        csv.writer(file).writerows(part)
