"""The standing tables: customers, units, areas, lines, sections, people in charge, facts and code lists."""

from __future__ import annotations

import numpy as np

from data.sample.behaviour import Book
from data.sample.bills import theft_amount
from data.sample.cells import Cells, blank, constant, day, digits, number, stamp, table, yuan
from data.sample.customers import HIGH, LOW, NEVER, PREPAID, RESIDENT, Customers, Ints
from data.sample.flows import _ELECS, _SORTS, _TRADES, _VOLTS, Chunk, seconds
from data.sample.geography import Geography
from data.sample.layout import area_id, collector, line_id, section, section_no, station_cells
from data.sample.spec import SampleSpec
from data.sample.words import (
    CODE_LISTS,
    FANCY,
    GIVEN_FIRST,
    GIVEN_SECOND,
    ODD_FIRMS,
    ROADS,
    STREETS,
    SURNAMES,
    TRADES,
)
from data.sample.writers import Writers

_NONE = np.zeros((1, 1), dtype=np.uint8)


def write_customers(chunk: Chunk, book: Book) -> None:
    """One chunk's rows of the tables that are keyed by customer."""
    rng = chunk.spec.rng(7, chunk.first)
    who = np.arange(len(chunk.people), dtype=np.int32)
    ids = 7_000_000_000 + who.astype(np.int64) + chunk.first
    _write_cons(chunk, who, ids, rng)
    people = chunk.people
    mobile = 19_000_000_000 + rng.integers(0, 999_999_999, len(who))
    phones = blank(digits(mobile, 11), rng.random(len(who)) < 0.05)
    chunk.out.write("C_CONTACT", {"CONS_ID": digits(ids, 10), "CONS_NO": chunk.no(who), "MOBILE": phones})
    chunk.out.write(
        "C_MP",
        {
            "MP_ID": digits(ids + 1_000_000_000, 10),
            "CONS_ID": digits(ids, 10),
            "CONS_NO": chunk.no(who),
            "TG_ID": digits(area_id(people), 10),
            "LINE_ID": number(line_id(people)),
        },
    )
    chunk.out.write("A_CR_RELA", {"REMIND_SECT_NO": digits(collector(people), 8), "CONS_NO": chunk.no(who)})
    controlled = np.flatnonzero((people.payer == PREPAID) | (who % 50 == 0)).astype(np.int32)
    on = (people.payer[controlled] == PREPAID).astype(np.int8)
    chunk.out.write("C_RCA_CONS", {"CONS_NO": chunk.no(controlled), "RCA_FLAG": table(["0", "1"])[on]})
    held = np.flatnonzero(people.payer == PREPAID).astype(np.int32)
    chunk.out.write("A_ACCT_BAL", {"CONS_NO": chunk.no(held), "PREPAY_BAL": yuan(book.balance[held])})
    _write_theft(chunk)
    _write_facts(chunk, rng)


def _write_cons(chunk: Chunk, who: Ints, ids: np.ndarray, rng: np.random.Generator) -> None:  # type: ignore[type-arg]
    people, n = chunk.people, len(who)
    closed = people.closed <= chunk.spec.extract_on
    heavy = np.array([t.energy_heavy for t in TRADES] + [False, False])[people.trade] & (people.sort == HIGH)
    important = (people.sort == HIGH) & (rng.random(n) < 0.03)
    chunk.out.write(
        "C_CONS",
        {
            "CONS_ID": digits(ids, 10),
            "CONS_NO": chunk.no(who),
            "CUST_ID": digits(5_000_000_000 + people.owner, 10),
            "CONS_NAME": names(chunk, rng),
            "ELEC_ADDR": addresses(chunk, rng),
            "CONS_SORT_CODE": _SORTS[people.sort],
            "ELEC_TYPE_CODE": _ELECS[people.elec],
            "TRADE_CODE": _TRADES[people.trade],
            "HEC_INDUSTRY_CODE": table(["", "0100"])[heavy.astype(np.int8)],
            "VOLT_CODE": _VOLTS[people.volt],
            "CONTRACT_CAP": number(people.contract_cap.astype(np.int64)),
            "RUN_CAP": number(people.run_cap.astype(np.int64)),
            "SHIFT_NO": table(["", "1", "2", "3"])[np.where(people.sort == HIGH, 1 + who % 3, 0)],
            "LODE_ATTR_CODE": table(["1", "2", "3"])[np.where(important, 0, 2)],
            "BUILD_DATE": day(people.built),
            "CANCEL_DATE": blank(day(np.where(closed, people.closed, 0)), ~closed),
            "NOTIFY_MODE": table(["01", "02", "03"])[rng.choice(3, n, p=[0.7, 0.2, 0.1])],
            "SETTLE_MODE": table(["1", "2"])[people.instalments.astype(np.int8)],
            "STATUS_CODE": table(["0", "9"])[closed.astype(np.int8)],
            "ORG_NO": chunk.org(who),
            "MR_SECT_NO": section_no(chunk.geo, people.station, section(people)),
            "RRIO_CODE": table(["", "1", "2"])[np.where(important, 1 + who % 2, 0)],
            "POWEROFF_CODE": table(["02", "01"])[(book_cut(people) & ~closed).astype(np.int8)],
            "TMP_FLAG": table(["0", "1"])[((people.sort == LOW) & (rng.random(n) < 0.02)).astype(np.int8)],
            "URBAN_RURAL_FLAG": table(["02", "01"])[people.urban.astype(np.int8)],
        },
    )


def book_cut(people: Customers) -> np.ndarray:  # type: ignore[type-arg]
    """A few customers are cut off at the moment."""
    return people.risk > 4.5


def names(chunk: Chunk, rng: np.random.Generator) -> Cells:
    """People, and firms named after place and trade; a few firms' names need quotes in a CSV."""
    people, n, texts = chunk.people, len(chunk.people), chunk.out.texts
    home = people.sort == RESIDENT
    surname = texts(SURNAMES)[rng.integers(0, len(SURNAMES), n)]
    first = texts(GIVEN_FIRST)[rng.integers(0, len(GIVEN_FIRST), n)]
    second = texts(GIVEN_SECOND)[rng.integers(0, len(GIVEN_SECOND), n)]
    person = np.hstack([surname, first, second])
    place = texts(chunk.geo.station_city)[people.station]
    fancy = texts(FANCY)[rng.integers(0, len(FANCY), n)]
    kind = texts([t.firm for t in TRADES] + ["", ""])[people.trade]
    firm = np.hstack([place, fancy, kind])
    odd = texts(ODD_FIRMS)[rng.integers(0, len(ODD_FIRMS), n)]
    strange = (people.sort == LOW) & (rng.random(n) < 0.01)
    return np.hstack([blank(person, ~home), blank(firm, home | strange), blank(odd, ~strange)])


def addresses(chunk: Chunk, rng: np.random.Generator) -> Cells:
    """County, street, number, and for homes house and room."""
    people, n, texts = chunk.people, len(chunk.people), chunk.out.texts
    county = texts(chunk.geo.county_name)[chunk.geo.county[people.station]]
    street = texts(STREETS)[rng.integers(0, len(STREETS), n)]
    road = texts(ROADS)[rng.integers(0, len(ROADS), n)]
    house = np.hstack(
        [number(1 + people.place % 40), np.broadcast_to(texts(["幢"]), (n, len(texts(["幢"])[0])))]
    )
    room = np.hstack(
        [
            number(101 + people.place % 18 * 100 + people.place % 4),
            np.broadcast_to(texts(["室"]), (n, len(texts(["室"])[0]))),
        ]
    )
    sign = np.broadcast_to(texts(["号"]), (n, len(texts(["号"])[0])))
    firm = people.sort != RESIDENT
    return np.hstack(
        [
            county,
            street,
            road,
            number(1 + rng.integers(0, 400, n)),
            sign,
            blank(house, firm),
            blank(room, firm),
        ]
    )


def _write_theft(chunk: Chunk) -> None:
    people = chunk.people
    who = np.flatnonzero(people.theft < NEVER).astype(np.int32)
    amount = theft_amount(people, who)
    when = people.theft[who]
    chunk.out.write(
        "S_POWER_VIOLATE_STEAL",
        {
            "CONS_NO": chunk.no(who),
            "OCCUR_TIME": stamp(when, seconds(when.astype(np.int64) + who)),
            "ADD_PQ": number(amount // 225),
            "ADD_AMT": yuan(amount),
            "KIND_CODE": table(["", "01", "02"])[people.theft_kind[who]],
        },
    )


def _write_facts(chunk: Chunk, rng: np.random.Generator) -> None:
    """Outside facts of high-voltage customers: more of them, and worse ones, with those in danger."""
    people = chunk.people
    danger = 1 / (1 + np.exp(-(people.risk - 1.2)))
    for fact, share, high in (
        ("COURT_CASE", 0.5, 6),
        ("PLEDGE", 0.4, 3),
        ("ASSET_FREEZE", 0.15, 2),
        ("ABNORMAL", 0.2, 2),
    ):
        who = np.flatnonzero((people.sort == HIGH) & (rng.random(len(people)) < share * danger)).astype(
            np.int32
        )
        days = rng.integers(chunk.spec.extract_on - 900, chunk.spec.extract_on, len(who)).astype(np.int32)
        chunk.out.write(
            "C_FACT",
            {
                "CONS_NO": chunk.no(who),
                "FACT_CODE": constant(fact),
                "FACT_VALUE": number(rng.integers(1, high + 1, len(who))),
                "FACT_DATE": day(days),
            },
        )


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
    located = rng.random(n) < 0.85
    lon = (
        110_000_000
        + geo.county[station].astype(np.int64) * 350_000
        + station * 25_000
        + rng.integers(-90_000, 90_000, n)
    )
    lat = 27_000_000 + geo.county[station].astype(np.int64) % 5 * 400_000 + rng.integers(-150_000, 150_000, n)
    out.write("TG_COORD", {"TG_NO": tg_no, "LON": micro(lon), "LAT": micro(lat)}, rows=located)
    _write_lines(geo, people, out)
    _write_staff(spec, geo, people, out)


def micro(n: np.ndarray) -> Cells:  # type: ignore[type-arg]
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
    reader, first = np.unique(reading, return_index=True)
    clerk = 20_000_000 + np.arange(len(geo.station_no) * 10)
    emp = np.concatenate([collecting, reader, clerk])
    org = np.concatenate([station, read_at[first], np.arange(len(clerk)) // 10])
    pick = lambda words: [words[i] for i in rng.integers(0, len(words), len(emp))]  # noqa: E731
    called = ["".join(x) for x in zip(pick(SURNAMES), pick(GIVEN_FIRST), pick(GIVEN_SECOND), strict=True)]
    out.write("O_EMP", {"EMP_NO": digits(emp, 8), "EMP_NAME": texts(called), "ORG_NO": orgs[org]})
