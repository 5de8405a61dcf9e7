from typing import Any, Callable, Optional

import numpy as np

version: str

class ScenarioError(ValueError): ...
class FileError(OSError): ...

class Scenario:
    title: str
    question: str
    text: str
    path: str
    seed: int
    replicates: int

class Result:
    value: np.ndarray
    variance: np.ndarray
    standard_error: np.ndarray
    difference: np.ndarray
    difference_variance: np.ndarray
    difference_standard_error: np.ndarray
    quantiles: Optional[np.ndarray]
    difference_quantiles: Optional[np.ndarray]
    quantile_levels: list[float]
    title: str
    question: str
    scenario: str
    seed: int
    complete: bool
    axes: list[str]
    failed_replicates: int
    points: list[dict[str, Any]]
    policies: list[dict[str, Any]]
    measures: list[dict[str, Any]]
    answer: str
    def save(self, path: str) -> None: ...
    def report(self, path: str) -> None: ...

def read_scenario(path: str, settings: list[str]) -> Scenario: ...
def parse_scenario(text: str, settings: list[str]) -> Scenario: ...
def run(scenario: Scenario, threads: int, show: Optional[Callable[[str, str], None]]) -> Result: ...
def read(path: str) -> Result: ...
def segregation(counts: np.ndarray, unit: list[str], group: list[str], district: list[str], dealings: int,
                seed: int) -> dict[str, Any]: ...
def expected_under_chance(pupils: list[float], members: float) -> dict[str, float]: ...
