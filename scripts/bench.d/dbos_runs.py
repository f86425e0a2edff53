"""The peer of the engine's figures: DBOS (PyPI) with empty durable steps on SQLite.

Prints one JSON line: seconds of a run of forty steps (the median of five after one to warm up), and of two hundred runs
of five steps that are started at once.
"""
import json
import statistics
import tempfile
import time

from dbos import DBOS, DBOSConfig

folder = tempfile.mkdtemp()
config: DBOSConfig = {"name": "peer", "system_database_url": f"sqlite:///{folder}/dbos.sqlite", "log_level": "ERROR", "run_admin_server": False}
DBOS(config=config)


@DBOS.step()
def empty(number: int) -> int:
    return number


@DBOS.workflow()
def steps(count: int) -> int:
    return sum(empty(number) for number in range(count))


def seconds(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def many() -> None:
    for handle in [DBOS.start_workflow(steps, 5) for _ in range(200)]:
        handle.get_result()


DBOS.launch()
steps(40)
forty = statistics.median(seconds(lambda: steps(40)) for _ in range(5))
print(json.dumps({"forty_steps_s": round(forty, 3), "two_hundred_runs_s": round(seconds(many), 2)}))
DBOS.destroy()
