"""The company's tree of units, with the counties' ways and fortunes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.sample.spec import SampleSpec
from data.sample.words import CITIES, COUNTIES, PROVINCE, STATIONS

ROOT = "334"


@dataclass(frozen=True)
class Unit:
    """One row of O_ORG."""

    org_no: str
    name: str
    parent: str
    kind: str


@dataclass(frozen=True)
class Geography:
    """Units in tree order, and for each station (by number) its county, share and character."""

    units: list[Unit]
    station_no: list[str]
    station_city: list[str]
    county_name: list[str]
    county: NDArray[np.int16]
    share: NDArray[np.float64]
    urban: NDArray[np.bool_]
    bimonthly: NDArray[np.bool_]
    recession: NDArray[np.bool_]
    risk: NDArray[np.float64]


def shape(customers: int) -> tuple[int, int, int]:
    """Cities, counties in each and stations in each county, for a station of a thousand customers or more."""
    stations = customers / 1_000
    if stations < 4:
        return 1, 1 if customers < 200 else 2, 1 if customers < 1_000 else 2
    if stations < 60:
        return 2, 3, max(1, min(8, round(stations / 6)))
    return 4, 6, max(3, min(8, round(stations / 48)))


def make_geography(spec: SampleSpec) -> Geography:
    """The tree; every sixth county bills every other month, and the last one is in recession."""
    cities, counties, stations = shape(spec.customers)
    units = [Unit(ROOT, f"{PROVINCE}电力公司", "", "02")]
    numbers: list[str] = []
    places: list[str] = []
    names: list[str] = []
    of_county: list[int] = []
    for c in range(cities):
        city = f"{ROOT}{c + 1:02d}"
        units.append(Unit(city, f"{CITIES[c]}市供电公司", ROOT, "03"))
        for k in range(counties):
            county, name = f"{city}{k + 1:02d}", COUNTIES[(c * 3 + k) % len(COUNTIES)]
            units.append(Unit(county, f"{CITIES[c]}{name}供电公司", city, "04"))
            names.append(name)
            for s in range(stations):
                station = f"{county}{s + 1:02d}"
                units.append(Unit(station, f"{name[:2]}{STATIONS[s]}供电所", county, "06"))
                numbers.append(station)
                places.append(CITIES[c])
                of_county.append(len(names) - 1)
    return _characters(spec, units, numbers, places, names, np.array(of_county, dtype=np.int16))


def _characters(
    spec: SampleSpec,
    units: list[Unit],
    numbers: list[str],
    places: list[str],
    names: list[str],
    county: NDArray[np.int16],
) -> Geography:
    rng = spec.rng(1)
    weight = rng.lognormal(0.0, 0.45, len(numbers))
    last = len(names) - 1
    return Geography(
        units=units,
        station_no=numbers,
        station_city=places,
        county_name=names,
        county=county,
        share=weight / weight.sum(),
        urban=np.array([names[c].endswith("区") for c in county]) | (np.arange(len(numbers)) % 5 == 0),
        bimonthly=county % 6 == 1,
        recession=(county == last) if last else np.zeros(len(numbers), dtype=bool),
        risk=rng.normal(0.0, 0.40, len(numbers)),
    )
