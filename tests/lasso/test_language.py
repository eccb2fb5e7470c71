"""The language that is spoken, and the sentences said in it."""

from __future__ import annotations

import threading

import pytest
from django.template import Context, Template

from lasso.language import Language, mark, speaking, spoken, translate, translate_count
from lasso.templatetags.saying import say


def test_it_speaks_danish_unless_told_otherwise_and_again_afterwards():
    assert spoken() is Language.DANISH
    with speaking(Language.ENGLISH):
        with speaking(Language.DANISH):
            assert spoken() is Language.DANISH
        assert spoken() is Language.ENGLISH
    assert spoken() is Language.DANISH


def test_it_speaks_danish_again_after_an_error():
    with pytest.raises(ValueError, match="broken"), speaking(Language.ENGLISH):
        raise ValueError("broken")

    assert spoken() is Language.DANISH


def test_another_threads_language_is_its_own():
    heard = []
    with speaking(Language.ENGLISH):
        thread = threading.Thread(target=lambda: heard.append(spoken()))
        thread.start()
        thread.join()

    assert heard == [Language.DANISH]


def test_it_says_a_sentence_in_each_language():
    assert translate("Aktiv") == "Aktiv"
    with speaking(Language.ENGLISH):
        assert translate("Aktiv") == "Active"
        assert translate(mark("Aktiv")) == "Active"


@pytest.mark.parametrize("sentence", ["", "Dette siger ingen.", "Content-Type"])
def test_what_the_catalogue_lacks_stays_as_it_is(sentence: str):
    with speaking(Language.ENGLISH):
        assert translate(sentence) == sentence


@pytest.mark.parametrize(
    ("amount", "danish", "english"),
    [(0, "afvigelser", "deviations"), (1, "afvigelse", "deviation"), (2, "afvigelser", "deviations")],
)
def test_it_takes_the_form_that_goes_with_the_amount(amount: int, danish: str, english: str):
    assert translate_count("afvigelse", "afvigelser", amount) == danish
    with speaking(Language.ENGLISH):
        assert translate_count("afvigelse", "afvigelser", amount) == english
        assert translate_count("ukendt ting", "ukendte ting", amount) == (
            "ukendt ting" if amount == 1 else "ukendte ting"
        )


def test_a_template_says_it_too_and_escapes_what_is_filled_in():
    template = Template('{% load saying %}{% say "{names} og {last}" names=names last="C" %}|{% say "Aktiv" %}')
    context = Context({"names": "<b>A & B</b>"})

    assert template.render(context) == "&lt;b&gt;A &amp; B&lt;/b&gt; og C|Aktiv"
    with speaking(Language.ENGLISH):
        assert template.render(context) == "&lt;b&gt;A &amp; B&lt;/b&gt; and C|Active"


def test_a_sentence_of_ours_is_escaped_as_well():
    assert say(Context(), "A < B & {c}", c="<d>") == "A &lt; B &amp; &lt;d&gt;"
