"""A chart carries no JavaScript, whatever the names in it; and an update sends no more than it must."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nicegui.elements.echart.echart import JS_CODE_MARKER
from pyecharts.charts import Bar
from pyecharts.commons.utils import JsCode

from tests.ui.fakes import FakeDomain
from tests.ui.screens import person, screens
from ui.kit.chart import Chart, chart, plain
from ui.kit.tokens import LIGHT

keys = st.one_of(st.text(max_size=6), st.sampled_from([':formatter', ' :x', '::', ':']))
values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.floats(allow_nan=False),
        st.text(max_size=12),
        st.just(f'{JS_CODE_MARKER}alert(1){JS_CODE_MARKER}'),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=20,
)


def bar(*heights: float | None, name: str = '东门') -> Bar:
    return Bar().add_xaxis(['一', '二', '三'][: len(heights)]).add_yaxis(name, list(heights))


def all_keys(node: Any) -> set[str]:
    if isinstance(node, dict):
        return set(node) | {key for value in node.values() for key in all_keys(value)}
    return {key for item in node for key in all_keys(item)} if isinstance(node, list) else set()


@given(values)
def test_no_key_can_be_run_and_no_marker_survives(data: Any) -> None:
    cleaned = plain(data)
    assert not [key for key in all_keys(cleaned) if key.strip().startswith(':')]
    assert JS_CODE_MARKER not in json.dumps(cleaned)


@given(st.dictionaries(st.text(alphabet='abc', max_size=4), st.integers()))
def test_harmless_data_passes_unchanged(data: dict[str, int]) -> None:
    assert plain(data) == data


@pytest.mark.parametrize('name', [f'{JS_CODE_MARKER}alert(1){JS_CODE_MARKER}', JS_CODE_MARKER])
async def test_a_shop_cannot_be_named_so_that_its_name_runs(domain: FakeDomain, name: str) -> None:
    async with screens(person()) as (user, _):
        client = await user.open('/cockpit')
        with client:
            made = chart(bar(1, 2, name=name))
        assert JS_CODE_MARKER not in json.dumps(made.options)
        assert not [key for key in all_keys(made.options) if key.startswith(':')]


async def test_not_even_our_own_code_puts_javascript_into_a_chart(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        client = await user.open('/cockpit')
        with client:
            made = chart(bar(1).set_series_opts(label_opts={'formatter': JsCode('alert(1)')}))
        assert not [key for key in all_keys(made.options) if key.startswith(':')]


async def test_it_wears_the_tokens(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        client = await user.open('/cockpit')
        with client:
            made = chart(bar(1, None))
        assert made.options['color'] == list(LIGHT.chart)
        assert 'Atrium Sans SC' in made.options['textStyle']['fontFamily']
        assert made.options['series'][0]['data'][1] is None


async def test_new_values_alone_are_sent_as_values_alone(domain: FakeDomain, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, Any]] = []
    monkeypatch.setattr(Chart, 'run_chart_method', lambda self, name, *given: sent.append((name, given)))
    monkeypatch.setattr(Chart, 'update', lambda self: sent.append(('update', ())))
    async with screens(person()) as (user, _):
        client = await user.open('/cockpit')
        with client:
            made = chart(bar(1, 2))
            sent.clear()
            made.show(bar(1, 2))
            assert sent == []
            made.show(bar(1, 5))
            assert sent == [('setOption', ({'series': [{'data': [1, 5]}]},))]
            made.show(bar(1, 5, 6))
            assert sent[-1][0] == 'update'
        assert made.options['series'][0]['data'] == [1, 5, 6]
