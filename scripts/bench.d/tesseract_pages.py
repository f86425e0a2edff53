"""Milliseconds a page for the command `tesseract` (chi_tra+chi_sim+eng), over the images given.

usage: tesseract_pages.py IMAGE...

One process a page, as the command is used; its start and its models are part of its time.
"""
import resource
import subprocess
import sys
import time

files = sys.argv[1:]
total = 0.0
for file in files:
    start = time.perf_counter()
    command = ["tesseract", file, "-", "-l", "chi_tra+chi_sim+eng"]
    words = subprocess.run(command, check=True, capture_output=True).stdout.split()
    took = (time.perf_counter() - start) * 1000
    total += took
    print(f"{took:.0f} ms {len(words)} words {file}", flush=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = (used.ru_utime + used.ru_stime) * 1000
pages = max(len(files), 1)
print(f"mean {total / pages:.0f} ms a page, {cpu / pages:.0f} ms of processor, {len(files)} pages")
