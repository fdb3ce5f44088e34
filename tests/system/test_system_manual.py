"""The manual: built without a warning, every link leads somewhere, nothing is fetched from elsewhere."""

import inspect
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

import mien
from mien.api.choices import Choices
from mien.errors import AppError
from mien.manual import manual_page
from scripts.reference import networks_page
from scripts.reference.commands import all_commands
from scripts.reference.pages import generated_pages


class Page(HTMLParser):
    """The links, the anchors and the pictures of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values.get("id", ""), values.get("name", "")}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if "src" in values or (tag == "link" and values.get("rel") != "canonical"):
            self.loaded.append(values.get("src") or values.get("href", ""))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("mkdocs", reason="mkdocs-material is not installed")
    from scripts.build_manual import build

    return build(tmp_path_factory.mktemp("manual"))


def pages(site: Path) -> Iterator[tuple[Path, Page]]:
    for path in sorted(site.rglob("*.html")):
        if "examples" not in path.relative_to(site).parts:
            yield path, Page(path)


def test_every_link_leads_to_a_page_and_a_heading_that_exist(site: Path) -> None:
    found = dict(pages(site))
    assert len(found) > 35
    for path, page in found.items():
        for link in page.links:
            if "://" in link or link.startswith("mailto:"):
                continue
            target, anchor = urldefrag(unquote(link))
            goal = (path.parent / target).resolve() if target else path
            assert goal.is_file(), f"{path.name}: {link}"
            if anchor and goal in found:
                assert anchor in found[goal].anchors, f"{path.name}: {link}"


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    for path, page in pages(site):
        for source in page.loaded:
            assert "//" not in source, f"{path.name}: {source}"
            assert (path.parent / urldefrag(source)[0]).is_file(), f"{path.name}: {source}"


def test_all_parts_of_a_manual_are_there(site: Path) -> None:
    for page in (
        *("tutorials/first-five-minutes", "tutorials/lecture", "tutorials/psychopy", "tutorials/own-network"),
        *("how-to/server", "how-to/gpu", "how-to/offline", "how-to/windows-macos", "how-to/elan", "how-to/r"),
        *("how-to/excel", "how-to/cluster", "how-to/obs", "reference/commands", "reference/settings"),
        *(
            "reference/api",
            "reference/manifest",
            "reference/exit-codes",
            "explanation/law-and-consent",
            "troubleshooting",
        ),
        *("troubleshooting", "glossary", "citing"),
    ):
        assert (site / f"{page}.html").is_file(), page


def test_the_reference_says_what_the_program_does() -> None:
    made = generated_pages()
    for command in all_commands():
        assert f"# {command.name}\n" in made["reference/commands.md"]
        for option in command.options:
            assert option.typed.replace("|", "&#124;") in made["reference/commands.md"]
    assert '| `prior` | `"everyday"` | `balanced`, `everyday` |' in made["reference/settings.md"]
    assert "| `smoothing_s` | `0.3` | number from 0 to 10 |" in made["reference/settings.md"]
    assert "anything" not in made["reference/settings.md"]
    assert "`CameraUnavailable`" in made["reference/exit-codes.md"]
    assert "| `eye_distance` |" in made["reference/manifest.md"]
    for name, about, command in networks_page.commands():
        assert about, name
        section = made["reference/networks.md"].partition(f"## {name}\n")[2].partition("\n## ")[0]
        for action in command._actions:
            assert action.help, f"{name}: {action.dest}"
            names = action.option_strings or [str(action.metavar or action.dest.upper())]
            assert names[-1] in section or action.dest == "help", f"{name}: {names}"


def test_every_name_for_python_is_described_with_all_that_it_takes() -> None:
    page = generated_pages()["reference/api.md"]
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, flags=re.MULTILINE | re.DOTALL))
    names = [name for name in mien.__all__ if not name.startswith("__")]
    assert set(sections) == {*names, "Choices"}
    for name in names:
        value = getattr(mien, name)
        if inspect.isfunction(value):
            for parameter in inspect.signature(value).parameters:
                assert re.search(rf"^\| `\**{parameter}` \| \w", sections[name], flags=re.MULTILINE), parameter
        elif name != "AppError":
            members = re.findall(rf"^### {name}\.\w+$", sections[name], flags=re.MULTILINE)
            assert members or "| attribute |" in sections[name], name
    for member in re.findall(r"^### (\S+)\n\n```text\n[^`]*```\n\n(?=#|\Z)", page, flags=re.MULTILINE):
        pytest.fail(f"{member}: its docstring is missing")
    for choice in Choices.__annotations__:
        assert f"| `{choice}` | " in sections["Choices"]


def test_a_page_is_found_by_its_name_and_nothing_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.manual.assets_folder", lambda: tmp_path)
    with pytest.raises(AppError, match=r"scripts\.build_manual"):
        manual_page()
    (tmp_path / "manual" / "reference").mkdir(parents=True)
    for name in ("manual/index.html", "manual/reference/commands.html", "secret.html"):
        (tmp_path / name).write_text("<p>")
    assert manual_page() == tmp_path / "manual" / "index.html"
    assert manual_page("reference/commands") == tmp_path / "manual" / "reference" / "commands.html"
    for name in ("../secret", "nothing"):
        with pytest.raises(AppError, match="has no page"):
            manual_page(name)
