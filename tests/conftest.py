"""How the property tests draw: the same each time, and without a limit of time."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "cnncalc",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
settings.load_profile("cnncalc")
