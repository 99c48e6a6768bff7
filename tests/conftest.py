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
# For mutation testing, which runs the tests thousands of times; and for long searches.
settings.register_profile("quick", settings.get_profile("cnncalc"), max_examples=15)
settings.register_profile(
    "long", settings.get_profile("cnncalc"), derandomize=False, max_examples=5_000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "cnncalc"))

os.environ["COLUMNS"] = "400"
os.environ.pop("FORCE_COLOR", None)
os.environ.pop("NO_COLOR", None)
