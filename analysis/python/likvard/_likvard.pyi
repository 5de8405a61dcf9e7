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
    questions: list[dict[str, Any]]
    def save(self, path: str) -> None: ...
    def report(self, path: str) -> None: ...

def read_scenario(path: str, settings: list[str]) -> Scenario: ...
def parse_scenario(text: str, settings: list[str]) -> Scenario: ...
def run(scenario: Scenario, threads: int, show: Optional[Callable[[str, str], None]]) -> Result: ...
def read(path: str) -> Result: ...
def segregation(counts: np.ndarray, unit: list[str], group: list[str], district: list[str], dealings: int,
                seed: int) -> dict[str, Any]: ...
def expected_under_chance(pupils: list[float], groups: list[float]) -> dict[str, float]: ...
def built_in_models() -> list[str]: ...
def draw_compositions(pupils: list[int], share: float, target: float, index: str, mechanism: str, fixed: bool, draws: int,
                      seed: int) -> tuple[np.ndarray, Optional[np.ndarray]]: ...

class UnitQuestion:
    file: str
    unit: str
    pupils: str
    need: str
    before: str
    need_as: str
    groups: list[str]
    municipality: str

class AllocationQuestion:
    units: UnitQuestion
    models: list[str]
    settings: list[str]
    shares: list[float]
    budget_sek: Optional[float]
    per_pupil_sek: Optional[float]

class Allocation:
    sek_per_pupil: np.ndarray
    money: np.ndarray
    need_money: np.ndarray
    pupils: np.ndarray
    need: np.ndarray
    need_relative: np.ndarray
    before_sek_per_pupil: Optional[np.ndarray]
    units: list[str]
    notes: list[str]
    per_pupil_sek: float
    policies: list[dict[str, Any]]

def allocate(question: AllocationQuestion, table: Optional[tuple[list[str], list[list[str]]]]) -> Allocation: ...
def compare_scenario(scenario: Scenario, threads: int, choose_only: bool,
                     show: Optional[Callable[[str, str], None]]) -> dict[str, Any]: ...
def compare_result(result: Result, source: str, measure: Optional[str], policies: list[str], shares: list[float],
                   confidence: Optional[float]) -> dict[str, Any]: ...

class SensitivityAsked:
    level: Optional[float]
    simultaneous: bool
    resamples: Optional[int]

class SensitivityQuestion: ...

class Sensitivity:
    rows: list[dict[str, Any]]
    answer: str
    title: str
    intervals: str
    factors: list[dict[str, Any]]
    failed_runs: int
    runs: int
    x: np.ndarray
    y: dict[str, np.ndarray]
    def save(self, path: str) -> None: ...
    def report(self, path: str) -> None: ...

def read_sensitivity(path: str, settings: list[str]) -> SensitivityQuestion: ...
def parse_sensitivity(text: str, settings: list[str]) -> SensitivityQuestion: ...
def is_sensitivity_file(path: str) -> bool: ...
def sensitivity_of_scenario(question: SensitivityQuestion, asked: SensitivityAsked, threads: int,
                            show: Optional[Callable[[str, str], None]]) -> Sensitivity: ...
def sensitivity_of_result(result: Result, measures: list[str], asked: SensitivityAsked, source: str) -> Sensitivity: ...
def sensitivity_of_file(path: str, asked: SensitivityAsked) -> Sensitivity: ...
def sensitivity_of_runs(inputs: list[str], design: list[list[str]], outputs: list[str], found: list[list[str]],
                        asked: SensitivityAsked) -> Sensitivity: ...
def sensitivity_of_run_files(design: str, outputs: str, asked: SensitivityAsked) -> Sensitivity: ...
