"""Kills Deskhand at random moments of a mixed load and counts what was lost or done twice.

usage: crash.py DESKHAND [--kills N] [--seed N] [--keep DIR] [--postgres]

The load: invoices dropped into a folder (data, so that reading is quick), one in seven with a wrong sum, so that a person
is asked and answers; bills entered into the small bookkeeping site through a real browser; a schedule of every minute.
`kill -9` goes to the program alone, as a power cut or the system's memory killer would send it. At the end everything may
finish, and then: each file has one run, each bill stands once, each minute fired once, the audit chain verifies.

With --postgres three programs share a database: `serve` and two workers. One of them at a time is killed while the others
work, and half-way the database itself is cut off for thirty seconds.
"""
import argparse
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
GOOD = (HOUSE / "fixtures/invoices/cn-12-data.xml").read_text(encoding="utf-8")
WRONG = (HOUSE / "fixtures/invoices/cn-14-wrong-sum.xml").read_text(encoding="utf-8")
# Seconds for what is left at the end, and for each file: a bill takes a browser some of them.
PATIENCE, A_FILE = 300, 8


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postgres:
    """A server of its own. It refuses to run as root, so then it runs as the system's `postgres`."""

    def __init__(self, folder: Path) -> None:
        self.data, self.port = folder / "postgres", free_port()
        self.programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self.data.mkdir()
        if os.geteuid() == 0:
            folder.chmod(0o755)
            shutil.chown(self.data, "postgres")
        self.run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8")
        self.start()

    def run(self, name: str, *words: str) -> None:
        as_whom = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = as_whom + [str(self.programs / name), "-D", str(self.data), *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    def start(self) -> None:
        self.run("pg_ctl", "start", "-w", "-l", str(self.data / "log"), "-o", f"-p {self.port} -k {self.data} -c listen_addresses=127.0.0.1")

    def cut(self) -> None:
        self.run("pg_ctl", "stop", "-m", "immediate")


class Office:
    """A folder with everything in it, a ledger, and programs that are killed and started."""

    def __init__(self, program: str, folder: Path, postgres: bool) -> None:
        self.program, self.folder, self.corrected = program, folder, set()
        self.processes: dict[str, subprocess.Popen] = {}
        self.postgres = Postgres(folder) if postgres else None
        self.hosts = ["serve", "worker-1", "worker-2"] if postgres else ["serve"]
        self.ledger_port, self.pages_port = free_port(), free_port()
        for name in ("inbox", "secrets", "workflows"):
            (folder / name).mkdir()
        shutil.copytree(HOUSE / "workflows", folder / "workflows", dirs_exist_ok=True)
        (folder / "workflows/tick.rhai").write_text("calendar::today();\nrun::done(\"ticked\")\n")
        (folder / "secrets/user").write_text("bot")
        (folder / "secrets/password").write_text("ledger-pass-1")
        shared = ""
        if self.postgres:
            (folder / "secrets/database").write_text(f"postgres://postgres@127.0.0.1:{self.postgres.port}/postgres")
            shared = 'database = { file = "secrets/database" }\n[blobs]\nfolder = "blobs"'
        for host in self.hosts:
            (folder / f"{host}.toml").write_text(f"""data = "data-{host}"
workflows = "workflows"
models = "{HOUSE}/ocr-models"
{shared}
[host]
name = "{host}"
[web]
listen = "127.0.0.1:{self.pages_port}"
[intake]
settle = "300ms"
poll = "500ms"
reconcile = "1s"
[invoices]
oldest_months = 600
[mail]
transport = "file"
outbox = "outbox"
reviewers = ["reviewers@shop.example"]
[[folders]]
path = "inbox"
workflow = "invoice"
portal = "ledger"
[[schedules]]
name = "tick"
workflow = "tick"
cron = "* * * * *"
[portals.ledger]
description = "workflows/portals/ledger.toml"
base_url = "http://127.0.0.1:{self.ledger_port}"
secrets = {{ user = {{ file = "secrets/user" }}, password = {{ file = "secrets/password" }} }}
""")
        for secret in (folder / "secrets").iterdir():
            secret.chmod(0o600)
        ledger = [sys.executable, str(HOUSE / "fixtures/portals/ledger/ledger.py"), "--port", str(self.ledger_port)]
        self.ledger = subprocess.Popen(ledger + ["--data", str(folder / "ledger")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.environment = {**os.environ, "DESKHAND_CONFIG": str(folder / "serve.toml"), "DESKHAND_PASSWORD": "paper-and-ink"}
        self.say("user", "add", "may", "--email", "may@shop.example", "--role", "reviewer")

    def say(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run([self.program, *words], env=self.environment, capture_output=True, text=True, cwd=self.folder)

    def rows(self, *words: str) -> list:
        return [json.loads(line) for line in self.say("--json", *words).stdout.splitlines() if line.strip()]

    def start(self, host: str) -> None:
        command = [self.program, "--config", str(self.folder / f"{host}.toml"), host.split("-")[0]]
        with open(self.folder / f"log-{host}", "a") as log:
            self.processes[host] = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, cwd=self.folder)

    def start_all(self) -> None:
        for host in self.hosts:
            if host not in self.processes or self.processes[host].poll() is not None:
                self.start(host)

    def kill(self, host: str) -> None:
        process = self.processes.pop(host)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def bills(self) -> list:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ledger_port}/bills.json") as answer:
            bills = json.load(answer)
        return bills if isinstance(bills, list) else bills["bills"]

    def drop(self, number: int) -> str:
        """An invoice with a number of its own; its file appears at once and whole."""
        wrong = number % 7 == 0
        text = (WRONG if wrong else GOOD).replace("26441000002700000144" if wrong else "26442000001800000122", f"2644{number:016d}")
        # A day of its own: the same supplier, total and day is a question to a person.
        text = text.replace("2026-11-13" if wrong else "2026-11-11", str(date(2026, 11, 11) - timedelta(days=number)))
        name = f"{'wrong' if wrong else 'paper'}-{number:04d}.xml"
        (self.folder / "part").write_text(text, encoding="utf-8")
        (self.folder / "part").rename(self.folder / "inbox" / name)
        return name

    def answer(self) -> int:
        """A person corrects wrong sums and agrees with the rest."""
        tasks = self.rows("tasks", "list")
        for task in tasks:
            wrong = task["document_name"].startswith("wrong") and task["document"] not in self.corrected
            what = ["correct", "--set", "total=339.00"] if wrong else ["approve"]
            self.corrected.add(task["document"])
            self.say("tasks", "decide", task["id"], *what, "--person", "may", "--note", "as printed")
        return len(tasks)

    def close(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait()
        self.ledger.kill()
        if self.postgres:
            self.postgres.cut()


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--kills", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--keep", type=Path)
    arguments.add_argument("--postgres", action="store_true")
    given = arguments.parse_args()
    random.seed(given.seed)
    folder = given.keep or Path(tempfile.mkdtemp(prefix="deskhand-crash-"))
    folder.mkdir(parents=True, exist_ok=True)
    office, dropped, begun = Office(str(Path(given.program).resolve()), folder, given.postgres), [], time.time()
    try:
        for kill in range(given.kills):
            office.start_all()
            if given.postgres and kill == given.kills // 2:
                office.postgres.cut()
                time.sleep(30)
                office.postgres.start()
            # Half of the time it is killed while it starts, else somewhere in its work.
            lives = random.choice([random.uniform(0.05, 1.0), random.uniform(1.0, 6.0)])
            until = time.time() + lives
            for _ in range(random.choice([0, 0, 1, 2]) if len(dropped) < given.kills // 4 else 0):
                time.sleep(max(0.0, min(random.uniform(0.0, lives), until - time.time())))
                dropped.append(office.drop(len(dropped) + 1))
            time.sleep(max(0.0, until - time.time()))
            office.kill(random.choice(office.hosts))
            if kill % 25 == 24:
                office.answer()
                print(f"  {kill + 1} kills, {len(dropped)} files, {len(office.bills())} bills, {time.time() - begun:.0f} s", flush=True)
        office.start_all()
        late = time.time() + PATIENCE + A_FILE * len(dropped)
        while time.time() < late:
            time.sleep(2)
            office.answer()
            runs = [run for run in office.rows("runs", "list", "--limit", "10000") if run["workflow"] == "invoice"]
            if len(runs) >= len(dropped) and all(run["state"] not in ("running", "waiting") for run in runs):
                break
        return judge(office, dropped, given.kills, time.time() - begun)
    finally:
        office.close()
        if not given.keep:
            shutil.rmtree(folder, ignore_errors=True)


def judge(office: Office, dropped: list, kills: int, seconds: float) -> int:
    runs = office.rows("runs", "list", "--limit", "10000")
    invoices = [run for run in runs if run["workflow"] == "invoice"]
    ticks = [run for run in runs if run["workflow"] == "tick"]
    states = Counter(run["state"] for run in invoices)
    bills = Counter((bill["vendor"], bill["number"]) for bill in office.bills())
    unknown = sum("outcome unknown" in json.dumps(task).lower() for task in office.rows("tasks", "list"))
    verified = office.say("audit", "verify")
    faults = {
        "files without a run": len(dropped) - len({run["document"] for run in invoices}),
        "files with two runs": len(invoices) - len({run["document"] for run in invoices}),
        "runs that did not end well": len(invoices) - states["done"],
        "bills entered twice": sum(count - 1 for count in bills.values()),
        "bills missing": states["done"] - len(bills),
        "minutes fired twice": len(ticks) - len({run["id"] for run in ticks}),
        "audit chain broken": int(verified.returncode != 0),
    }
    print(f"  {kills} kills in {seconds:.0f} s: {len(dropped)} files, runs {dict(states)}, {len(bills)} bills, {len(ticks)} fires, "
          f"{unknown} outcomes unknown; {verified.stdout.strip().splitlines()[-1] if verified.stdout.strip() else verified.stderr.strip()}")
    for fault, count in faults.items():
        if count:
            print(f"  FAULT: {fault}: {count}")
    if not any(faults.values()):
        print("  nothing lost, nothing done twice")
    return int(any(faults.values()))


sys.exit(main())
