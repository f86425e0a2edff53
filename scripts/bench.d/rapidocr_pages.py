#!/usr/bin/env python3
"""Milliseconds a page for RapidOCR (the same models under ONNX Runtime), over the images given.

    rapidocr_pages.py [--text] IMAGE...

Needs: pip install rapidocr==3.10.0 onnxruntime. Prints the same lines as the example ocr_bench of bot/documents,
so that both figures come from the same run on the same files. --text prints every line that was read.
"""

import logging
import sys
import time

logging.disable(logging.CRITICAL)

try:
    from rapidocr import RapidOCR
except ImportError:
    sys.exit("rapidocr_pages.py: run pip install rapidocr==3.10.0 onnxruntime first")


def main() -> None:
    text = "--text" in sys.argv
    files = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    engine = RapidOCR()
    if files:
        engine(files[0])  # one page before the clock starts, for both engines alike
    total, cpu = 0.0, time.process_time()
    for file in files:
        start = time.perf_counter()
        read = engine(file)
        took = (time.perf_counter() - start) * 1000
        total += took
        lines = list(zip(read.scores or (), read.txts or ()))
        print(f"{took:.0f} ms {len(lines)} lines {file}", flush=True)
        if text:
            for score, line in lines:
                print(f"\t{score:.2f}\t{line}")
    pages = max(len(files), 1)
    cpu = (time.process_time() - cpu) * 1000
    print(f"mean {total / pages:.0f} ms a page, {cpu / pages:.0f} ms of processor, {len(files)} pages")


main()
