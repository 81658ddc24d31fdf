"""Chat templates of other people's checkpoints, rendered within limits: a template that loops ends with an error.

A template is a program. Jinja's sandbox keeps it away from Python's internals, but not from looping for hours or making
strings of gigabytes. Here every loop turn, call and new value costs units, and a template that has used up its fixed
number of units is refused. Units rather than seconds: the same template always gives the same result, on a busy machine
too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache, wraps
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from mmego.errors import ModelError
from mmego.model.chat_template_limits import STEP, WIDTH, SpentError, check_work, fresh_budget, made, pay, size

MOST_SOURCE = 200_000
"""Most characters of a template; the longest published ones have about 20,000."""
FILTERS = (
    *("abs", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e", "escape", "first", "float"),
    *("forceescape", "format", "groupby", "indent", "int", "items", "join", "last", "length", "list", "lower", "map"),
    *("max", "min", "reject", "rejectattr", "replace", "reverse", "round", "safe", "select", "selectattr", "slice"),
    *("sort", "string", "sum", "title", "tojson", "trim", "truncate", "unique", "upper", "wordcount"),
)
"""Jinja's other filters match patterns in text, or draw random numbers."""
BUILTINS = ("range", "dict", "namespace")
_FAULTS = (
    *(jinja2.TemplateError, ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError),
    *(NotImplementedError, RecursionError, SyntaxError, TypeError, ValueError),
)


def render_template(source: str, values: Mapping[str, Any]) -> str:
    """Return the text of a chat template, as `transformers` renders it.

    Args:
        source: the template.
        values: its variables: ``messages``, ``add_generation_prompt``, special tokens; plain JSON types.

    Raises:
        ModelError: it is not a template, fails, loops, or uses more than `MOST_UNITS`.
    """
    try:
        with fresh_budget():
            return compile_template(source).render(dict(values))
    except _FAULTS as error:
        raise ModelError(f"the chat template cannot be used: {_error_text(error)}") from error


@lru_cache(maxsize=16)
def compile_template(source: str) -> jinja2.Template:
    """Return the template ready to render; raise ModelError if it is not a template or names unknown filters."""
    if len(source) > MOST_SOURCE:
        raise ModelError(f"the chat template has {len(source):,} characters; {MOST_SOURCE:,} are allowed")
    try:
        return _Environment().from_string(source)
    except _FAULTS as error:
        raise ModelError(f"the chat template cannot be read: {_error_text(error)}") from error


def _error_text(error: BaseException) -> str:
    text = " ".join(str(error).split())[:300]
    if isinstance(error, SpentError):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _counted(name: str, filter_: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that pays for its arguments and its result; it keeps the attributes that jinja reads."""

    @wraps(filter_)
    def counted(*given: Any, **named: Any) -> Any:
        plain = [one for one in (*given, *named.values()) if not isinstance(one, _INNER)]
        check_work(name, plain)
        return made(filter_(*given, **named))

    return counted


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja's environment as `transformers` sets it up, with a price on everything that can repeat or grow."""

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

    def __init__(self) -> None:
        # Constants are not folded: 'a' * 10 ** 10 would be computed before it is counted.
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,
            extensions=[_Generation, loopcontrols],
            finalize=self.shown,
        )
        self.filters = {name: _counted(name, self.filters[name]) for name in FILTERS if name != "tojson"}
        self.filters["tojson"] = _counted("tojson", _to_json)
        self.globals = {name: self.globals[name] for name in BUILTINS}
        self.globals |= {
            "raise_exception": _raise,
            "strftime_now": strftime_now,
            "dict": _make_dict,
            "namespace": _Namespace,
        }

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        return _Counter(self).visit(tree)  # type: ignore[no-any-return]

    def shown(self, value: Any) -> str:
        """Return a value as text, for printing."""
        pay(size(value))
        text = str(value)
        pay(len(text))
        return text

    def pay(self, units: int) -> bool:
        """Pay for one turn of a loop or one call of a macro, with its text."""
        return pay(units)

    def made(self, value: Any) -> Any:
        """Pay for a list, pair or slice that the template makes, and return it."""
        return made(value)

    def weighed(self, value: Any) -> Any:
        """Pay for a value that is compared, by its length, and return it."""
        pay(size(value))
        return value

    def joined(self, *parts: Any) -> str:
        """Join the parts of ``a ~ b``."""
        texts = [self.shown(part) for part in parts]
        return "".join(texts)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Compute with numbers of at most 64 bits and sequences of limited size."""
        sizes = size(left), size(right)
        pay(STEP + sum(sizes))
        if operator == "*":
            for text, times in ((left, right), (right, left)):
                if isinstance(times, int) and not isinstance(text, int | float):
                    pay(max(0, times) * (len(text) if isinstance(text, str) else size(text)))
        if operator == "**" and (abs(left) > 1 << 16 or abs(right) > 16):
            raise SpentError("a power grows too large")
        if operator == "%" and isinstance(left, str) and WIDTH.search(left):
            raise SpentError("% pads to a width of five digits or more")
        result = super().call_binop(context, operator, left, right)
        if isinstance(result, int) and result.bit_length() > 64:
            raise SpentError("a number grows beyond 64 bits")
        return made(result)

    def call(self, context: Any, thing: Any, /, *given: Any, **named: Any) -> Any:
        """Call a function, method or macro; the text that a method belongs to counts as an argument."""
        # The sandbox wraps `str.format`.
        owner = getattr(getattr(thing, "__wrapped__", thing), "__self__", None)
        if owner is self:  # our own counters; jinja passes the loop's variables to every call
            return thing(*given)
        name = str(getattr(thing, "__name__", "a call"))
        named_values = [value for key, value in named.items() if key not in ("_loop_vars", "_block_vars")]
        check_work(name, [one for one in (owner, *given, *named_values) if not isinstance(one, _INNER)])
        return made(super().call(context, thing, *given, **named))


_INNER = (jinja2.Environment, jinja2.runtime.Context, nodes.EvalContext, jinja2.runtime.Macro, type)


class _Counter(NodeTransformer):
    """Adds a counter to every loop and macro, and to every value that an expression makes."""

    def __init__(self, environment: _Environment) -> None:
        self.environment = environment

    def _call(self, name: str, arguments: list[nodes.Expr], like: nodes.Node) -> nodes.Call:
        call = nodes.Call(nodes.EnvironmentAttribute(name), arguments, [], None, None)
        call.set_lineno(like.lineno)
        return call

    def _price(self, units: int, like: nodes.Node) -> nodes.Call:
        price = nodes.Const(units)
        price.set_lineno(like.lineno)
        return self._call("pay", [price], like)

    def _toll(self, body: list[nodes.Node], like: nodes.Node) -> nodes.Call:
        """Return the call that pays for one run of `body`: for the text in it."""
        text = sum(len(data.data) for node in body for data in node.find_all(nodes.TemplateData))
        return self._price(STEP + text, like)

    def visit_For(self, node: nodes.For) -> nodes.For:
        toll = self._toll(node.body, node)
        self.generic_visit(node)
        node.body.insert(0, nodes.ExprStmt(toll).set_lineno(node.lineno))
        if node.test is not None:
            test = nodes.And(self._price(STEP, node), node.test)
            test.set_lineno(node.lineno)
            node.test = test
        return node

    def _with_toll(self, node: Any) -> Any:
        toll = self._toll(node.body, node)
        self.generic_visit(node)
        node.body.insert(0, nodes.ExprStmt(toll).set_lineno(node.lineno))
        return node

    visit_Macro = visit_CallBlock = visit_Block = _with_toll

    def visit_Concat(self, node: nodes.Concat) -> nodes.Call:
        self.generic_visit(node)
        return self._call("joined", node.nodes, node)

    def _around(self, node: Any) -> Any:
        self.generic_visit(node)
        return self._call("made", [node], node) if getattr(node, "ctx", "load") == "load" else node

    visit_List = visit_Dict = visit_Tuple = _around

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Expr:
        self.generic_visit(node)
        return self._call("made", [node], node) if isinstance(node.arg, nodes.Slice) else node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Compare:
        self.generic_visit(node)
        node.expr = self._call("weighed", [node.expr], node)
        for operand in node.ops:
            operand.expr = self._call("weighed", [operand.expr], node)
        return node

    def visit_Test(self, node: nodes.Test) -> nodes.Test:
        self.generic_visit(node)
        # `is defined` tests a name: a call around it would always be defined.
        if node.name not in ("defined", "undefined"):
            node.node = self._call("weighed", [node.node], node)
        return node


class _Generation(Extension):
    """The tag ``{% generation %}``, which marks answers for training in transformers; here it gives the text inside."""

    tags = {"generation"}  # noqa: RUF012  # jinja's own form

    def parse(self, parser: Any) -> list[nodes.Node]:
        """Return the statements up to ``endgeneration``."""
        next(parser.stream)
        inside: list[nodes.Node] = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return inside


class _Namespace(jinja2.utils.Namespace):
    """The function ``namespace(...)``; names that begin with an underscore are refused, as in transformers."""

    def __init__(*given: Any, **named: Any) -> None:
        self, *rest = given
        attributes = dict(*rest, **named)
        for name in attributes:
            _Namespace._check(name)
        jinja2.utils.Namespace.__init__(self, attributes)

    def __setitem__(self, name: str, value: Any) -> None:
        _Namespace._check(name)
        jinja2.utils.Namespace.__setitem__(self, name, value)

    @staticmethod
    def _check(name: Any) -> None:
        if isinstance(name, str) and name.startswith("_"):
            raise jinja2.exceptions.SecurityError(f"a namespace has no {name!r}")


def _make_dict(*given: Any, **named: Any) -> dict[Any, Any]:
    return dict(*given, **named)


def _raise(message: Any) -> None:
    raise jinja2.TemplateError(str(message))


def strftime_now(form: str) -> str:
    """Return the present time in the given format."""
    return datetime.now().strftime(form)


def _to_json(
    value: Any, ensure_ascii: bool = False, indent: int | None = None, separators: Any = None, sort_keys: bool = False
) -> str:
    if indent is not None and not 0 <= int(indent) <= 8:
        raise ValueError(f"tojson indents by 0 to 8, got {indent}")
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)
