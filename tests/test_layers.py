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
# A file imports from its own package, from the layers above its own, and from what stands before it in its own layer.
LAYERS = [
    ("errors", "out_of_memory", "scratch", "files", "threads", "processes", "devices", "records"),
    ("video", "language", "narrations", "sim", "llm"),
    ("reporting", "review"),
    ("qa", "bench"),
    ("selectors", "model"),
    ("memory",),
    ("engine", "train"),
    ("serve", "integrations", "commands", "cli", "__init__", "__main__"),
]
ORDER = [part for layer in LAYERS for part in layer]
NEVER = {("engine", "train"), ("train", "engine")}
HEAVY = {"torch", "transformers", "safetensors", "accelerate"}
WITHOUT_TORCH = set(ORDER[: ORDER.index("selectors")]) | {"commands", "cli", "__init__", "__main__"}


def part_of(module: str) -> str:
    """Return the entry of ORDER that a dotted module name belongs to: ``mmego.sim.render.renderer`` -> ``sim``."""
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
            packages = [a.name for a in node.names if node.module == "mmego" and (ROOT / a.name).is_dir()]
            yield from (f"mmego.{name}" for name in packages)
            if len(packages) < len(node.names):
                yield node.module or ""


def imports_at_load(tree: ast.Module) -> Iterator[str]:
    """Return what is imported when the module itself is: not inside functions, not under ``if TYPE_CHECKING``."""
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
    """Return the rules of ORDER and NEVER that a module's source breaks."""
    found = []
    for module in imports(ast.parse(source)):
        if module.split(".")[0] != "mmego":
            continue
        other = part_of(module)
        # The package itself, for its version: only the modules at the end of the list.
        allowed = own == other or (ORDER.index(other) < ORDER.index(own) and (own, other) not in NEVER)
        if other == "__init__" and own in ("cli", "serve"):
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
    assert faults("reporting", "from mmego.qa.data.clip_qa import x") == ["reporting imports mmego.qa.data.clip_qa"]
    assert list(imports_at_load(ast.parse("class A:\n    import torch"))) == ["torch"]
    assert list(imports_at_load(ast.parse("if TYPE_CHECKING:\n    import torch\ndef f():\n    import torch"))) == []


def test_importing_the_package_and_the_command_loads_no_torch() -> None:
    program = (
        "import sys, mmego, mmego.cli\n"
        "sys.exit(str(sorted({m.split('.')[0] for m in sys.modules} & {'torch', 'transformers', 'numpy', 'av'})))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"


def modules() -> dict[str, ast.Module]:
    """Return the parsed source of every module by its dotted name."""
    return {
        ".".join(["mmego", *path.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__"): ast.parse(
            path.read_text(encoding="utf-8")
        )
        for path in files()
    }


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return one circle of the graph, first node repeated at its end, or an empty list."""
    done: set[str] = set()

    def visit(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        done.add(name)
        found = (visit(other, [*way, name]) for other in sorted(graph.get(name, ())))
        return next((way for way in found if way), [])

    return next((way for way in (visit(name, []) for name in sorted(graph)) if way), [])


def inside(package: str, imported: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return who imports whom among the files and folders right inside a package: a folder counts as one."""

    def child(module: str) -> str | None:
        return module.removeprefix(f"{package}.").split(".")[0] if module.startswith(f"{package}.") else None

    graph: dict[str, set[str]] = {}
    for module, others in imported.items():
        own = child(module)
        if own is not None:
            graph.setdefault(own, set()).update(name for o in others if (name := child(o)) not in (None, own))
    return graph


def test_no_module_imports_itself_in_a_circle() -> None:
    at_load = {name: {m for m in imports_at_load(tree) if m.startswith("mmego.")} for name, tree in modules().items()}
    assert circle(at_load) == []


@pytest.mark.parametrize("package", sorted({str(p.parent.relative_to(ROOT.parent)).replace("/", ".") for p in files()}))
def test_the_parts_of_a_package_have_an_order(package: str) -> None:
    """Also where an import is hidden in a function or under ``if TYPE_CHECKING``."""
    trees = modules()
    imported = {
        name: {m for m in all_imports(tree, set(trees)) if m.startswith("mmego.")} for name, tree in trees.items()
    }
    assert circle(inside(package, imported)) == []


def all_imports(tree: ast.Module, known: set[str]) -> Iterator[str]:
    """Return every module imported anywhere in a file, a module imported by its package's name included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name for name in names if name in known)
            if not all(name in known for name in names):
                yield node.module


def test_the_check_sees_circles() -> None:
    imported = {"mmego.a.x": {"mmego.b.y"}, "mmego.b.y": set(), "mmego.b.z": {"mmego.a.x"}}
    assert circle(imported) == []
    assert circle(inside("mmego", imported)) == ["a", "b", "a"]
    assert circle(inside("mmego.b", imported)) == []
    hidden = ast.parse("if TYPE_CHECKING:\n    from mmego.a import x\ndef f():\n    import mmego.b.y")
    assert list(all_imports(hidden, {"mmego.a.x"})) == ["mmego.a.x", "mmego.b.y"]
