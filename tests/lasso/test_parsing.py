"""JSON is read strictly, but for what the API's documentation shows."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lasso.errors import MalformedBody
from lasso.parsing import FieldNames, kind_of, read_json

DOCUMENTATIONS_EXAMPLE = b"""{
"batchName": "My Batch",
"format": "{cvr}-{name}-{type}",
"items": [
{
"cvr": 34580820,
"format": "1234-{cvr}-{name}",
"internalCustomerId": 1234
},
],
"IsListener": false,
"TriggerNow": false,
}"""


def refusal(body: bytes) -> str:
    with pytest.raises(MalformedBody) as raised:
        read_json(body)
    return raised.value.message


def test_it_reads_the_documentations_example() -> None:
    assert read_json(DOCUMENTATIONS_EXAMPLE) == {
        "batchName": "My Batch",
        "format": "{cvr}-{name}-{type}",
        "items": [{"cvr": 34580820, "format": "1234-{cvr}-{name}", "internalCustomerId": 1234}],
        "IsListener": False,
        "TriggerNow": False,
    }


@pytest.mark.parametrize(
    ("body", "data"),
    [
        (b'{"a": 1,}', {"a": 1}),
        (b"[1, 2 , \r\n\t ]", [1, 2]),
        (b'[{"a": [1,],},]', [{"a": [1]}]),
        (b'{"a": "x,}", }', {"a": "x,}"}),
        (b'{"a": ",]\\",}",}', {"a": ',]",}'}),
        (b'{"a": "\\\\",}', {"a": "\\"}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ('{"navn": "Søndergård", "e": "\\ud83d\\ude00"}'.encode(), {"navn": "Søndergård", "e": "😀"}),
        (b"9223372036854775807", 2**63 - 1),
        (b"[-9223372036854775807]", [-(2**63 - 1)]),
        (b"0.5", 0.5),
    ],
)
def test_it_reads(body, data) -> None:
    assert read_json(body) == data


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The body is empty; send a JSON object."),
        (b" \n", "The body is empty; send a JSON object."),
        (b"[,]", "Line 1, column 2: a value was expected, found ','."),
        (b"{,}", "Line 1, column 2: a name in double quotes was expected, found ','."),
        (b"[1,,]", "Line 1, column 4: a value was expected, found ','."),
        (b'{"a":,}', "Line 1, column 6: a value was expected, found ','."),
        (b'{"a": 1},', "Line 1, column 9: the end was expected, found ','."),
        (b'{"a": 1', "Line 1, column 8: a comma or the closing bracket was expected, found the end of the body."),
        (b'{\n  "a" 1\n}', "Line 2, column 7: a colon was expected, found '1'."),
        (b"{'a': 1}", 'Line 1, column 2: a name in double quotes was expected, found "\'".'),
        (
            b'{"a": 1 // one\n}',
            "Line 1, column 9: a comma or the closing bracket was expected, found '/'.",
        ),
        (b'{"a": "x', "Line 1, column 7: this string is never closed, found '\"'."),
        (b'{"a": "x,}', "Line 1, column 7: this string is never closed, found '\"'."),
        (b'["a\nb"]', "Line 1, column 4: control characters in strings must be escaped, found '\\n'."),
        (b'["\\x"]', "Line 1, column 3: this is not an escape that JSON has, found '\\\\'."),
        (b"[True]", "Line 1, column 2: a value was expected, found 'T'."),
        (b"[NaN]", "NaN is not a number in JSON; send null or leave the field out."),
        (b"[-Infinity]", "-Infinity is not a number in JSON; send null or leave the field out."),
        (b"[1e999]", "The number 1e999 is too large."),
        (b"9223372036854775808", "The number 9223372036854775808 is too large; 9223372036854775807 is the largest."),
        (
            b"1" * 5000,
            "The number 11111111111111111111… (5000 digits) is too large; 9223372036854775807 is the largest.",
        ),
        (
            b'{"cvr": 1, "CVR": 2}',
            "The name 'CVR' stands twice in one object (letter case does not matter); keep one of them.",
        ),
        (
            b'[{"a": {"b": 1, "c": 2, "b": 3}}]',
            "The name 'b' stands twice in one object (letter case does not matter); keep one of them.",
        ),
        (b'\n{"a": "\xff"}', "Line 2: the byte 0xff (number 9 of the body) is not UTF-8."),
        ('{"a": 1}'.encode("utf-16"), "Line 1: the byte 0xff (number 1 of the body) is not UTF-8."),
        (b"[" * 33 + b"]" * 33, "The body is nested deeper than 32 levels."),
        (b"[" * 100_000, "The body is nested deeper than 32 levels."),
        (
            b'{"a": "\\u0000"}',
            "A string has the character \\u0000 or half of a surrogate pair, which is not text.",
        ),
        (
            b'[{"\\ud83d": 1}]',
            "A string has the character \\u0000 or half of a surrogate pair, which is not text.",
        ),
    ],
)
def test_it_says_what_is_wrong_and_where(body, sentence) -> None:
    assert refusal(body) == sentence


def test_it_reads_32_levels() -> None:
    assert read_json(b"[" * 32 + b"]" * 32)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_characters="\0", codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", 'b",]', "c,}"]), inner),
    max_leaves=20,
)


@given(data=JSON_VALUES, indent=st.sampled_from([None, 2]))
def test_it_reads_every_strict_document_as_it_is(data, indent) -> None:
    assert read_json(json.dumps(data, indent=indent).encode()) == data


@given(data=JSON_VALUES)
def test_it_reads_every_document_with_trailing_commas(data) -> None:
    def written(value) -> str:
        if isinstance(value, dict) and value:
            return "{" + "".join(f"{json.dumps(name)}: {written(inner)} , " for name, inner in value.items()) + "}"
        if isinstance(value, list) and value:
            return "[" + "".join(f"{written(inner)},\n" for inner in value) + "]"
        return json.dumps(value)

    assert read_json(written(data).encode()) == data


# A careless expression would take hours for these; the test's own time limit is what stops it.
@pytest.mark.parametrize(
    "body",
    [b"[" + b", " * 200_000 + b"]", b"[1" + b"," + b" " * 400_000 + b"x", b'["' + b",]" * 200_000],
    ids=["commas", "spaces", "brackets in a string"],
)
def test_it_comes_to_an_end_on_hostile_commas(body) -> None:
    refusal(body)


NAMES = FieldNames(["batchName", "isListener", "notificationEmail", "items"])


def test_it_takes_names_in_any_letter_case() -> None:
    assert NAMES.fold({"BATCHNAME": 1, "IsListener": 2, "items": 3}) == {"batchName": 1, "isListener": 2, "items": 3}


def test_it_leaves_unknown_names_to_be_refused() -> None:
    assert NAMES.fold({"notificationEmial": 1, "Items": 2}) == {"notificationEmial": 1, "items": 2}


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("notificationEmial", "is not a field; did you mean notificationEmail?"),
        ("xyz", "is not a field; known are batchName, isListener, items, notificationEmail."),
    ],
)
def test_it_names_the_field_that_was_probably_meant(name, advice) -> None:
    assert NAMES.advice(name) == advice


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "true"),
        (1, "a number"),
        (0.5, "a number"),
        ("", "a string"),
        ([], "a list"),
        ({}, "an object"),
    ],
)
def test_it_names_kinds_as_json_does(value, kind) -> None:
    assert kind_of(value) == kind


@pytest.mark.parametrize(("text", "number"), [("34580820.0", 34580820), ("1e3", 1000), ("-2.0", -2), ("-0.0", 0)])
def test_it_reads_a_number_without_a_fraction_as_a_whole_one(text, number) -> None:
    read = read_json(text.encode())

    assert (type(read), read) == (int, number)


@pytest.mark.parametrize("text", ["0.5", "1e300", "9007199254740994.0"])
def test_it_leaves_a_number_as_it_is_that_has_a_fraction_or_is_not_exact(text) -> None:
    assert (type(read_json(text.encode())), read_json(text.encode())) == (float, float(text))
