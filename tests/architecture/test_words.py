"""Each word on the screen lives in the locales, in both languages, with the same holes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from dashboard.nav import PAGES
from dashboard.words.i18n import LANGUAGES, LOCALES, catalogue, names_in
from tests.architecture.source import ROOT, name_of, nodes, python_files, texts

CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")

CHINESE_DATA = {
    "services/customers/masking.py": "legal forms, provinces and surnames that names are told apart by",
    "services/warehouse/first_lines.py": "signs of days, yuan and units, by which harmless cells are told",
    "services/tieout/official_report.py": "headings and units of the official report, which is read as it is",
    "services/collection/message_states.py": "states as sending systems write them",
    "services/report/report_workbooks.py": "headings of the monthly files, Chinese whoever makes them",
}
"""Modules whose Chinese is data, not words for a reader, each with the reason."""

QUOTED = ("filters.language_zh", "data_checks.tie.upload_help")
"""English sentences that quote Chinese as it stands elsewhere: a language's own name, a file's headings."""

OF_THE_OPERATOR = {
    "errors.restore_state_not_empty": "whoever restores a backup reads it",
    "errors.today_not_a_date": "whoever set the variable reads it",
    "errors.state_not_writable": "whoever set the machine up reads it",
    "errors.state_url_unusable": "whoever set the machine up reads it",
    **dict.fromkeys(
        (
            "errors.sign_in_by_headers",
            "errors.sign_in_host_not_allowed",
            "errors.sign_in_without_tls",
            "errors.sign_in_nobody_listed",
            "errors.sign_in_provider_incomplete",
            "errors.sign_in_secret_short",
            "errors.sign_in_secrets_unreadable",
            "errors.sign_in_without_people",
            "errors.sign_in_without_provider",
            "errors.users_file_unheeded",
            "errors.users_file_unnamed",
        ),
        "the log of the server, which the operator reads",
    ),
    "errors.no_receivables": "whoever loads an extract knows its tables",
    "data_checks.tie.upload_help": "the headings that a reader types into the file",
    "write_back.file": "a file's name, which holds no blank",
}
"""Sentences that name what stands in a file or on the machine, each with the reason."""
FILE_KEYS = re.compile(r"\[[^\]]*\]|\w+_\w+|[a-z]+\.[a-z]{2,}", re.ASCII)
MARKUP = re.compile(r":material/\w+:|\[[^\]]*\]\(|:\w+\[|\{\w+\}")

PAGE_TITLES = {
    "overview": ("总览", "Overview"),
    "recovery": ("电费回收", "Recovery"),
    "ageing": ("欠费账龄", "Ageing"),
    "customers": ("客户清单", "Customers"),
    "evaluation": ("信用评价", "Credit evaluation"),
    "data_checks": ("数据核对", "Data"),
}


def test_both_languages_have_the_same_keys() -> None:
    zh, en = (set(catalogue(language)) for language in LANGUAGES)
    assert zh == en, f"only Chinese: {sorted(zh - en)}; only English: {sorted(en - zh)}"
    assert len(zh) > 100


def test_both_languages_have_the_same_files() -> None:
    zh, en = ({p.name for p in (LOCALES / language).glob("*.toml")} for language in LANGUAGES)
    assert zh == en


def test_a_sentence_has_the_same_holes_in_both_languages() -> None:
    zh, en = (catalogue(language) for language in LANGUAGES)
    odd = {
        key: (names_in(zh[key]), names_in(en[key])) for key in zh if names_in(zh[key]) != names_in(en[key])
    }
    assert not odd


def test_no_sentence_is_empty_and_chinese_is_chinese() -> None:
    assert not [
        key for language in LANGUAGES for key, text in catalogue(language).items() if not text.strip()
    ]
    foreign = [key for key, text in catalogue("en").items() if CJK.search(text) and key not in QUOTED]
    assert not foreign, f"Chinese words in the English locale: {foreign}"
    translated = [text for text in catalogue("zh").values() if CJK.search(text)]
    assert len(translated) > 0.8 * len(catalogue("zh"))


def test_no_chinese_stands_in_the_code() -> None:
    guilty = [
        f"{name_of(path)}:{line}: {text[:40]!r}"
        for path in python_files("dashboard", "pages", "services")
        if name_of(path) not in CHINESE_DATA
        for line, text, _ in texts(path)
        if CJK.search(text)
    ]
    assert not guilty


def test_the_entry_page_holds_no_words() -> None:
    entry = ROOT / "streamlit_app.py"
    assert not [text for _, text, _ in texts(entry) if CJK.search(text) or " " in text.strip()]


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=name_of)
def test_a_page_holds_no_sentence(path: Path) -> None:
    """What a page writes comes from a Translator: a literal with spaces in it is a sentence."""
    guilty = [f"{line}: {text!r}" for line, text, _ in texts(path) if re.search(r"[A-Za-z]+ [A-Za-z]+", text)]
    assert not guilty


def test_menu_words_are_the_glossarys() -> None:
    for page in PAGES:
        if page.key in PAGE_TITLES:
            chinese, english = PAGE_TITLES[page.key]
            assert catalogue("zh")[f"nav.{page.key}"] == chinese
            assert catalogue("en")[f"nav.{page.key}"].startswith(english)
        assert f"nav.{page.key}" in catalogue("en")


def test_words_that_mislead_are_not_used() -> None:
    """综合 is never just 累计, and rules are never 政策."""
    guilty = {k: v for k, v in catalogue("zh").items() if "累计回收率" in v or "政策" in v or "黑名单" in v}
    assert not guilty


def test_no_sentence_for_readers_shows_a_key_of_a_file() -> None:
    """`[publishing]`, `a.b`, `DENGTA_X`: keys are the operator's, readers get a name."""
    shown = {
        (key, language)
        for language in LANGUAGES
        for key, text in catalogue(language).items()
        if FILE_KEYS.search(MARKUP.sub("", text))
    }
    assert {key for key, _ in shown} == set(OF_THE_OPERATOR), shown


def test_every_refusal_has_a_sentence_with_its_holes() -> None:
    """Each `InputError("key", name=…)` in the code is rendered by a sentence that asks for nothing else."""
    missing, unfilled = [], []
    kinds = ("InputError", "BusyError", "EnvironmentRefusedError", "RefusedError", "DengtaError")
    for path in python_files():
        for node in nodes(path, ast.Call):
            if not (node.args and ast.unparse(node.func).split(".")[-1] in kinds):
                continue
            if not (isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)):
                continue
            key = f"errors.{node.args[0].value}"
            where = f"{name_of(path)}:{node.lineno}: {key}"
            if key not in catalogue("en"):
                missing.append(where)
                continue
            given = {k.arg for k in node.keywords}
            wanted = names_in(catalogue("en")[key])
            if None not in given and not wanted <= given:
                unfilled.append(f"{where} wants {sorted(wanted - given)}")
    assert not missing
    assert not unfilled


def test_every_step_that_a_service_tells_of_has_its_words() -> None:
    told = [
        f"progress.{call.args[0].value}"
        for path in python_files("services")
        for call in nodes(path, ast.Call)
        if ast.unparse(call.func) == "tell" and call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert len(told) >= 4
    assert not [key for key in told if key not in catalogue("en")]


def test_every_literal_key_that_the_code_asks_for_exists() -> None:
    """`t("room.key")` with a literal key: the words are there."""
    known = catalogue("en")
    rooms = {key.split(".")[0] for key in known}
    missing = []
    for path in python_files("dashboard", "pages"):
        for node in nodes(path, ast.Call):
            if not (node.args and isinstance(node.args[0], ast.Constant)):
                continue
            callee = ast.unparse(node.func)
            key = node.args[0].value
            if (callee == "t" or callee.endswith(".t")) and isinstance(key, str) and key not in known:
                missing.append(f"{name_of(path)}:{node.lineno}: {key}")
    assert rooms
    assert not missing


LISTED = {
    ("dashboard/overview/arrears.py", "_apart"): "prepaid, credit, in transit: different things, only listed",
    ("dashboard/recovery/sections.py", "_apart"): "late, set off, issued in the new year: likewise",
    ("dashboard/customers/file.py", "_figures"): "the facts of one customer, a card each",
}
"""Functions that write several amounts each in its own unit, with the reason."""


def test_amounts_that_one_function_writes_share_a_unit() -> None:
    """`money(fen)` chooses a unit by itself: what is compared is written by `moneys` or with a unit."""
    alone = set()
    for path in python_files("dashboard", "pages"):
        written = [call for call in nodes(path, ast.Call) if _writes_money(call)]
        for function in nodes(path, ast.FunctionDef) if len(written) > 1 else ():
            if len([c for c in ast.walk(function) if c in written]) > 1:
                alone.add((name_of(path), function.name))
    assert alone == set(LISTED), alone ^ set(LISTED)


def _writes_money(call: ast.Call) -> bool:
    named = getattr(call.func, "attr", None) or getattr(call.func, "id", None)
    return named == "money" and len(call.args) == 1
