"""The peer of the engine's forty-step run: DBOS (PyPI) with the same forty empty durable steps on SQLite.

Prints one JSON line: the median seconds of five runs after one to warm up.
"""
import json
import statistics
import tempfile
import time

from dbos import DBOS, DBOSConfig

folder = tempfile.mkdtemp()
config: DBOSConfig = {"name": "forty", "system_database_url": f"sqlite:///{folder}/dbos.sqlite", "log_level": "ERROR", "run_admin_server": False}
DBOS(config=config)


@DBOS.step()
def empty(number: int) -> int:
    return number


@DBOS.workflow()
def forty() -> int:
    return sum(empty(number) for number in range(40))


DBOS.launch()
forty()
times = []
for _ in range(5):
    start = time.perf_counter()
    forty()
    times.append(time.perf_counter() - start)
print(json.dumps({"seconds": round(statistics.median(times), 3)}))
DBOS.destroy()
