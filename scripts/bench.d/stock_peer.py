"""The peer of the forecast's figures: statsforecast 2.1 over the same sets, the same origins, the same history.

usage: stock_peer.py DEMAND_FOLDER OUT.csv [--ends 1913,1885,...] [--history 730] [--only daily|weekly|monthly]

Daily: the four models and their median, 28 days ahead of each origin (the number is the last day of the test window).
Weekly: SeasonalNaive(52), 8 weeks, three origins. Monthly: IMAPA, 12 months at the end, absent values read as zero.
Writes one row for each set, origin and model: set,origin,model,series,mae,rmsse,wape,bias,cpu_seconds.
"""
import argparse
import csv
import gzip
import statistics
import time
from pathlib import Path

import numpy as np
from statsforecast.models import IMAPA, AutoETS, CrostonSBA, DynamicOptimizedTheta, SeasonalNaive, SeasonalWindowAverage

ROW = ["set", "origin", "model", "series", "mae", "rmsse", "wape", "bias", "cpu_seconds"]


def long_table(path: Path) -> dict[str, np.ndarray]:
    series: dict[str, list[float]] = {}
    with gzip.open(path, "rt", newline="") as file:
        for row in csv.DictReader(file):
            series.setdefault(f"{row['item_id']}\t{row['store_id']}", []).append(float(row["value"]))
    return {name: np.array(values) for name, values in sorted(series.items())}


def wide_table(path: Path) -> dict[str, np.ndarray]:
    with gzip.open(path, "rt", newline="") as file:
        head, *rows = list(csv.reader(file))
    return {name: np.array([float(row[i] or 0) for row in rows]) for i, name in enumerate(head) if i > 0}


def ahead(model, history: np.ndarray, horizon: int) -> np.ndarray:
    """A model that cannot stand a series (all zero, constant) answers with the last value."""
    try:
        mean = model.forecast(y=history, h=horizon)["mean"]
    except Exception:  # noqa: BLE001 - whatever the model says, the next one goes on
        mean = np.full(horizon, history[-1])
    return np.nan_to_num(np.maximum(mean, 0.0))


def scores(actual: list[np.ndarray], forecast: list[np.ndarray], scales: list[float]) -> list[float]:
    errors = [a - f for a, f in zip(actual, forecast)]
    total = sum(float(a.sum()) for a in actual)
    absolute = sum(float(np.abs(e).sum()) for e in errors)
    mae = absolute / sum(len(e) for e in errors)
    rmsse = statistics.fmean(float(np.sqrt((e**2).mean() / s)) for e, s in zip(errors, scales) if s > 0)
    bias = -sum(float(e.sum()) for e in errors) / total
    return [mae, rmsse, absolute / total, bias]


def m5_scale(values: np.ndarray) -> float:
    """Mean squared difference of neighbours after the first sale (M5 guide)."""
    sold = np.flatnonzero(values)
    return float((np.diff(values[sold[0]:]) ** 2).mean()) if len(sold) and sold[0] + 1 < len(values) else 0.0


def judge(out, name: str, series: dict, end: int, horizon: int, history: int, models: dict, ensemble: bool) -> None:
    train = [v[: end - horizon] for v in series.values()]
    actual = [v[end - horizon : end] for v in series.values()]
    scales = [m5_scale(v) for v in train]
    answers, seconds = {}, {}
    for label, model in models.items():
        start = time.process_time()
        answers[label] = [ahead(model, v[-history:], horizon) for v in train]
        seconds[label] = time.process_time() - start
    if ensemble:
        label = f"median of {len(models)}"
        answers[label] = [np.median(np.stack(four), axis=0) for four in zip(*answers.values())]
        seconds[label] = sum(seconds.values())
    for label, answer in answers.items():
        row = [name, end, label, len(series), *(f"{x:.5f}" for x in scores(actual, answer, scales)), f"{seconds[label]:.3f}"]
        out.writerow(row)
        print(*row, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("demand", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--ends", default="1913,1885,1857,1829,1549,1521,1493,1465")
    parser.add_argument("--history", type=int, default=730)
    parser.add_argument("--only", default="daily,weekly,monthly")
    args = parser.parse_args()
    models = {
        "AutoETS(7)": AutoETS(season_length=7),
        "DynamicOptimizedTheta(7)": DynamicOptimizedTheta(season_length=7),
        "SeasonalWindowAverage(7,4)": SeasonalWindowAverage(season_length=7, window_size=4),
        "CrostonSBA": CrostonSBA(),
    }
    warm = np.array([1.0, 2, 0, 3, 1, 0, 2] * 8)
    for model in [*models.values(), IMAPA(), SeasonalNaive(52)]:
        ahead(model, warm, 7)
    with args.out.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(ROW)
        if "daily" in args.only:
            daily = long_table(args.demand / "train_d1_d1913.csv.gz")
            for end in map(int, args.ends.split(",")):
                judge(out, "daily", daily, end, 28, args.history, models, ensemble=True)
        if "weekly" in args.only:
            weekly = wide_table(args.demand / "jewelry_wide.csv.gz")
            length = len(next(iter(weekly.values())))
            for end in (length, length - 8, length - 16):
                judge(out, "weekly", weekly, end, 8, length, {"SeasonalNaive(52)": SeasonalNaive(52)}, ensemble=False)
        if "monthly" in args.only:
            monthly = wide_table(args.demand / "carparts_wide.csv.gz")
            length = len(next(iter(monthly.values())))
            judge(out, "monthly", monthly, length, 12, length, {"IMAPA": IMAPA()}, ensemble=False)


main()
