"""How many unified social credit codes python-stdnum validates in a second on one core."""
import time

from stdnum.cn import uscc

CODES = ["91110000600037341L", "9144030071526726XG", "91110000600037341M", "92330781MA2EDMFU50"]
done, start = 0, time.perf_counter()
while (taken := time.perf_counter() - start) < 2:
    for _ in range(1000):
        uscc.is_valid(CODES[done % 4])
        done += 1
print(f"credit codes checked a second: {done / taken:.0f}")
