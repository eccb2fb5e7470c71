"""The templates of the reports: what they are given is escaped, what they are not given is an error."""

from __future__ import annotations

import pytest
from django.utils.safestring import mark_safe
from jinja2 import UndefinedError

from lasso.language import Language, speaking
from reporting.contents.blocks import Fact, Facts, Heading, Note, Picture
from reporting.contents.templating import draw, say


def test_it_escapes_every_text_it_is_given():
    html = draw(Note.template, block=Note("""<b title="A" lang='B'>& {{ block }}</b>"""))

    assert html == (
        '<p class="small-print">&lt;b title=&#34;A&#34; lang=&#39;B&#39;&gt;&amp; {{ block }}&lt;/b&gt;</p>'
    )


def test_it_leaves_a_drawing_of_ours_as_it_is():
    picture = Picture(mark_safe("<svg/>"), description="", legend=((mark_safe("<i/>"), "<i/>"),))

    html = draw(Picture.template, block=picture)

    assert "  <svg/>\n" in html
    assert "<span><i/> &lt;i/&gt;</span>" in html


def test_it_escapes_what_a_sentence_is_filled_with_and_not_the_sentence():
    with speaking(Language.ENGLISH):
        assert say("Kilde: {source}", source="<CVR> & {source}") == "Source: &lt;CVR&gt; &amp; {source}"


def test_it_breaks_the_line_where_a_fact_has_several():
    html = draw(Facts.template, block=Facts((Fact("Adresse", ("<Å> 1\r\n2. sal", "By")),)))

    assert '<th scope="row">Adresse</th><td>&lt;Å&gt; 1<br>2. sal<br>By</td>' in html


@pytest.mark.parametrize("given", [{}, {"block": Note("")}, {"block": object()}])
def test_a_name_that_was_not_given_is_an_error_and_no_gap(given: dict[str, object]):
    with pytest.raises(UndefinedError):
        draw("blocks/bullets.html.jinja", **given)


def test_nothing_of_what_it_was_given_runs():
    assert draw(Heading.template, block=Heading("{{ 6 * 7 }} {% raise %}")) == "<h3>{{ 6 * 7 }} {% raise %}</h3>"
