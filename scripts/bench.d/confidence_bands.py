"""Whether a field that is said to be certain is right: said confidence beside observed accuracy, in bands.

usage: confidence_bands.py DESKHAND CONFIG TRUTH.json...

Has `deskhand extract` read the paper beside each truth and compares every field that it gave a value for.
"""
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

deskhand, config, *truths = sys.argv[1:]
EDGES = [0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 1.01]


def name(band: int) -> str:
    if band == 0:
        return "< 0.5"
    return ">= 0.99" if band == len(EDGES) - 2 else f"{EDGES[band]:g} - {EDGES[band + 1]:g}"


bands = defaultdict(list)  # (source, band) -> [(said, right)]
wrong = []
for truth_file in map(Path, truths):
    truth = json.loads(truth_file.read_text())
    command = [deskhand, "--config", config, "--json", "extract", truth_file.parent / truth["file"]]
    out = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    if not out or not truth.get("fields"):
        continue
    for field, got in (json.loads(out[0]).get("fields") or {}).items():
        if field not in truth["fields"] or not got or got.get("value") is None:
            continue
        said = float(got["confidence"])
        right = got["value"] == truth["fields"][field]
        band = max(i for i, edge in enumerate(EDGES[:-1]) if said >= edge)
        for source in ("all", got["source"]):
            bands[source, band].append((said, right))
        if not right:
            wrong.append(f"{truth['file']} {field}: {got['value']!r} for {truth['fields'][field]!r}, said {said:.3f}")
for source in sorted({source for source, _ in bands}):
    print(f"  {source}")
    print(f"    {'confidence':<14}{'fields':>8}{'said':>9}{'right':>9}")
    for band in range(len(EDGES) - 1):
        if rows := bands.get((source, band)):
            said = sum(s for s, _ in rows) / len(rows)
            right = sum(r for _, r in rows) / len(rows)
            print(f"    {name(band):<14}{len(rows):>8}{said:>9.3f}{right:>9.3f}")
for line in wrong:
    print(f"  wrong: {line}")
