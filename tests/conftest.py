"""How tests run: the property tests draw the same each time, without a limit of time.

What is printed does not depend on the terminal, or on what somebody likes in colour.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "cnncalc",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
settings.load_profile("cnncalc")

os.environ["COLUMNS"] = "100000"
os.environ.pop("FORCE_COLOR", None)
os.environ.pop("NO_COLOR", None)
