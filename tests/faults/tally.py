"""What the fault suites did, for the end of the test run."""

LINES: list[str] = []


def tell(line: str) -> None:
    """Have a line in the terminal's summary."""
    LINES.append(line)
