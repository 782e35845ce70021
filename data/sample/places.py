"""Units, areas, lines, sections, the people in charge of them, and the dictionary."""

from __future__ import annotations

import numpy as np

from data.sample.cells import Cells, constant, digits, number, table
from data.sample.customers import HIGH, Customers, Ints
from data.sample.geography import Geography
from data.sample.layout import Wide, area_id, collector, line_id, section, section_no, station_cells
from data.sample.spec import SampleSpec
from data.sample.words import (
    CODE_LISTS,
    GIVEN_FIRST,
    GIVEN_SECOND,
    STREETS,
    SURNAMES,
)
from data.sample.writers import Writers


def write_units(spec: SampleSpec, geo: Geography, out: Writers) -> None:
    """O_ORG and the dictionary."""
    texts = out.texts
    out.write(
        "O_ORG",
        {
            "ORG_NO": texts([u.org_no for u in geo.units]),
            "ORG_NAME": texts([u.name for u in geo.units]),
            "P_ORG_NO": texts([u.parent for u in geo.units]),
            "ORG_TYPE": texts([u.kind for u in geo.units]),
        },
    )
    entries = [(kind, code, name) for kind, codes in CODE_LISTS.items() for code, name in codes.items()]
    names_ = ("PROP_TYPE_ID", "PROP_LIST_ID", "PROP_LIST_NAME")
    out.write("SA_PROP_LIST", {name: texts([e[i] for e in entries]) for i, name in enumerate(names_)})


def write_places(spec: SampleSpec, geo: Geography, people: Customers, out: Writers) -> None:
    """Areas with coordinates for most, lines, sections, and who reads and collects where."""
    area, first = np.unique(area_id(people), return_index=True)
    station, private = people.station[first], people.sort[first] == HIGH
    rng, n, texts = spec.rng(8), len(area), out.texts
    street = rng.integers(0, len(STREETS), n)
    spots = [
        f"{STREETS[s]}{i % 90 + 1}号,配电房" if i % 11 == 0 else f"{STREETS[s]}{i % 90 + 1}号"
        for i, s in enumerate(street)
    ]
    tg_no = digits(area % 10_000_000_000, 10)
    standard = np.array([100, 200, 315, 400, 630])[rng.integers(0, 5, n)]
    out.write(
        "G_TG",
        {
            "TG_ID": digits(area, 10),
            "ORG_NO": station_cells(geo)[station],
            "TG_NO": tg_no,
            "TG_NAME": texts(
                [
                    f"{STREETS[s]}{i % 97 + 1}号{'专变' if p else '公变'}"
                    for i, (s, p) in enumerate(zip(street, private, strict=True))
                ]
            ),
            "TG_CAP": number(np.where(private, people.contract_cap[first].astype(np.int64), standard)),
            "INST_ADDR": texts(spots),
            "PUB_PRIV_FLAG": table(["0", "1"])[private.astype(np.int8)],
            "RUN_STATUS_CODE": constant("01"),
        },
    )
    _write_coordinates(geo, station, tg_no, out, rng)
    _write_lines(geo, people, out)
    _write_staff(spec, geo, people, out)


def _write_coordinates(
    geo: Geography, station: Ints, tg_no: Cells, out: Writers, rng: np.random.Generator
) -> None:
    """Where most areas lie: counties side by side, stations within them."""
    n = len(station)
    located = rng.random(n) < 0.85
    lon = (
        110_000_000
        + geo.county[station].astype(np.int64) * 350_000
        + station * 25_000
        + rng.integers(-90_000, 90_000, n)
    )
    lat = 27_000_000 + geo.county[station].astype(np.int64) % 5 * 400_000 + rng.integers(-150_000, 150_000, n)
    out.write("TG_COORD", {"TG_NO": tg_no, "LON": micro(lon), "LAT": micro(lat)}, rows=located)


def micro(n: Wide) -> Cells:
    """Millionths as degrees with six decimals."""
    plain = number(n)
    return np.hstack([plain[:, :-6], np.full((len(n), 1), ord("."), dtype=np.uint8), plain[:, -6:]])


def _write_lines(geo: Geography, people: Customers, out: Writers) -> None:
    line = np.unique(line_id(people))
    label = [f"10kV{STREETS[int(i) % len(STREETS)]}{int(i) % 1_000 + 1}线" for i in line]
    out.write(
        "G_LINE",
        {"LINE_ID": number(line), "LINE_NO": digits(line % 100_000_000, 8), "LINE_NAME": out.texts(label)},
    )


def _write_staff(spec: SampleSpec, geo: Geography, people: Customers, out: Writers) -> None:
    """Collection sections and meter sections with the people in charge: two different assignments."""
    orgs, texts, rng = station_cells(geo), out.texts, spec.rng(9)
    collect, at = np.unique(collector(people), return_index=True)
    collecting = 30_000_000 + collect
    live = table(["01", "02"])[(np.arange(len(collect)) % 97 == 96).astype(np.int8)]
    station = people.station[at]
    out.write(
        "A_CR_SECT",
        {
            "REMIND_SECT_NO": digits(collect, 8),
            "ORG_NO": orgs[station],
            "EMP_NO": digits(collecting, 8),
            "STATUS_CODE": live,
        },
    )
    reading, read_at = _write_sections(geo, people, out)
    reader, first = np.unique(reading, return_index=True)
    clerk = 20_000_000 + np.arange(len(geo.station_no) * 10)
    emp = np.concatenate([collecting, reader, clerk])
    org = np.concatenate([station, read_at[first], np.arange(len(clerk)) // 10])

    def pick(words: list[str]) -> list[str]:
        return [words[i] for i in rng.integers(0, len(words), len(emp))]

    called = ["".join(x) for x in zip(pick(SURNAMES), pick(GIVEN_FIRST), pick(GIVEN_SECOND), strict=True)]
    out.write("O_EMP", {"EMP_NO": digits(emp, 8), "EMP_NAME": texts(called), "ORG_NO": orgs[org]})


def _write_sections(geo: Geography, people: Customers, out: Writers) -> tuple[Wide, Ints]:
    """Meter sections and their readers; the readers' numbers and the stations they are of."""
    orgs, texts = station_cells(geo), out.texts
    key, where = np.unique(people.station.astype(np.int64) * 1_000 + section(people), return_index=True)
    read_at, number_ = people.station[where], section(people)[where]
    sections = section_no(geo, read_at, number_)
    title = [f"{geo.units[0].name[:2]}{int(k)}段" for k in key]
    out.write("R_SECT", {"MR_SECT_NO": sections, "ORG_NO": orgs[read_at], "SECT_NAME": texts(title)})
    reading = 40_000_000 + key // 2
    out.write(
        "R_OPER_ACTIVITY", {"MR_SECT_NO": sections, "ACT_CODE": constant("03"), "EMP_NO": digits(reading, 8)}
    )
    out.write(
        "R_OPER_ACTIVITY",
        {"MR_SECT_NO": sections, "ACT_CODE": constant("05"), "EMP_NO": digits(reading + 1_000_000, 8)},
    )
    return reading, read_at
