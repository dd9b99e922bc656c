"""A granian server of ours in a process group of its own, and what it cost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHOP = "wsgi:app"
TICK = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """Starts `target` with granian and `workers` processes, the shop (`wsgi:app`) as people do, by `flask serve`; a context
    manager that ends it."""

    def __init__(self, target: str, environment: dict[str, str], workers: int = 2) -> None:
        self.port = free_port()
        served = {"PORT": str(self.port), "WORKERS": str(workers), "LOG_LEVEL": "error"} if target == SHOP else {}
        self.command = [
            sys.executable,
            "-m",
            *(("flask", "--app", "wsgi", "serve") if served else self._granian(target, workers)),
        ]
        self.environment = {**os.environ, **environment, **served}
        self.first_answer = 0.0

    def _granian(self, target: str, workers: int) -> list[str]:
        return [
            "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", str(workers),
            "--blocking-threads", "4", "--no-ws", "--log-level", "error", target,
        ]  # fmt: skip

    def __enter__(self) -> Server:
        started = time.perf_counter()
        self.process = subprocess.Popen(self.command, cwd=ROOT, env=self.environment, start_new_session=True)
        for _ in range(3_000):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=0.2) as probe:
                    probe.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    if probe.recv(12).startswith(b"HTTP/1.1"):
                        break
            except OSError:
                time.sleep(0.02)
        else:
            raise RuntimeError("the server did not start")
        self.first_answer = time.perf_counter() - started
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)

    def _pids(self) -> list[int]:
        pids, queue = [], [self.process.pid]
        while queue:
            pid = queue.pop()
            pids.append(pid)
            try:
                for task in Path(f"/proc/{pid}/task").iterdir():
                    queue += [int(child) for child in (task / "children").read_text().split()]
            except OSError:
                continue
        return pids

    def cpu(self) -> float:
        """Processor seconds of the whole tree so far."""
        total = 0.0
        for pid in self._pids():
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                total += (int(fields[11]) + int(fields[12])) / TICK
            except OSError:
                continue
        return total

    def memory(self) -> list[float]:
        """PSS of every process of the tree in MB, largest first."""
        sizes = []
        for pid in self._pids():
            try:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text()
                sizes.append(int(text.split("Pss:")[1].split()[0]) / 1000)
            except (OSError, IndexError):
                continue
        return sorted(sizes, reverse=True)
