"""How tests run: the property tests draw the same each time, without a limit of time.

What is printed does not depend on the terminal, or on what somebody likes in colour.

Tests that walk through much that others measure are marked `no_cover`: to trace them
takes longer than to run them. Nothing may run there for the only time. So all modules
are imported before the first, and what is remembered is forgotten behind them.
"""

import os
import pkgutil
from importlib import import_module

import pytest
from hypothesis import HealthCheck, settings

# Faults that were planted in what is remembered were found by the 12th draw at most, or
# not by 100: draws that are the same each time find nothing later.
settings.register_profile(
    "cnncalc",
    derandomize=True,
    max_examples=50,
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


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    """Stop what pytest-cov starts in a worker of xdist besides the worker's own tracer.

    Nothing reads it, and it would go on where a test that is marked stops the other.
    """
    plugin = session.config.pluginmanager.getplugin("_cov")
    if plugin and plugin.cov_controller and hasattr(session.config, "workerinput"):
        plugin.cov_controller.cov.stop()


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session):
    """Import all of cnncalc where it is traced."""
    if session.config.getoption("cov_source", default=None):
        package = import_module("cnncalc")
        for module in pkgutil.walk_packages(package.__path__, "cnncalc."):
            if module.name != "cnncalc.__main__":
                import_module(module.name)


def pytest_runtest_teardown(item, nextitem):
    """Forget what was remembered while nothing was traced."""
    marked = [each and each.get_closest_marker("no_cover") for each in (item, nextitem)]
    if marked[0] and not marked[1]:
        import_module("fresh").forget()
