"""Who may import whom (CONTRIBUTING.md), read from the source of every module of the package."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mmego

ROOT = Path(mmego.__file__).parent
# A file imports from its own package and from what stands before it in this list.
ORDER = [
    *("errors", "allocation", "records", "scratch", "files", "threads", "processes", "page_style", "devices"),
    *("video", "narrations", "sim"),
    *("qa", "bench"),
    "model",
    "memory",
    *("engine", "train"),
    *("serve", "integrations", "demo", "commands", "cli", "__init__", "__main__"),
]
NEVER = {("engine", "train"), ("train", "engine")}
HEAVY = {"torch", "transformers", "safetensors", "accelerate"}
WITHOUT_TORCH = set(ORDER[: ORDER.index("model")]) | {"commands", "cli", "__init__", "__main__"}


def part_of(module: str) -> str:
    """The entry of ORDER that a dotted module name belongs to: ``mmego.sim.render`` -> ``sim``."""
    words = module.split(".")
    return words[1] if len(words) > 1 else "__init__"


def files() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def own_part(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").parts[0]


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that a piece of source imports; relative imports are not used in this project."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            yield node.module or ""
            if node.module == "mmego":
                yield from (f"mmego.{alias.name}" for alias in node.names if (ROOT / alias.name).is_dir())


def imports_at_load(tree: ast.Module) -> Iterator[str]:
    """What is imported when the module itself is: not inside functions, not under ``if TYPE_CHECKING``."""
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imports(node)
        waiting += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]


def faults(own: str, source: str) -> list[str]:
    """The rules of ORDER and NEVER that a module's source breaks."""
    found = []
    for module in imports(ast.parse(source)):
        if module.split(".")[0] != "mmego":
            continue
        other = part_of(module)
        # The package itself, for its version: only the modules at the end of the list.
        allowed = own == other or (ORDER.index(other) < ORDER.index(own) and (own, other) not in NEVER)
        if other == "__init__" and own in ("cli", "serve", "demo"):
            allowed = True
        if not allowed:
            found.append(f"{own} imports {module}")
    return found


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    assert own_part(path) in ORDER, f"{path} is in no layer: put it into ORDER"
    assert not faults(own_part(path), path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path", [p for p in files() if own_part(p) in WITHOUT_TORCH], ids=lambda path: str(path.relative_to(ROOT))
)
def test_light_layers_load_without_torch(path: Path) -> None:
    loaded = list(imports_at_load(ast.parse(path.read_text(encoding="utf-8"))))
    heavy = [m for m in loaded if m.split(".")[0] in HEAVY]
    deep = [m for m in loaded if m.split(".")[0] == "mmego" and part_of(m) not in WITHOUT_TORCH]
    assert not heavy + deep


def test_the_check_sees_faults() -> None:
    assert faults("video", "def f():\n    from mmego.engine.engine import Engine") == [
        "video imports mmego.engine.engine"
    ]
    assert faults("train", "import mmego.engine.report") == ["train imports mmego.engine.report"]
    assert faults("engine", "from mmego import Engine") == ["engine imports mmego"]
    assert faults("qa", "from mmego.narrations.clean import x\nimport json") == []
    assert list(imports_at_load(ast.parse("class A:\n    import torch"))) == ["torch"]
    assert list(imports_at_load(ast.parse("if TYPE_CHECKING:\n    import torch\ndef f():\n    import torch"))) == []


def test_importing_the_package_and_the_command_loads_no_torch() -> None:
    program = (
        "import sys, mmego, mmego.cli\n"
        "sys.exit(str(sorted({m.split('.')[0] for m in sys.modules} & {'torch', 'transformers', 'numpy', 'av'})))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"


def test_no_module_imports_itself_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for path in files():
        name = ".".join(["mmego", *path.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")
        loaded = imports_at_load(ast.parse(path.read_text(encoding="utf-8")))
        graph[name] = {module for module in loaded if module.startswith("mmego.")}
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way, name))
        if name not in done:
            for module in graph.get(name, ()):
                visit(module, (*way, name))
            done.add(name)

    for name in graph:
        visit(name, ())
