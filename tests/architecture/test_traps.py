"""The platform's traps: each test fails when its trap bites; some run, some read the sources."""

from __future__ import annotations

import ast
import gc
import math
import re
import threading
import tomllib
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from tests.architecture.source import ROOT, calls, name_of, nodes, page_files, python_files, sql_files

FRAMES = re.compile(r"\b(DataFrame|Series|ndarray|NDArray|Table|Figure|Snapshot|Database)\b")


def cached_functions(path: Path) -> list[ast.FunctionDef]:
    """Functions under st.cache_data or st.cache_resource."""
    return [
        node
        for node in nodes(path, ast.FunctionDef)
        if any(
            "cache_data" in ast.unparse(d) or "cache_resource" in ast.unparse(d) for d in node.decorator_list
        )
    ]


def test_no_cached_function_takes_a_frame() -> None:
    """Streamlit hashes a sample of a big frame, so two frames may share an answer."""
    guilty, seen = [], 0
    for path in python_files("dashboard", "pages"):
        for function in cached_functions(path):
            seen += 1
            for argument in function.args.args + function.args.kwonlyargs:
                hashed = not argument.arg.startswith("_")
                if hashed and FRAMES.search(ast.unparse(argument.annotation) if argument.annotation else ""):
                    guilty.append(f"{name_of(path)}:{function.lineno}: {function.name}({argument.arg})")
                if hashed and argument.annotation is None and argument.arg != "self":
                    guilty.append(f"{name_of(path)}:{function.lineno}: {argument.arg} has no type")
    assert seen >= 3, "the scan sees no cached function"
    assert not guilty


def test_no_cached_function_holds_words_without_their_language_in_the_key() -> None:
    """Readers of both languages share what it gives; `wordless` refuses the words of either."""
    found = [(path, f) for path in python_files("dashboard", "pages") for f in cached_functions(path)]
    assert len(found) >= 10
    assert not [
        f"{name_of(path)}:{f.lineno}: {f.name}"
        for path, f in found
        if ast.unparse(f.decorator_list[-1]) != "wordless"
    ]


def test_a_question_with_a_frame_in_it_is_refused() -> None:
    import pandas as pd

    from dashboard.shared import store

    with pytest.raises(TypeError, match="frame"):
        store._plain(pd.DataFrame({"a": [1]}))


def test_two_readers_never_share_an_answer(warehouse_env: Path) -> None:
    """The signed-in user's units are part of the scope, so they are part of every cache key."""
    from dataclasses import replace

    from data.scope import Scope
    from data.warehouse.snapshots import open_snapshot
    from services.recovery import figures

    with open_snapshot(warehouse_env) as db:
        day = figures.facts(db).extract_on
        everyone = Scope(as_of=day)
        one_unit = replace(everyone, allowed_orgs=("nowhere",))
        from dashboard.shared import store

        assert store._plain(everyone) != store._plain(one_unit)
        assert figures.arrears(db, one_unit).balance.bills == 0
        assert figures.arrears(db, everyone).balance.bills > 0


def test_threads_that_share_a_snapshot_get_their_own_answers(warehouse_env: Path) -> None:
    """One connection shared by threads mixes results silently; a cursor per query does not."""
    from data.warehouse.snapshots import open_snapshot

    with open_snapshot(warehouse_env) as db:
        keys = [
            k for (k,) in db.cursor().execute("select distinct cons_key from fct_bill order by 1").fetchall()
        ][:40]
        ask = "select cons_key, sum(amount) from fct_bill where cons_key = $key group by cons_key"
        alone = {key: db.cursor().execute(ask, {"key": key}).fetchone() for key in keys}
        barrier = threading.Barrier(8)

        def many(start: int) -> list[tuple[int, object]]:
            barrier.wait()
            turn = [keys[(start + i) % len(keys)] for i in range(60)]
            return [(key, db.cursor().execute(ask, {"key": key}).fetchone()) for key in turn]

        with ThreadPoolExecutor(8) as pool:
            answers = [pair for part in pool.map(many, range(8)) for pair in part]
    assert len(answers) == 480
    assert all(found == alone[key] for key, found in answers)


def test_a_snapshot_hands_out_a_new_cursor_each_time(warehouse_env: Path) -> None:
    from data.warehouse.snapshots import open_snapshot

    with open_snapshot(warehouse_env) as db:
        assert db.cursor() is not db.cursor()


def test_nobody_queries_a_connection_that_others_share() -> None:
    """Outside data no `.execute(` on a database: there are typed functions."""
    guilty = [
        f"{name_of(path)}:{line}: {call}"
        for path in python_files("dashboard", "pages", "analytics")
        for line, call in calls(path)
        if call.endswith((".execute", ".sql", ".query_df", ".executemany"))
    ]
    assert not guilty


def test_an_open_snapshot_is_locked_down(warehouse_env: Path, tmp_path: Path) -> None:
    """Reading files, writing files, attaching, installing and changing settings are all refused."""
    from data.warehouse.snapshots import open_snapshot

    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    probes = [
        f"select * from read_csv('{secret}')",
        f"select * from '{secret}'",
        f"select * from read_text('{ROOT / 'requirements.txt'}')",
        f"copy (select 1) to '{tmp_path / 'out.csv'}'",
        f"attach '{tmp_path / 'other.duckdb'}'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set memory_limit = '100GB'",
        "create table t (a integer)",
        "delete from fct_bill",
        "update fct_bill set amount = 0",
        "select * from glob('/*')",
    ]
    with open_snapshot(warehouse_env) as db:
        for probe in probes:
            with pytest.raises(duckdb.Error):
                db.cursor().execute(probe).fetchall()
    assert not (tmp_path / "out.csv").exists()


def test_division_by_zero_is_what_the_platform_says_and_so_sql_does_not_divide() -> None:
    """If DuckDB ever changes this, the reason for `x / nullif(y, 0)` changes too."""
    row = duckdb.execute("select 1 / 0, 0 / 0, 1 / nullif(0, 0)").fetchone()
    assert row is not None
    assert math.isinf(row[0]) and math.isnan(row[1]) and row[2] is None


def test_nothing_billed_is_not_a_rate() -> None:
    from services.recovery.figures import Households, Rate

    for nothing in (Rate(0, 0), Rate(0, 5), Households(0, 0)):
        assert math.isnan(nothing.rate)
    assert Rate(200, 50).rate == 0.25


def test_marts_and_checks_that_divide_guard_the_divisor() -> None:
    import sqlglot
    from sqlglot import exp

    guilty = []
    for path in (p for p in sql_files() if "queries" not in p.parts):
        for statement in sqlglot.parse(path.read_text(encoding="utf-8"), read="duckdb"):
            for node in statement.find_all(exp.Div) if statement else ():
                safe = isinstance(node.expression, (exp.Nullif, exp.Literal))
                if not isinstance(node, exp.IntDiv) and not safe:
                    guilty.append(f"{name_of(path)}: {node.sql('duckdb')}")
    assert not guilty


def test_gbk_is_read_and_leading_zeros_survive(sample_folder: Path, tmp_path: Path) -> None:
    """DuckDB cannot read GBK, and its sniffer turns customer numbers into integers: neither may matter."""
    from data.warehouse.snapshots import open_snapshot
    from services.warehouse.loading import load

    source, warehouse = tmp_path / "gbk_20240131", tmp_path / "warehouse"
    source.mkdir()
    rows = "应收电费标识,用户编号,供电单位编号,应收年月,应收金额,实收金额,发行日期\r\n"
    rows += "1,0000012345,33401,202401,100.10,0,20240105\r\n2,0000012346,33401,202401,0.20,0,20240105\r\n"
    (source / "A_RCVBL_FLOW.csv").write_bytes(rows.encode("gbk"))
    customers = "CONS_ID,CONS_NO,CONS_NAME,ORG_NO,TRADE_CODE\r\n1,0000012345,张三丰,33401,0111\r\n"
    (source / "C_CONS.csv").write_bytes(customers.encode("gbk"))
    load(source, warehouse)
    with open_snapshot(warehouse) as db:
        found = (
            db.cursor()
            .execute("select cons_no, name, trade_code from dim_customer where cons_no like '%12345'")
            .fetchall()
        )
        money = db.cursor().execute("select sum(amount) from fct_bill").fetchone()
    assert found == [("0000012345", "张三丰", "0111")]
    assert money is not None and int(money[0]) == 10030


def test_no_column_of_a_snapshot_has_a_time_zone_or_holds_money_as_a_float(warehouse_env: Path) -> None:
    """TIMESTAMPTZ needs a package that nothing installs; DECIMAL and HUGEINT reach pandas as floats."""
    from data.warehouse.snapshots import open_snapshot

    with open_snapshot(warehouse_env) as db:
        columns = (
            db.cursor()
            .execute(
                "select table_name, column_name, data_type from duckdb_columns()"
                " where schema_name = 'main' and not internal"
            )
            .fetchall()
        )
    assert len(columns) > 50
    assert not [c for c in columns if "TIME ZONE" in c[2] or "DECIMAL" in c[2] or c[2] == "HUGEINT"]
    money = re.compile(
        r"^(amount|billed|collected|open|balance|applied|excess|owed|received|credit|yuan_\w+)$"
    )
    assert not [c for c in columns if money.match(c[1]) and c[2] in ("DOUBLE", "FLOAT")]


def test_the_collector_is_relieved_in_step_with_what_it_costs_and_never_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is kept is frozen before walking over it at each rerun costs more than a look at everything."""
    from dashboard.charts import warm

    freezing = [
        (name_of(path), function.name)
        for path in python_files()
        for function in nodes(path, ast.FunctionDef)
        if "gc.freeze" in [ast.unparse(n.func) for n in ast.walk(function) if isinstance(n, ast.Call)]
    ]
    assert freezing == [("dashboard/charts/warm.py", "relieve"), ("dashboard/charts/warm.py", "_look")]
    clock, seen, kept = 0.0, 0, 0.0  # what is kept since the last look, and all of it

    def collect() -> None:
        nonlocal clock, seen
        clock, seen = clock + 100 + kept, seen + 1

    for step in ("freeze", "unfreeze"):
        monkeypatch.setattr(warm.gc, step, lambda: None)
    monkeypatch.setattr(warm.gc, "collect", collect)
    monkeypatch.setattr(warm.time, "thread_time", lambda: clock)
    for growth, least, most in ((1.0, 15, 60), (0.0, 4, 8)):
        relief, clock, seen, kept, unseen = warm.Relief(), 0.0, 0, 0.0, 0.0
        for _ in range(1000):
            before = seen
            relief.relieve()
            unseen = unseen + growth if seen == before else growth
            kept += growth
            relief.watch("start", {"generation": 2})
            clock += 1 + unseen
            relief.watch("stop", {"generation": 2})
            relief.watch("start", {"generation": 0})
            clock += 1
            relief.watch("stop", {"generation": 0})
        assert least <= seen <= most
    for path in python_files():
        assert not [c for _, c in calls(path) if c in ("gc.disable", "gc.set_threshold")]
    assert "postScriptGC" not in (ROOT / ".streamlit/config.toml").read_text(encoding="utf-8")


def test_a_cycle_that_was_frozen_is_freed_at_the_next_look() -> None:
    from dashboard.charts import warm

    class Cycle:
        own: Cycle

    relief, one = warm.Relief(), Cycle()
    one.own, gone = one, weakref.ref(one)
    relief._since = 1.0
    relief.relieve()
    del one
    gc.collect()
    relief.relieve()
    assert gone(), "a frozen cycle is not looked at"
    relief._size -= 2 * relief.MOST_BYTES
    relief.relieve()
    assert not gone(), "where memory grew, it is"


def test_every_page_warms_up_through_the_frame() -> None:
    assert "warm.warm_up()" in (ROOT / "dashboard/shell.py").read_text(encoding="utf-8")
    assert page_files()
    for path in page_files():
        assert [c for _, c in calls(path) if c.split(".")[-1] == "open_page"], f"{name_of(path)} has no frame"


def test_nothing_draws_what_the_internet_must_bring() -> None:
    """st.map and pydeck's default fetch tiles, geo traces shapes, a material page icon fonts."""
    guilty = [
        f"{name_of(path)}:{node.lineno}: {callee}"
        for path in python_files("dashboard", "pages")
        for node, (_, callee) in zip(nodes(path, ast.Call), calls(path), strict=True)
        if _asks_the_internet(node, callee)
    ]
    assert not guilty


def _asks_the_internet(node: ast.Call, callee: str) -> bool:
    if callee in ("st.map", "st.logo") or "scattergeo" in callee.lower():
        return True
    if callee.endswith("set_page_config"):
        icons = [ast.unparse(k.value) for k in node.keywords if k.arg == "page_icon"]
        return not icons or any(":material" in icon for icon in icons)
    if callee.endswith("Deck"):
        return "map_provider=None" not in ast.unparse(node)
    return callee.lower().endswith("choropleth")


@pytest.mark.parametrize(
    ("call", "asks"),
    [
        *(("st.map(x)", True), ("st.logo(x)", True), ("go.Scattergeo()", True), ("px.choropleth(x)", True)),
        *(("px.choropleth_mapbox(x)", False), ("pdk.Deck(x)", True), ("pdk.Deck(map_provider=None)", False)),
        *(("st.set_page_config()", True), ("st.set_page_config(page_icon='a.png')", False)),
        ("st.set_page_config(page_icon=':material/home:')", True),
    ],
)
def test_the_scan_knows_what_the_internet_must_bring(call: str, asks: bool) -> None:
    [node] = [n for n in ast.walk(ast.parse(call)) if isinstance(n, ast.Call)]
    assert _asks_the_internet(node, ast.unparse(node.func)) is asks


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("browser", "gatherUsageStats", False),
        ("server", "address", "127.0.0.1"),
        ("server", "headless", True),
        ("server", "showEmailPrompt", False),
        ("server", "fileWatcherType", "none"),
        ("client", "showErrorDetails", "none"),
        ("client", "showSidebarNavigation", False),
        ("client", "toolbarMode", "viewer"),
        ("client", "disableDataExport", True),
        ("runner", "magicEnabled", False),  # a page is not gone through for values that stand alone
    ],
)
def test_the_server_is_set_up_for_an_inside_network(table: str, key: str, value: object) -> None:
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert config[table][key] == value


def test_strange_hosts_are_refused() -> None:
    """Without server.allowedHosts the Host header is unchecked, and DNS rebinding works."""
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert set(config["server"]["allowedHosts"]) >= {"localhost", "127.0.0.1"}


def test_every_download_button_stands_where_file_names_are_keyed() -> None:
    """Streamlit tells big files apart by sampled bytes, mime and name: a name needs its content's key."""
    buttons = [
        (name_of(path), node)
        for path in python_files("dashboard", "pages")
        for node in nodes(path, ast.Call)
        if ast.unparse(node.func).endswith("download_button")
    ]
    guilty = []
    for name, node in buttons:
        given = {k.arg: ast.unparse(k.value) for k in node.keywords}
        keyed = name == "dashboard/tables/downloads.py" or given.get("file_name", "").startswith("file_name(")
        if not keyed:
            guilty.append(f"{name}:{node.lineno}")
    assert buttons
    assert not guilty


def test_frames_are_not_written_by_pandas_to_excel() -> None:
    """to_excel with constant_memory silently loses cells, and knows no formula guard."""
    assert not [
        f"{name_of(path)}:{line}"
        for path in python_files()
        for line, call in calls(path)
        if call.endswith((".to_excel", ".to_csv"))
    ]
