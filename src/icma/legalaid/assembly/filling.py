"""Fills a DOCX with values. Runs in the assembling process alone.

docxtpl (https://docxtpl.readthedocs.io) falls back to a plain, unguarded environment wherever none is passed; so it is always
passed, and before that every tag is read as a syntax tree: a template may name values, choose and repeat, and nothing else.
"""

import contextlib
import io
import re
import zipfile
from typing import Any

import docx
from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from icma.legalaid.assembly.opening import MB, opened, packed
from icma.legalaid.assembly.reasons import Stopped

MOST_TEXT, MOST_RESULT = 4 * MB, 12 * MB
MARK = "draft_mark"
FILTERS = ("default", "d", "length", "count", "join", "first", "last", "trim")
TESTS = ("defined", "undefined", "none", "string", "sequence", "mapping", "true", "false")
LOOP = ("index", "index0", "first", "last", "length", "revindex")
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem,
    nodes.For, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or,
    nodes.Filter, nodes.Test, nodes.Concat, nodes.Assign, nodes.Keyword,
)  # fmt: skip
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")


class Plain(ImmutableSandboxedEnvironment):
    """Values and lists of values; no call, no attribute but a key of a dict and the counters of a loop."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.globals = {}
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {name: self.tests[name] for name in TESTS}

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, LoopContext) and attribute in LOOP:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, StrictUndefined):
            return obj[argument]  # raises with the name
        if not isinstance(obj, (dict, list)):
            raise SecurityError("only keys and places")
        try:
            return obj[argument]
        except (LookupError, TypeError):
            return self.undefined(obj=obj, name=argument)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        raise SecurityError("no calls")


def warm() -> None:
    """Loads everything and goes once through all of it: afterwards no file can be opened."""
    empty = docx.Document()
    empty.add_paragraph("{% for a in b %}{{ a['x']|default('é\\n') }}{% endfor %}{{ c|default('') }}")
    empty.sections[0].header.paragraphs[0].text = "{{ c }}"
    out = io.BytesIO()
    empty.save(out)
    parts = opened(out.getvalue())
    _filled(packed(parts), {"b": [{"x": "1"}], "c": "ə & ü"})
    for wrong in ("{% include 'a' %}", "{% if %}", "{{ c.d.e }}"):
        empty.paragraphs[0].text = wrong
        out = io.BytesIO()
        empty.save(out)
        with contextlib.suppress(Stopped):
            _filled(packed(opened(out.getvalue())), {"c": {}})


def render(template: bytes, context: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """The filled document. Stopped: as `opened`, and undefined, syntax, forbidden, too_large."""
    result = _filled(packed(opened(template)), _clean(context))
    if len(result) > MOST_RESULT:
        raise Stopped("too_large", "docx")
    return {}, [result]


def examine(template: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The names that a template wants, and whether its header carries the draft mark."""
    tpl = _template(packed(opened(template)))
    fields: set[str] = set()
    marked = False
    for place, source in _sources(tpl):
        tree = _checked(Plain(), source)
        names = meta.find_undeclared_variables(tree)
        fields |= names
        marked = marked or (place == "header" and MARK in names)
    return {"fields": sorted(fields), "has_mark": marked}, []


# Of its maker, and a picture of the first page as it once was.
ABOUT = ("docProps/custom.xml", "docProps/app.xml", "docProps/thumbnail.jpeg")
# Words of somebody else beside the text, and text that was taken out and still stands in the file.
# Changed tables, cells and sections name their author too.
_BESIDE = re.compile(rb"<\w+:(?!person\b)[^>]*\s\w+:author\s*=")
_PEOPLE = re.compile(rb"<w15:person\b[^>]*/>|<w15:person\b.*?</w15:person>", re.S)


def strip(data: bytes, kind: str) -> tuple[dict[str, Any], list[bytes]]:
    """The document without what it says about its maker. Its text stays as it is, tags too.

    Stopped: as `opened`, and `changes` where comments or tracked changes stand in it: what they hide goes along.
    """
    parts = opened(data)
    texts = (content for name, content in parts.items() if name.startswith("word/") and name.endswith(".xml"))
    if any(map(_BESIDE.search, texts)):
        raise Stopped("changes", "docx")
    document = docx.Document(io.BytesIO(packed(parts)))
    _anonymous(document.core_properties)
    out = io.BytesIO()
    document.save(out)
    kept = {name: bare(content) for name, content in _parts(out.getvalue()).items() if name not in ABOUT}
    if people := kept.get("word/people.xml"):
        kept["word/people.xml"] = _PEOPLE.sub(b"", people)
    return {}, [packed(_without(kept, ABOUT))]


def bare(data: bytes) -> bytes:
    """A JPEG or PNG without the parts that say with what, where and when it was made; anything else as it is."""
    if data[:3] == b"\xff\xd8\xff":
        return _bare_jpeg(data)
    return _bare_png(data) if data[:8] == b"\x89PNG\r\n\x1a\n" else data


SCAN, END = 0xDA, 0xD9
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.S)  # inside a scan 0 follows, or a restart


def _bare_jpeg(data: bytes) -> bytes:
    """Segments by their marker (ITU T.81, B.1.1): EXIF and XMP are APP1, IPTC is APP13, COM is a remark.

    What stands behind the end goes too, and the list of it (MPF): telephones put more pictures there, each with its place.
    """
    kept, at = [data[:2]], 2
    while data[at : at + 1] == b"\xff" and at + 4 <= len(data) and data[at + 1] != END:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == SCAN:
            after = _MARKER.search(data, end)
            end = after.start() if after else len(data)
        if data[at + 1] not in (0xE1, 0xED, 0xFE) and data[at + 4 : at + 8] != b"MPF\0":
            kept.append(data[at:end])
        at = end
    return b"".join([*kept, data[at : at + 2] if data[at + 1 : at + 2] == bytes([END]) else data[at:]])


def _bare_png(data: bytes) -> bytes:
    """Chunks: length, name, content, checksum (RFC 2083, 3.2)."""
    kept, at = [data[:8]], 8
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] not in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"):
            kept.append(data[at:end])
        at = end
    return b"".join(kept)


def _without(parts: dict[str, bytes], names: tuple[str, ...]) -> dict[str, bytes]:
    """Also no relation and no content type points at what is gone."""
    for place in ("_rels/.rels", "[Content_Types].xml"):
        text = parts[place].decode("utf-8")
        for name in names:
            text = re.sub(rf"<(Relationship|Override)\b[^>]*\"/?{re.escape(name)}\"[^>]*/>", "", text)
        parts[place] = text.encode()
    return parts


def _anonymous(properties: Any) -> None:
    for name in ("author", "last_modified_by", "comments", "identifier", "keywords", "category"):
        setattr(properties, name, "")


def _template(data: bytes) -> Any:
    from docxtpl import DocxTemplate

    tpl = DocxTemplate(io.BytesIO(data))
    tpl.init_docx()
    return tpl


def _sources(tpl: Any) -> list[tuple[str, str]]:
    """Every text that docxtpl will give to the template language, as it will give it."""
    found = [("body", tpl.patch_xml(tpl.get_xml()))]
    for place, uri in (("header", tpl.HEADER_URI), ("footer", tpl.FOOTER_URI)):
        found += [(place, tpl.patch_xml(tpl.get_part_xml(part))) for _, part in tpl.get_headers_footers(uri)]
    for part in tpl.docx.part.package.parts:
        if part.content_type.endswith("wordprocessingml.footnotes+xml"):
            found.append(("footnotes", tpl.patch_xml(part.blob.decode("utf-8"))))
    properties = tpl.docx.core_properties
    found += [("property", getattr(properties, name)) for name in _PROPERTIES]
    return found


def _checked(env: Plain, source: str) -> nodes.Template:
    if len(source) > MOST_TEXT:
        raise Stopped("too_large", "docx")
    try:
        tree = env.parse(source)
    except TemplateSyntaxError as error:
        raise Stopped("syntax", str(error.message)) from error
    for node in _all(tree):
        if not isinstance(node, ALLOWED):
            raise Stopped("forbidden", type(node).__name__)
        named = getattr(node, "attr", None) or getattr(node, "name", None)
        if isinstance(named, str) and named.startswith("_"):
            raise Stopped("forbidden", named)
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            raise Stopped("forbidden", node.name)
        if isinstance(node, nodes.Test) and node.name not in TESTS:
            raise Stopped("forbidden", node.name)
        if isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Const):
            raise Stopped("forbidden", "[]")
    return tree


def _all(tree: nodes.Template) -> list[nodes.Node]:
    return [tree, *tree.find_all(nodes.Node)]


def _filled(data: bytes, context: dict[str, Any]) -> bytes:
    tpl = _template(data)
    env = Plain()
    for _, source in _sources(tpl):
        _checked(env, source)
    try:
        tpl.render(context, jinja_env=env, autoescape=True)
    except UndefinedError as error:
        names = re.findall(r"'([^']+)'", str(error.message or ""))
        raise Stopped("undefined", names[-1] if names else "") from error
    except SecurityError as error:
        raise Stopped("forbidden", "") from error
    except TemplateSyntaxError as error:
        raise Stopped("syntax", str(error.message)) from error
    _anonymous(tpl.docx.core_properties)
    out = io.BytesIO()
    tpl.save(out)
    return packed(_parts(out.getvalue()))


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def _clean(value: Any) -> Any:
    """What XML cannot hold is taken out of the values: a form feed or a bell would make pages and paragraphs."""
    if isinstance(value, str):
        return _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    return value
