"""Scans of A4 pages at 200 dpi, out of PDFs: a little crooked, a little noisy, a little grey, always the same.

usage: make_scans.py FOLDER PDF...

Needs Pillow and the command pdftoppm (poppler-utils). Writes one PNG a first page and prints their paths.
"""
import random
import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

folder = Path(sys.argv[1])
for number, pdf in enumerate(map(Path, sys.argv[2:])):
    rng = random.Random(number)
    drawn = folder / pdf.stem
    subprocess.run(["pdftoppm", "-r", "200", "-l", "1", "-singlefile", "-gray", "-png", pdf, drawn], check=True)
    page = Image.open(drawn.with_suffix(".png")).convert("L")
    page = page.rotate(rng.uniform(-0.7, 0.7), Image.Resampling.BICUBIC, fillcolor=255)
    page = page.filter(ImageFilter.GaussianBlur(0.6))
    noise = Image.frombytes("L", page.size, rng.randbytes(page.width * page.height)).point(lambda v: v // 16)
    page = ImageChops.subtract(page, noise)
    scan = folder / f"scan-{pdf.stem}.png"
    page.save(scan)
    drawn.with_suffix(".png").unlink()
    print(scan)
