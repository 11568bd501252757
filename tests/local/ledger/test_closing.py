"""Closing a ledger that other threads still use, as a command does that is interrupted."""

import subprocess
import sys
from pathlib import Path

CLOSED_IN_USE = """
import sys, threading
from pathlib import Path
from bluegreen.ledger.ledger import Ledger
from bluegreen.model.deployment import Outcome
from bluegreen.model.errors import LedgerError

def use(ledger, begun):
    try:
        while True:
            ledger.finish("D1", Outcome.DEPLOYED, "", 1.0)
            begun.set()
    except LedgerError as error:
        print(error.message)

for number in range(40):
    state = Path(sys.argv[1], str(number))
    state.mkdir()
    ledger, begun = Ledger(state), threading.Event()
    threads = [threading.Thread(target=use, args=(ledger, begun)) for _ in range(2)]
    for thread in threads:
        thread.start()
    begun.wait()
    ledger.close()
    for thread in threads:
        thread.join()
"""


def test_other_threads_are_told_and_the_process_lives(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", CLOSED_IN_USE, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("Cannot operate on a closed database") == 80
