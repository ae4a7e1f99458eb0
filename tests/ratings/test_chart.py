"""The picture of a figure says everything in words as well."""

import pytest
from flask import render_template_string

from portal.ratings.kinds import LEVEL_LABELS
from portal.ratings.rules import figure

PICTURE = """{% from "_macros/charts.html" import satisfaction with context %}
{{ satisfaction(figure, labels) }}"""


@pytest.fixture
def drawn(app):
    """Draw a figure as a page does."""

    def draw(counts, minimum=10):
        with app.test_request_context("/"):
            app.preprocess_request()
            found = figure(counts, minimum)
            return render_template_string(PICTURE, figure=found, labels=LEVEL_LABELS)

    return draw


def test_the_interval_stands_in_words_and_as_a_whisker(drawn):
    text = drawn({5: 60, 4: 15, 3: 6, 2: 12, 1: 7})
    assert "满意率 81.0%" in text
    assert "81 ÷ 100 份评价" in text
    assert "95% 置信区间 72.2%–87.5%" in text
    assert '<line x1="72.2%" x2="87.5%"' in text
    assert '<circle cx="81.0%"' in text
    assert "置信区间是什么意思" in text


def test_too_few_ratings_are_said_with_the_least_number_and_have_no_interval(drawn):
    text = drawn({5: 9})
    assert "少于10份，样本不足，不计算满意率" in text
    assert "共 9 份评价" in text
    assert "置信区间" not in text
    assert "whisker" not in text


def test_no_ratings_are_no_rate(drawn):
    text = drawn({})
    assert "暂无评价" in text
    assert "%" not in text
