"""What README and docs/ promise is there: links, targets of make, commands, flags, modules, files; pages are short."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
from pathlib import Path

import pytest
from scripts import docs_hook

from mmego import cli
from mmego.commands import bench, qa
from tests.test_layers import LAYERS

ROOT = Path(__file__).parents[1]
SITE = sorted((ROOT / "docs").rglob("*.md"))
PAGES = sorted([*ROOT.glob("*.md"), *SITE])
LONGEST = 150
"""Lines of a page."""
NOT_PAGES = {"CHANGELOG.md"}
"""Not read from the first line to the last."""


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchor(title: str) -> str:
    """Return the anchor of a heading, as MkDocs and GitHub make it."""
    plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title).replace("`", "")
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def without_code(text: str) -> str:
    """Return a page without its fenced and indented blocks, whose lines are left empty."""
    fenced = re.sub(r"^ *```.*?^ *```$", lambda m: "\n" * m[0].count("\n"), text, flags=re.M | re.S)
    return re.sub(r"^(?: {4}|\t)(?! *[-*\d]).*$", "", fenced, flags=re.M)


def rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows of a page's tables: number of the line, cells."""
    lines = enumerate(without_code(text).splitlines(), 1)
    return [
        (at, [cell.strip() for cell in line.strip().strip("|").split("|")]) for at, line in lines if line[:1] == "|"
    ]


def sentences(cell: str) -> int:
    """Count the sentences of a cell; code, quotations and abbreviations are none."""
    plain = re.sub(r"`[^`]*`|\"[^\"]*\"|\([^)]*\)", "x", cell).replace("...", " ").replace("e.g.", "")
    return len(re.findall(r"[.!?](?=\s+[A-Z0-9x])|[;](?=\s)", plain)) + 1


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for target, heading in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", without_code(page.read_text())):
        goal = (page.parent / target).resolve() if target else page
        assert goal.exists(), f"{page.name} links to {target}"
        if heading:
            titles = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", goal.read_text(), flags=re.M | re.S), re.M)
            assert heading in [anchor(title) for title in titles], f"{page.name} links to {target}#{heading}"


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in NOT_PAGES], ids=name)
def test_pages_are_short_and_table_cells_one_sentence(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST
    many = [f"line {at}: {cell}" for at, cells in rows(text) for cell in cells if sentences(cell) > 1]
    assert many == []


def test_every_page_is_in_the_menu() -> None:
    menu = re.findall(r"- (?:\w+: )?(\S+\.md)$", (ROOT / "mkdocs.yml").read_text().partition("\nnav:")[2], re.M)
    assert sorted(menu) == sorted(str(page.relative_to(ROOT / "docs")) for page in SITE)


def test_every_verb_has_its_help_on_one_page() -> None:
    shown = [mark for page in SITE for mark in docs_hook.HELP.findall(page.read_text())]
    verbs = {verb for verb in cli.VERBS if verb not in ("qa", "bench", "train")} | {"train nano"}
    for group, verbs_of_group in (("qa", qa.VERBS), ("bench", bench.VERBS)):
        verbs |= {f"{group} {verb}" for verb in verbs_of_group if verb != "review"}
        verbs |= {f"{group} review {way}" for way in ("export", "import")}
    assert sorted(shown) == sorted(verbs)


def test_a_mark_becomes_the_help_and_the_layers_a_picture() -> None:
    page = docs_hook.on_page_markdown("before\n\n<!-- help: bench score -->\n\n<!-- picture: layers -->\n")
    assert page.startswith("before\n\n```text\nusage: mmego bench score ")
    assert "--rounds" in page
    assert page.count("<svg ") == 1
    packages = [package for layer in LAYERS for package in layer if docs_hook.is_there(package)]
    assert [package for layer in docs_hook.read_layers() for package in layer] == packages
    assert {"records", "bench", "cli"} <= set(packages)
    for package in packages:
        assert f">{package}</text>" in page


def test_a_page_of_the_site_loads_nothing_from_elsewhere() -> None:
    settings = (ROOT / "mkdocs.yml").read_text()
    assert "font: false" in settings
    assert "mermaid" not in settings.replace("no Mermaid", "").lower()
    loads = re.compile(r"!\[[^]]*\]\(https?:|<(?:script|img|link)\b")
    assert [page.name for page in SITE if loads.search(page.read_text())] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    for target in re.findall(r"(?:^    |`|^\$ )make ([a-z-]+)", page.read_text(), re.M):
        assert target in targets, f"{page.name} names make {target}"


def commands() -> list[tuple[str, list[str]]]:
    """Return every command line of ours in an indented or fenced block, its continuation lines joined."""
    found = []
    for page in PAGES:
        text = page.read_text().replace("\\\n", " ")
        lines = re.findall(r"^ {4,}(?:\$ )?(mmego .+)$|^\$ (mmego .+)$", text, re.M)
        fenced = re.findall(r"^```(?:sh|bash|console)?\n(.*?)^```", text, re.M | re.S)
        lines += [(line, "") for block in fenced for line in re.findall(r"^(?:\$ )?(mmego .+)$", block, re.M)]
        for line in dict.fromkeys(one or other for one, other in lines):
            words = shlex.split(line, comments=True)
            if len(words) > 1 and words[1].replace("-", "").isalpha() and words[1].islower():
                found.append((page.name, words[1:]))
    return found


def verb_of(words: list[str]) -> list[str]:
    """Return the words that name the verb: ``ask``, ``qa make``, ``bench review export``."""
    if words[0] not in ("qa", "bench", "train"):
        return words[:1]
    return words[:3] if words[1] == "review" else words[:2]


@pytest.mark.parametrize(("page", "words"), commands(), ids=lambda v: v if isinstance(v, str) else " ".join(v))
def test_commands_use_verbs_and_flags_that_exist(
    page: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    verb = verb_of(words)
    with pytest.raises(SystemExit) as stop:
        # The flags of `qa make` are so many that its plain help shows the common ones only.
        cli.main([*verb, "--help", *["all"] * (verb == ["qa", "make"])])
    assert stop.value.code in (0, None)
    text = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    for word in words:
        if word.startswith("--"):
            assert word in text, f"{page}: mmego {' '.join(verb)} has no {word}"


def named_files(text: str) -> list[str]:
    """Return the files of the repository that a page names: ``benchmarks/x.py``, ``qa/rules/x.py``."""
    text = text.replace("src/mmego/a/b.py", "").replace("tests/a/test_b.py", "")  # stand for any module
    whole = re.findall(r"\b((?:benchmarks|examples|scripts|tests|src|docs)/[\w/.-]+\.\w+)\b", text)
    inside = re.findall(r"`((?!tests/|src/|docs/)[a-z_]+(?:/[a-z_]+)*/[a-z_]+\.py)`", text)
    return [*whole, *(f"src/mmego/{path}" for path in inside if path not in whole and "ours" not in path)]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_files_and_modules_named_in_the_docs_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [path for path in named_files(text) if not (ROOT / path).exists()] == []
    for dotted in set(re.findall(r"\bmmego(?:\.(?!md\b)[a-z]\w*)+(?!\w)", text)):
        assert exists(dotted), f"{page.name} names {dotted}"


def exists(dotted: str) -> bool:
    """Return whether this is a module, or a module's attribute, of the package."""
    words = dotted.split(".")
    for end in range(len(words), 0, -1):
        path = ROOT / "src" / Path(*words[:end])
        if path.is_dir() or path.with_suffix(".py").exists():
            break
    else:
        return False
    if end == len(words):
        return True
    module = importlib.import_module(".".join(words[:end]))
    return end + 1 == len(words) and hasattr(module, words[end])


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_what_the_python_of_a_page_imports_exists(page: Path) -> None:
    for block in re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mmego"):
                module = importlib.import_module(node.module or "")
                assert [a.name for a in node.names if not hasattr(module, a.name)] == [], f"{page.name}: {node.module}"


def test_pages_named_in_the_code_exist() -> None:
    code = [path for part in ("src", "tests", "benchmarks", "scripts") for path in (ROOT / part).rglob("*.py")]
    named = {(name(path), page) for path in code for page in re.findall(r"\bdocs/[\w/-]+\.md\b", path.read_text())}
    assert [(path, page) for path, page in sorted(named) if not (ROOT / page).exists()] == []


def test_the_python_example_of_the_readme_uses_names_that_exist() -> None:
    import mmego

    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    tree = ast.parse(block)
    imported = [a.name for node in tree.body if isinstance(node, ast.ImportFrom) for a in node.names]
    assert imported == ["Engine"]
    called = {n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}
    assert {"from_pretrained", "index", "ask"} <= called
    for method in called:
        assert hasattr(mmego.Engine, method)


def test_the_checks_see_faults() -> None:
    assert sentences("It is there. It is not.") == 2
    assert sentences("one thing; another") == 2
    assert [sentences(cell) for cell in ("0.691 [0.6, 0.7]", '"Why? Not." is asked', "see `a. B`", "10 % (a. B)")] == [
        1
    ] * 4
    assert rows("| a | b |\n\n```\n| no |\n```\n") == [(1, ["a", "b"])]
    assert anchor("A run (`mmego bench run`)") == "a-run-mmego-bench-run"
    assert exists("mmego.records.QA")
    assert not exists("mmego.records.qq")
    assert not exists("mmego.nothing")
