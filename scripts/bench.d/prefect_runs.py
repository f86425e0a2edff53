"""The peer of the engine's figures: Prefect (PyPI) with tasks whose results are kept, on its own SQLite.

Prints one JSON line: seconds of a run of forty steps, the median of three after one to warm up.
"""
import json
import logging
import os
import statistics
import tempfile
import time

folder = tempfile.mkdtemp()
os.environ.update({
    "PREFECT_HOME": folder, "PREFECT_LOGGING_LEVEL": "ERROR", "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1",
})
from prefect import flow, task  # noqa: E402 (the settings come first)

logging.disable(logging.CRITICAL)


@task(persist_result=True)
def empty(number: int) -> int:
    return number


@flow(persist_result=True)
def steps(count: int) -> int:
    return sum(empty(number) for number in range(count))


times = []
for _ in range(4):
    start = time.perf_counter()
    steps(40)
    times.append(time.perf_counter() - start)
print(json.dumps({"forty_steps_s": round(statistics.median(times[1:]), 3)}))
