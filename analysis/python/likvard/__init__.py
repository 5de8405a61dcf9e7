"""likvard: Monte Carlo simulation of school segregation, school funding and the equity they lead to.

    import likvard
    result = likvard.run("scenarios/sweden.toml", set={"run.replicates": 1024})
    print(result.answer)
    frame = result.to_pandas()      # a row per point, policy and measure
    result.save("sweden.h5")        # the file that `likvard run` writes

A study:      run, read, read_scenario, compare (which policy where), sensitivity (which assumption decides)
Your units:   segregation (how uneven), expected_under_chance (what chance gives), allocate (who gets what),
              draw_compositions (units as uneven as asked for)

The numbers are those of the command line, bit for bit. Errors carry the command line's texts:
ScenarioError (a scenario or data that cannot be) and FileError (a file that cannot be read or written).
"""

from ._likvard import FileError, Scenario, ScenarioError
from ._likvard import version as __version__
from .decisions import Comparison, Sensitivity
from .functions import compare, read, read_scenario, run, sensitivity
from .result import Result
from .unit_results import Allocation, Segregation
from .units import Compositions, allocate, draw_compositions, expected_under_chance, segregation

__all__ = ["Allocation", "Comparison", "Compositions", "FileError", "Result", "Scenario", "ScenarioError", "Segregation", "Sensitivity",
           "allocate", "compare", "draw_compositions", "expected_under_chance", "read", "read_scenario", "run", "segregation",
           "sensitivity"]
