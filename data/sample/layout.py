"""Where a customer is filed: number, meter section, transformer area, line, collector, day of issue."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.sample.cells import Cells, digits
from data.sample.customers import HIGH, Customers, Ints
from data.sample.geography import Geography

Wide = NDArray[np.int64]

PER_SECTION, PER_AREA, PER_LINE, PER_COLLECTOR = 400, 110, 15, 900
PER_HIGH_SECTION = 60
PRIVATE_AREA = 50_000


def customer_no(index: Wide) -> Cells:
    """Ten digits, the first always 0."""
    return digits(100_000_000 + index * 37 + 11, 10)


def section(people: Customers) -> Ints:
    """The meter section's number within its station; 900 and above are high voltage."""
    high = people.sort == HIGH
    return np.where(high, 900 + people.place // PER_HIGH_SECTION % 100, people.place // PER_SECTION).astype(
        np.int32
    )


def section_no(geo: Geography, station: Ints, number: Ints) -> Cells:
    """MR_SECT_NO: the station's number and three digits."""
    return np.hstack([station_cells(geo)[station], digits(number, 3)])


def station_cells(geo: Geography) -> Cells:
    """The stations' ORG_NO by station."""
    width = len(geo.station_no[0])
    return np.frombuffer("".join(geo.station_no).encode(), dtype=np.uint8).reshape(-1, width)


def issue_offset(people: Customers) -> Ints:
    """Days from the first of the bill month to the issue; 31 stands for the first of the next month."""
    mixed = (people.station * 31 + section(people)) * 7
    low = 4 + mixed % 17
    high = np.where(mixed % 10 < 3, 31, 23 + mixed % 4)
    return np.where(people.sort == HIGH, high, low).astype(np.int32)


def area_id(people: Customers) -> Wide:
    """TG_ID: a public area for each hundred or so of low voltage, a private one for each of high voltage."""
    high = people.sort == HIGH
    number = np.where(high, PRIVATE_AREA + people.place, people.place // PER_AREA)
    return 8_000_000_000 + people.station.astype(np.int64) * 100_000 + number


def line_id(people: Customers) -> Wide:
    """LINE_ID: lines feed fifteen areas each; high-voltage customers share the same lines."""
    number = np.where(people.sort == HIGH, people.place % 3, people.place // PER_AREA // PER_LINE)
    return 9_000_000 + people.station.astype(np.int64) * 1_000 + number


def collector(people: Customers) -> Wide:
    """The collection section's number (and its collector's, less a base) in the whole company."""
    number = np.where(people.sort == HIGH, 90, np.minimum(people.place // PER_COLLECTOR, 89))
    return people.station.astype(np.int64) * 100 + number
