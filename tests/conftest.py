"""What every test may rely on."""

import os

from hypothesis import settings

# a busy machine is no failed test; and what a CI job says today, it says tomorrow
CI = bool(os.environ.get("CI"))
settings.register_profile("steady", deadline=None, derandomize=CI, max_examples=100 if CI else 20)
settings.load_profile("steady")
