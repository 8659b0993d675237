"""A DOCX is a zip of XML: looked through before any library reads it. Refuses what can act or point outside.

Runs in the assembling process. Kinds of danger: ECMA-376 (relations, content types, fields), [MS-OI29500] DDE fields.
"""

import io
import re
import zipfile

from icma.legalaid.assembly.reasons import Stopped

MB = 1024 * 1024
MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 10 * MB, 40 * MB, 400
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
# Parts whose tags are filled in; a tag elsewhere would stay in the document.
FILLED = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml|docProps/core\.xml")
_ACTIVE_PART = re.compile(
    r"(^|/)(vbaproject|vbadata|activex|embeddings|customui|macrosheets)|\.(bin|exe|js|vbs|ocx|docm)$", re.I
)
_ACTIVE_TYPE = re.compile(r"macroEnabled|vbaProject|activeX|oleObject|msaccess", re.I)
_OUTSIDE_RELATION = re.compile(
    r"/(attachedTemplate|aFChunk|subDocument|oleObject|package|frame|control|linkedImage)\"", re.I
)
_FIELD = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|DATABASE|MACROBUTTON|AUTOTEXT|QUOTE|EMBED)\b",
    re.I,
)
_INSTRUCTIONS = re.compile(r"<w:instrText[^>]*>(.*?)</w:instrText>|w:instr\s*=\s*[\"']([^\"']*)", re.S)
_TAG = re.compile(r"\{\{|\{%|\{#")


def opened(data: bytes) -> dict[str, bytes]:
    """Name → bytes of every part, in the file's order. Stopped: broken, kind, too_large, encrypted, macros, external,
    forbidden (a tag where none is filled in)."""
    parts = _unpacked(data)
    types = parts.get("[Content_Types].xml")
    if types is None or "word/document.xml" not in parts:
        raise Stopped("kind", "docx")
    for name, content in parts.items():
        _check_name(name)
        if name.endswith((".xml", ".rels")):
            _check_text(name, _text(name, content))
    if MAIN not in _text("[Content_Types].xml", types):
        raise Stopped("kind", "docx")
    return parts


def packed(parts: dict[str, bytes]) -> bytes:
    """The same parts as a file; no clock goes in, so equal parts give equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _unpacked(data: bytes) -> dict[str, bytes]:
    if len(data) > MOST_BYTES:
        raise Stopped("too_large", "docx")
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":  # an old .doc, or a docx behind a password
        raise Stopped("encrypted", "docx")
    if data[:2] != b"PK":
        raise Stopped("kind", "docx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
                raise Stopped("too_large", "docx")
            if any(info.flag_bits & 1 for info in infos):
                raise Stopped("encrypted", "docx")
            if len({info.filename for info in infos}) != len(infos):
                raise Stopped("broken", "docx")
            return {info.filename: archive.read(info) for info in infos}
    except Stopped:
        raise
    except Exception as error:  # a hostile archive fails in more ways than zipfile names: zlib, lzma, struct…
        raise Stopped("broken", "docx") from error


def _check_name(name: str) -> None:
    if name.startswith("/") or ".." in name.split("/") or "\\" in name:
        raise Stopped("broken", name)
    if _ACTIVE_PART.search(name) and "printerSettings" not in name:
        raise Stopped("macros", name)


def _text(name: str, content: bytes) -> str:
    """XML is read as text here: an encoding that would hide something from this reading is refused."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Stopped("broken", name) from error
    declared = re.match(r"\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9_.-]+)", text)
    if declared and declared[1].lower() not in {"utf-8", "us-ascii", "ascii"}:
        raise Stopped("broken", name)
    return text


def _check_text(name: str, text: str) -> None:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Stopped("forbidden", name)
    if name == "[Content_Types].xml" and _ACTIVE_TYPE.search(text):
        raise Stopped("macros", name)
    if name.endswith(".rels"):
        _check_relations(name, text)
        return
    if _FIELD.search(" ".join(a or b for a, b in _INSTRUCTIONS.findall(text))) or _FIELD.search(
        "".join(a or b for a, b in _INSTRUCTIONS.findall(text))
    ):
        raise Stopped("external", name)
    if not FILLED.fullmatch(name) and _TAG.search(re.sub(r"<[^>]*>", "", text)):
        raise Stopped("forbidden", name)


def _check_relations(name: str, text: str) -> None:
    if re.search(r"TargetMode\s*=\s*[\"']External", text, re.I):
        raise Stopped("external", name)
    if _OUTSIDE_RELATION.search(text):
        raise Stopped("external", name)
    if re.search(r"(vbaProject|wordVbaData|activeX)", text, re.I):
        raise Stopped("macros", name)
