"""The tables keyed by customer: who they are, how they are reached and supplied, theft, outside facts."""

from __future__ import annotations

import numpy as np

from data.sample.behaviour import Book
from data.sample.bills import theft_amount
from data.sample.cells import Cells, blank, constant, day, digits, number, stamp, table, yuan
from data.sample.customers import HIGH, LOW, NEVER, PREPAID, RESIDENT, Bools, Customers, Ints
from data.sample.flows import ELECS, SORTS, TRADE_CELLS, VOLT_CELLS, Chunk, seconds
from data.sample.layout import Wide, area_id, collector, line_id, section, section_no
from data.sample.words import (
    FANCY,
    GIVEN_FIRST,
    GIVEN_SECOND,
    ODD_FIRMS,
    ROADS,
    STREETS,
    SURNAMES,
    TRADES,
)


def write_customers(chunk: Chunk, book: Book) -> None:
    """One chunk's rows of the tables that are keyed by customer."""
    rng = chunk.spec.rng(7, chunk.first)
    who = np.arange(len(chunk.people), dtype=np.int32)
    ids = 7_000_000_000 + who.astype(np.int64) + chunk.first
    _write_cons(chunk, who, ids, rng)
    people = chunk.people
    mobile = 19_000_000_000 + rng.integers(0, 999_999_999, len(who))
    phones = blank(digits(mobile, 11), rng.random(len(who)) < 0.05)
    _write_contacts(chunk, who, ids, phones)
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
    _write_balances(chunk, held, book.balance[held])
    _write_theft(chunk)
    _write_facts(chunk, rng)


def _write_contacts(chunk: Chunk, who: Ints, ids: Wide, phones: Cells) -> None:
    """One contact a customer, for accounts, or at firms now and then for stops; some firms have an office."""
    firm = chunk.people.sort != RESIDENT
    office = np.hstack(
        [np.broadcast_to(constant("0555-"), (len(who), 5)), digits(2_000_000 + ids % 900_000, 7)]
    )
    chunk.out.write(
        "C_CONTACT",
        {
            "CONS_ID": digits(ids, 10),
            "CONS_NO": chunk.no(who),
            "CONTACT_MODE": table(["02", "03"])[(firm & (who % 9 == 4)).astype(np.int8)],
            "CONTACT_PRIO": constant("1"),
            "OFFICE_TEL": blank(office, ~(firm & (who % 3 == 0))),
            "MOBILE": phones,
        },
    )


def _write_balances(chunk: Chunk, held: Ints, balance: Wide) -> None:
    """What customers paid ahead; of some a part is frozen, locked in a process, or a note in transit."""
    chunk.out.write(
        "A_ACCT_BAL",
        {
            "CONS_NO": chunk.no(held),
            "PREPAY_BAL": yuan(balance),
            "BAL_TYPE": constant("01"),
            **{
                name: yuan(np.where(held % every == 1, np.maximum(balance, 0) // 3, 0))
                for name, every in (("FREEZE_AMT", 11), ("CHECK_AMT", 13), ("TRANSIT_NOTE_BAL", 17))
            },
        },
    )


def _write_cons(chunk: Chunk, who: Ints, ids: Wide, rng: np.random.Generator) -> None:
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
            "CONS_SORT_CODE": SORTS[people.sort],
            "ELEC_TYPE_CODE": ELECS[people.elec],
            "TRADE_CODE": TRADE_CELLS[people.trade],
            "HEC_INDUSTRY_CODE": table(["", "0100"])[heavy.astype(np.int8)],
            "VOLT_CODE": VOLT_CELLS[people.volt],
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
            "POWEROFF_CODE": table(["02", "01"])[(_cut_now(people) & ~closed).astype(np.int8)],
            "TMP_FLAG": table(["0", "1"])[((people.sort == LOW) & (rng.random(n) < 0.02)).astype(np.int8)],
            "URBAN_RURAL_FLAG": table(["02", "01"])[people.urban.astype(np.int8)],
            "LOW_INCOME": table(["0", "1"])[((people.sort == RESIDENT) & (who % 83 == 5)).astype(np.int8)],
        },
    )


def _cut_now(people: Customers) -> Bools:
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
