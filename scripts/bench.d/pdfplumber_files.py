"""Milliseconds a PDF for pdfplumber: the words and the text of all pages, over the files given.

usage: pdfplumber_files.py [--times N] PDF...

Warm: one file before the clock starts, the median of N readings of each. Prints as the example read_bench does.
"""
import logging
import statistics
import sys
import time

import pdfplumber

logging.disable(logging.CRITICAL)
arguments = sys.argv[1:]
times = 5
if arguments[0] == "--times":
    times, arguments = int(arguments[1]), arguments[2:]


def read(file: str) -> int:
    with pdfplumber.open(file) as pdf:
        for page in pdf.pages:
            page.extract_words()
            page.extract_text()
        return len(pdf.pages)


if times > 1:
    read(arguments[0])
total, cpu = 0.0, time.process_time()
for file in arguments:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        pages = read(file)
        taken.append((time.perf_counter() - start) * 1000)
    median = statistics.median(taken)
    total += median
    print(f"{median:.1f} ms {pages} pages {file}")
cpu = (time.process_time() - cpu) * 1000 / (times * len(arguments))
print(f"mean {total / len(arguments):.1f} ms a file, {cpu:.1f} ms of processor, {len(arguments)} files")
