"""What every test may rely on."""

import os

from hypothesis import settings

# a busy machine is no failed test; and what a CI job says today, it says tomorrow
settings.register_profile("steady", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("steady")
