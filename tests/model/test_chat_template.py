"""Chat templates: the same text as from transformers, and an error for those that loop, grow or reach for Python."""

from __future__ import annotations

from typing import Any

import pytest

from mmego.errors import ModelError
from mmego.model.chat_template import MOST_SOURCE, render_template
from mmego.model.chat_template_limits import MOST_UNITS
from tests.model import tiny

MESSAGES: list[dict[str, Any]] = [
    {"role": "system", "content": [{"type": "text", "text": "be brief"}]},
    {"role": "user", "content": [{"type": "video"}, {"type": "text", "text": "Where is <it> & why?"}]},
    {"role": "assistant", "content": [{"type": "text", "text": "here"}]},
]
SOUND = {
    "LLaVA-OneVision": tiny.CHAT_TEMPLATE,
    "loop variables": "{% for m in messages %}{{ loop.index0 ~ m.role }}{% if not loop.last %}, {% endif %}"
    "{% endfor %}",
    "namespace": "{% set ns = namespace(n=0) %}{% for m in messages if m.role == 'user' %}{% set ns.n = ns.n + 1 %}"
    "{% endfor %}{{ ns.n }}{{ messages[::-1]|length }}{{ eos_token }}",
    "macro": "{% macro f(x, y='b') %}<{{ x|upper }}{{ y }}>{% endmacro %}{{ f('a') }}{{ f('a', y='c') }}"
    "{{ 'a %s' % 3 }}",
    "call block": "{% macro f() %}[{{ caller() }}]{% endmacro %}{% call f() %}inside{% endcall %}",
    "values": "{{ [1, 2]|join(',') }}{{ {'a': 1}.items()|list }}{{ (1, 2)[0] }}{{ 'x,y'.split(',')|last }}{{ 7 // 2 }}",
    "tests": "{{ x is defined }}{{ tools is none }}{{ messages is iterable }}{{ 'a' in 'abc' }}{{ 1 < 2 < 3 }}",
    "white space": "{%- for k, v in {'a': 1, 'b': 2}.items() -%}\n  {{ k }}={{ v }}\n{% endfor %}"
    "{{ none }}{{ true }}\n",
    "continue": "{% for x in range(4) %}{% if x == 1 %}{% continue %}{% endif %}{% if x == 3 %}{% break %}{% endif %}"
    "{{ x }}{% endfor %}",
    "json": "{{ messages|selectattr('role', 'equalto', 'user')|map(attribute='role')|list|tojson(indent=2) }}"
    "{{ messages|tojson }}",
    "set block": "{% set t %} abc {% endset %}{{ t|trim }}{% filter upper %}x{% endfilter %}",
    "recursive": "{% for a in [[1, [[2, []]]]] recursive %}{{ a[0] }}{{ loop(a[1]) }}{% endfor %}",
}
ENDLESS = {
    "range": "{% for i in range(10 ** 9) %}x{% endfor %}",
    "nested loops": "{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}",
    "a condition": "{% for i in range(90000) %}{% for j in range(90000) if false %}{% endfor %}{% endfor %}",
    "recursion": "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
    "wide recursion": "{% macro f(n) %}{% if n < 60 %}{{ f(n + 1) }}{{ f(n + 1) }}{% endif %}{% endmacro %}{{ f(0) }}",
    "recursive loop": "{% for i in range(1000) recursive %}{{ loop(range(1000)) }}{% endfor %}",
    "a block of itself": "{% block a %}{{ self.a() }}{{ self.a() }}{% endblock %}",
    "doubling ~": "{% set ns = namespace(x='a') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "doubling +": "{% set ns = namespace(x='a') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "doubling lists": "{% set ns = namespace(x=[]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}"
    "{{ ns.x }}",
    "doubling calls": "{% set ns = namespace(x=[]) %}{% for i in range(60) %}{% set ns.x = dict(a=ns.x, b=ns.x) %}"
    "{% endfor %}",
    "a namespace in itself": "{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}",
    "squaring": "{% set ns = namespace(x=2) %}{% for i in range(60) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
    "a constant": "{{ 'a' * 10 ** 10 }}",
    "a power": "{{ 10 ** 10 ** 10 }}",
    "text in a loop": "{% for i in range(99999) %}" + "y" * 100_000 + "{% endfor %}",
    "center": "{{ 'a'|center(10 ** 10) }}",
    "ljust": "{{ 'a'.ljust(10 ** 10) }}",
    "expandtabs": "{{ '\t'.expandtabs(10 ** 10) }}",
    "indent": "{{ 'a'|indent(10 ** 10) }}",
    "replace": "{{ ('a' * 100000).replace('a', 'b' * 100000) }}",
    "join": "{{ range(99999)|join('x' * 100000) }}",
    "batch": "{{ 'x'|batch(10 ** 10)|list }}",
    "% width": "{{ '%1000000000d' % 1 }}",
    "% star": "{{ '%*d' % (10 ** 9, 1) }}",
    "format width": "{{ '{:1000000000}'.format(1) }}",
    "json indent": "{{ [[[1]]]|tojson(indent=100000) }}",
}
ESCAPES = {
    "class": "{{ ''.__class__.__mro__ }}",
    "globals": "{{ namespace.__init__.__globals__ }}",
    "attribute filter": "{{ ''|attr('__class__') }}",
    "item": "{{ messages.__class__ }}{{ cycler.__init__.__globals__.os.popen('id') }}",
    "format": "{{ '{0.__class__.__mro__}'.format(1) }}",
    "include": "{% include '/etc/passwd' %}",
    "import": "{% import 'os' as os %}",
    "underscore": "{% set ns = namespace() %}{% set ns.__class__ = 1 %}",
}
BROKEN = {
    "syntax": "{% for %}",
    "unknown filter": "{{ messages|urlize }}",
    "brackets": "{{ " + "(" * 500 + "1" + ")" * 500 + " }}",
    "blocks": "{% if a %}" * 200 + "{% endif %}" * 200,
    "undefined": "{{ x.y.z }}",
    "division": "{{ 1 / 0 }}",
    "raise": "{{ raise_exception('only user and assistant') }}",
    "type": "{{ 'a' + 1 }}",
    "length": "a" * (MOST_SOURCE + 1),
}


def _values() -> dict[str, Any]:
    special = tiny.tiny_tokenizer().special_tokens_map
    return {**special, "messages": MESSAGES, "tools": None, "documents": None, "add_generation_prompt": True}


@pytest.mark.parametrize("source", SOUND.values(), ids=SOUND)
def test_a_sound_template_gives_what_transformers_gives(source: str) -> None:
    theirs = tiny.tiny_tokenizer().apply_chat_template(
        MESSAGES, chat_template=source, tokenize=False, add_generation_prompt=True
    )
    assert render_template(source, _values()) == theirs
    assert theirs.strip()


@pytest.mark.parametrize(
    "source", [*ENDLESS.values(), *ESCAPES.values(), *BROKEN.values()], ids=[*ENDLESS, *ESCAPES, *BROKEN]
)
def test_all_others_end_with_an_error_of_one_line(source: str) -> None:
    with pytest.raises(ModelError, match="the chat template") as caught:
        render_template(source, _values())
    assert len(str(caught.value)) < 500


def test_what_one_rendering_used_is_not_taken_from_the_next() -> None:
    source = "{% for i in range(9) %}{{ 'a' * 100000 }}{% endfor %}"
    assert 3 * 400_000 < MOST_UNITS < 9 * 400_000
    for _ in range(5):
        render_template("{{ 'a' * 100000 }}" * 3, {})
    with pytest.raises(ModelError, match="loops or grows"):
        render_template(source, {})


def test_a_long_conversation_is_no_loop() -> None:
    turns = [{"role": role, "content": [{"type": "text", "text": "word " * 40}]} for role in ("user", "assistant") * 50]
    text = render_template(tiny.CHAT_TEMPLATE, {"messages": turns, "add_generation_prompt": True})
    assert text.count("word") == 4000
