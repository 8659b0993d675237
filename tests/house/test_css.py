"""The look keeps to its limits: one small style, no style attributes, a small script."""

import gzip
import re
from pathlib import Path

from icma.core.styles import CHUNKS, FOLDER, shrink, styles

SRC = Path(__file__).resolve().parents[2] / "src" / "icma"
HTML = list(SRC.rglob("templates/**/*.html"))


def test_public_css_is_at_most_5_kb_compressed() -> None:
    assert len(gzip.compress(styles().encode(), 6)) <= 5_000
    assert len(gzip.compress((styles() + styles("work")).encode(), 6)) <= 6_000


def test_every_css_file_is_in_a_chunk_and_every_layer_is_declared() -> None:
    assert {path.stem for path in FOLDER.glob("*.css")} == {
        name for names in CHUNKS.values() for name in names
    }
    declared = re.search(r"@layer ([^;{]+);", styles()).group(1).split(",")
    used = re.findall(r"@layer (\w+)\{", styles() + styles("work"))
    assert sorted(used) == sorted(declared)


def test_css_loads_nothing_and_changes_no_letters() -> None:
    css = styles() + styles("work")
    assert "@import" not in css and "@font-face" not in css
    assert all(url.startswith('"data:') for url in re.findall(r"url\((.{6})", css))
    # "i" and "ı" are two letters: only engines/aztext may change the case of a text.
    assert "text-transform" not in css and "small-caps" not in css


def test_shrinking_keeps_meaning() -> None:
    css = '/* it\'s "a" */ a :hover > b { color : red; margin: 0 1px; }\n'
    css += '@media (width >= 2rem) { i { content: "a ; b" } } h1 + p ~ * { width: calc(1rem + 2vw) }'
    assert shrink(css) == (
        'a :hover>b{color :red;margin:0 1px}@media (width>=2rem){i{content:"a ; b"}}h1+p~*{width:calc(1rem + 2vw)}'
    )


def test_every_used_variable_is_defined() -> None:
    css = styles() + styles("work")
    assert set(re.findall(r"var\((--[\w-]+)", css)) <= set(re.findall(r"(--[\w-]+):", css))


def test_templates_carry_no_style_and_no_script_of_their_own() -> None:
    found = []
    for path in HTML:
        text = path.read_text("utf-8")
        # A sheet for the PDF maker no browser sees; the frame on other people's pages is a document of its own.
        if "@page" in text or path.name == "kit_frame.html":
            continue
        if re.search(r"\sstyle=|\son\w+=\"|<style|javascript:", text):
            found.append(str(path.relative_to(SRC)))
    assert found == []


def test_own_script_is_at_most_3_kb() -> None:
    script = (SRC / "core" / "static" / "icma.js").read_bytes()
    assert len(script) <= 3_000
    assert b"eval(" not in script and b"innerHTML" not in script and b"localStorage" not in script


def test_map_names_its_source_and_keeps_one_neutral_area() -> None:
    text = (SRC / "core" / "data" / "rayons.json").read_text("utf-8")
    assert "OpenStreetMap" in text and '"QARABAG-SZ"' in text
    assert len(gzip.compress(text.encode(), 6)) <= 3_700


def test_a_label_of_facts_on_a_workspace_page_breaks_between_words() -> None:
    """The body breaks anywhere; a narrow column of labels would cut "Dəstəkləyənlərin" in two on a telephone."""
    assert ".facts dt{overflow-wrap:break-word}" in styles("work")


def test_a_wide_table_scrolls_in_its_own_box_on_a_public_page_too() -> None:
    """The style of the workspace alone knew the box: an opened table of an initiative made the whole page scroll."""
    assert ".scroll{overflow:auto}" in styles()


def test_only_paragraphs_break_their_lines_prettily() -> None:
    """Beside a float (the label of a cell on a telephone) Chromium runs pretty lines out of the page."""
    assert re.findall(r"([^{}]+)\{[^{}]*text-wrap:\s*pretty", styles() + styles("work")) == ["p"]
