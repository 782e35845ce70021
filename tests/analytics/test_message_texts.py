"""Templates are refused before a customer sees what is wrong in them, and filled in exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import RefusedError
from analytics.message_texts import (
    PLACEHOLDERS,
    MessageText,
    check,
    fill,
    longest,
    parts,
    text_for,
    units,
)

words = st.text(st.sampled_from("欠费ab {}$\\1𠮷\n"), min_size=1, max_size=6).filter(lambda s: s.strip())
between = st.text(st.sampled_from("请缴费 x%$\\\n"), max_size=5)


def template(text: str, key: str = "first", action: str = "sms", grade: str = "") -> MessageText:
    return MessageText(key, action, grade, "zh", text)


@pytest.mark.parametrize(
    ("text", "key", "position"),
    [
        ("您好{nane}", "text_placeholder", 3),
        ("{}", "text_placeholder", 1),
        ("{ name }", "text_placeholder", 1),
        ("{name!r}", "text_placeholder", 1),
        ("{name.upper}", "text_placeholder", 1),
        ("欠{amount:.2f}元", "text_placeholder", 2),
        ("欠{name", "text_brace_open", 2),
        ("{name {amount}", "text_brace_open", 1),
        ("name} 您好", "text_brace_close", 5),
        ("{name}}", "text_brace_close", 7),
        ("{{name}}", "text_brace_twice", 1),
        ("{name} }}", "text_brace_twice", 8),
        ("您好｛name｝", "text_brace_wide", 3),
    ],
)
def test_what_is_wrong_in_a_template_is_refused_with_its_place(text: str, key: str, position: int) -> None:
    with pytest.raises(RefusedError) as refused:
        template(text)
    assert refused.value.key == key
    assert refused.value.params["position"] == position
    assert refused.value.params["text"] == "first"


def test_a_template_without_words_is_refused() -> None:
    with pytest.raises(RefusedError, match="text_empty"):
        template(" \n")


def test_a_template_without_placeholders_is_sent_as_it_is() -> None:
    assert template("请按时缴费").placeholders == ()
    assert fill(template("请按时缴费"), {}) == "请按时缴费"


def test_a_value_with_braces_is_not_filled_again() -> None:
    text = template("{name}，户号{cons_no}，欠{amount}元，{name}")
    assert text.placeholders == ("name", "cons_no", "amount")
    values = {"name": "{amount}", "cons_no": "{{\\g<0>", "amount": "1,000.00", "days": "3"}
    assert fill(text, values) == "{amount}，户号{{\\g<0>，欠1,000.00元，{amount}"


@pytest.mark.parametrize("values", [{}, {"name": ""}, {"name": " \u3000"}])
def test_nobody_is_sent_a_text_with_a_gap(values: dict[str, str]) -> None:
    with pytest.raises(RefusedError) as refused:
        fill(template("{name}您好，欠{amount}元"), {"amount": "5.00", **values})
    assert (refused.value.key, refused.value.params["names"]) == ("text_value_missing", "name")


@given(st.lists(st.tuples(between, st.sampled_from(PLACEHOLDERS), words), min_size=1, max_size=5), between)
def test_a_text_is_its_pieces_in_order(pieces: list[tuple[str, str, str]], end: str) -> None:
    values = {name: value for _, name, value in pieces}
    text = "".join(f"{before}{{{name}}}" for before, name, _ in pieces) + end
    assert fill(template(text), values) == "".join(b + values[name] for b, name, _ in pieces) + end


@pytest.mark.parametrize(
    ("size", "expected"), [(0, 0), (1, 1), (69, 1), (70, 1), (71, 2), (134, 2), (135, 3)]
)
def test_an_sms_of_more_than_70_characters_is_paid_by_67(size: int, expected: int) -> None:
    assert parts("电" * size) == expected
    assert parts("电" * max(size - 4, 0), "【电力】"[:size]) == expected


def test_a_character_beyond_the_basic_plane_is_two() -> None:
    assert units("𠮷a") == 3
    assert (parts("𠮷" * 35), parts("𠮷" * 35 + "a"), parts("𠮷" * 67 + "a")) == (1, 2, 3)


@given(st.text(max_size=150), st.text(max_size=10))
def test_parts_are_counted_as_utf_16_is_written(text: str, signature: str) -> None:
    size = len((text + signature).encode("utf-16-le", "surrogatepass")) // 2
    counted = 0 if not size else 1
    while size > 70 and counted * 67 < size:
        counted += 1
    assert parts(text, signature) == counted


@given(st.fixed_dictionaries({"name": st.lists(words, min_size=1), "amount": st.lists(words, min_size=1)}))
def test_no_combination_is_longer_than_the_longest(values: dict[str, list[str]]) -> None:
    text = template("{name}欠{amount}元，{name}")
    every = [fill(text, {"name": n, "amount": a}) for n in values["name"] for a in values["amount"]]
    assert longest(text, values) in every
    assert units(longest(text, values)) == max(map(units, every))


def test_the_longest_of_no_values_is_refused() -> None:
    with pytest.raises(RefusedError, match="text_value_missing"):
        longest(template("{name}"), {"name": []})


def test_a_grades_own_text_comes_before_that_of_all() -> None:
    texts = [template("全部"), template("丁级", "second", grade="D"), template("信", "third", "letter")]
    check(texts)
    assert text_for(texts, "sms", "D", "zh") == texts[1]
    assert text_for(texts, "sms", "A", "zh") == texts[0]
    assert text_for(texts, "sms", "A", "en") is None
    assert text_for([], "sms", "A", "zh") is None


@pytest.mark.parametrize("other", [template("又", "second"), template("又", action="letter")])
def test_two_texts_for_one_case_or_of_one_key_are_refused(other: MessageText) -> None:
    with pytest.raises(RefusedError) as refused:
        check([template("全部"), other])
    assert (refused.value.key, refused.value.params) == ("text_twice", {"one": "first", "other": other.key})
