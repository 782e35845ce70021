"""Collectors and readers are called by name; two of one name are told apart by their numbers."""

from __future__ import annotations

import duckdb

from data.ask.sql_files import text_of

PEOPLE = [("1", "潘娟"), ("2", "向兰"), ("3", "潘娟"), ("4", ""), ("5", None)]


def test_two_of_one_name_bear_their_numbers() -> None:
    with duckdb.connect() as db:
        db.execute("create table dim_employee (emp_no varchar, emp_name varchar)")
        db.executemany("insert into dim_employee values (?, ?)", PEOPLE)
        db.execute("create table dim_code (list varchar, code varchar, name varchar)")
        db.execute("create table dim_org (org_no varchar, org_name varchar, parent_no varchar)")
        db.execute("create table dim_area (tg_no varchar, tg_name varchar)")
        told = db.execute(text_of("code_names")).fetchall()
        asked = {"by": "collector", "keys": ["1", "2", "5"]}
        named = db.execute(text_of("names"), asked).fetchall()
    everybody = {"1": "潘娟 (1)", "2": "向兰", "3": "潘娟 (3)"}
    assert {(d, c): n for d, c, n in told} == {
        (d, c): n for d in ("collector", "reader") for c, n in everybody.items()
    }
    assert {key: name for key, name, _ in named} == {"1": "潘娟 (1)", "2": "向兰"}
