"""What reading services.yaml costs at start."""

import subprocess
import sys

SCRIPT = """
import sys
from pathlib import Path
from bluegreen.config.load import load
load(Path("services.yaml"), "local", {})
print(*sorted(set(name.partition(".")[0] for name in sys.modules)))
"""


def test_nothing_is_imported_that_reading_does_not_need() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "pydantic" in loaded
    assert not loaded & {"docker", "httpx", "jinja2", "typer", "rich", "difflib", "requests", "sqlite3", "asyncio"}
