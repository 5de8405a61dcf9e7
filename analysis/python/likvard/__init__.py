"""likvard: Monte Carlo simulation of school segregation, school funding and the equity they lead to.

    import likvard
    result = likvard.run("scenarios/sweden.toml", set={"run.replicates": 1024})
    print(result.answer)
    frame = result.to_pandas()      # a row per point, policy and measure
    result.save("sweden.h5")        # the file that `likvard run` writes

The numbers are those of the command line, bit for bit. Errors carry the command line's texts:
ScenarioError (a scenario or data that cannot be) and FileError (a file that cannot be read or written).
"""

from ._likvard import FileError, Scenario, ScenarioError
from ._likvard import version as __version__
from .functions import expected_under_chance, read, read_scenario, run, segregation
from .result import Result, Segregation

__all__ = ["FileError", "Result", "Scenario", "ScenarioError", "Segregation", "expected_under_chance", "read",
           "read_scenario", "run", "segregation"]
