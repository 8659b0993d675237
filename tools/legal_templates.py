"""Builds the Word templates of legal aid from their readable sources.

  python tools/legal_templates.py          writes *.docx and manifest.json beside the sources, and docs/legal-templates.md
  python tools/legal_templates.py check    says whether the committed files are what the sources give

Source: src/icma/legalaid/data/templates/NAME.txt: a TOML head (titles, kind, who may sign, fields; `!` = required), `+++`,
then one paragraph a line:
  # heading   ## part   > a line of the head block   * list (its items as paragraphs)   1 list (numbered)   ☐ list (boxes)
  % if …, % else, % endif   |= head | of | a table   |* list | cells with {{ row.key }}   @head @court @appeal @exhibits @sign
"""

import hashlib
import io
import json
import re
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

FOLDER = Path(__file__).resolve().parent.parent / "src" / "icma" / "legalaid" / "data" / "templates"
ORDER = (
    "citizen-appeal", "information-request", "administrative-complaint", "silence-complaint", "claim-annul",
    "claim-compel", "civil-appeal", "cassation", "restore-term", "power-of-attorney", "consent", "refusal-letter",
    "referral-letter", "petition-annex", "evidence-list", "ecthr-texts", "ombudsman-complaint",
    "constitutional-complaint",
)  # fmt: skip
DOCS = "../../../../../docs/legal-templates.md"
GUIDE = """# Hüquqi yardım şablonları: vəkil nəyi təsdiq etməlidir

Bu siyahını `tools/legal_templates.py` yazır. Vəkil şablonu `/huquq/sablonlar/` səhifəsində bəndbəbənd yoxlayıb imzalayır,
sonra ikinci şəxs razılıq verir; o vaxta qədər, mətn dəyişəndə isə yenidən, hər sənədin hər səhifəsində
“Layihə: vəkil imzalayana qədər” yazılır. Maddə yalnız mənbəsi məlum olduqda göstərilir və onu da vəkil yoxlayır;
qalan yerdə “[maddə: vəkil yazır]” qalır.

Şablon Word və ya LibreOffice proqramında redaktə olunur. Dəyərin yeri `{{ sender_name }}` kimi yazılır, şərt
`{%p if representative %}` … `{%p endif %}`, siyahı `{%p for item in demands %}` … `{%p endfor %}`, cədvəlin sətri
`{%tr for row in exhibits %}` … `{%tr endfor %}`. Başqa heç nə işləmir: hesab, çağırış, fayl, keçid və makro rədd edilir.
Səhifənin başlığında `{{ draft_mark }}` olmalıdır.
"""
_FROM = """> Ünvan: {{ sender_address }}
> Əlaqə: {{ sender_contact }}"""
_AGENT = """% if representative
> Nümayəndə: {{ representative }}
% endif"""
MACROS = {
    "@head": f"> Kimə: {{{{ addressee }}}}\n> Kimdən: {{{{ sender_name }}}}\n{_FROM}",
    "@head+": f"> Kimə: {{{{ addressee }}}}\n> Kimdən: {{{{ sender_name }}}}\n{_FROM}\n{_AGENT}",
    "@court": f"""> Məhkəmə: {{{{ court }}}}
> İddiaçı: {{{{ sender_name }}}}
{_FROM}
{_AGENT}
> Cavabdeh: {{{{ authority }}}}
> Cavabdehin ünvanı: {{{{ authority_address }}}}
% if third_parties
> Üçüncü şəxslər: {{{{ third_parties }}}}
% endif""",
    "@appeal": f"""> Məhkəmə: {{{{ court }}}}
> Şikayət verən: {{{{ sender_name }}}}
{_FROM}
{_AGENT}
> Qarşı tərəf: {{{{ opponent }}}}
> İşin nömrəsi: {{{{ case_number }}}}""",
    "@exhibits": """% if exhibits
## Əlavələr
|= № | Sənəd | Vərəq
|* exhibits | {{ row.number }} | {{ row.title }} | {{ row.pages }}
% endif""",
    "@sign": "Tarix: {{ on }}\nİmza: ______________________ {{ sender_name }}",
}
DROPPED = re.compile(r"docProps/(thumbnail|app)|customXml|word/(stylesWithEffects|webSettings)")


def read(slug: str) -> tuple[dict[str, Any], list[str]]:
    head, _plus, body = (FOLDER / f"{slug}.txt").read_text("utf-8").partition("+++\n")
    about = tomllib.loads(head)
    has_agent = any(name.startswith("representative") for name in about["fields"])
    lines: list[str] = []
    for line in body.splitlines():
        lines += MACROS.get("@head+" if line == "@head" and has_agent else line, line).splitlines()
    return about, [line for line in lines if line.strip()]


def document(title: str, lines: list[str]) -> bytes:
    paper = docx.Document()
    _page(paper, title)
    columns: list[str] = []
    for line in lines:
        if line.startswith("|="):
            columns = [cell.strip() for cell in line[2:].split("|")]
        elif line.startswith("|*"):
            name, *cells = [cell.strip() for cell in line[2:].split("|")]
            _table(paper, columns, name, cells)
        else:
            _line(paper, line)
    out = io.BytesIO()
    paper.save(out)
    return _lean(out.getvalue())


def _page(paper: Any, title: str) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(12)
    normal.paragraph_format.space_after = Pt(6)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "az-Latn-AZ")
    normal.element.get_or_add_rPr().append(language)
    mark = section.header.paragraphs[0]
    mark.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = mark.add_run("{{ draft_mark }}")
    run.bold, run.font.size, run.font.color.rgb = True, Pt(10), RGBColor(0x9A, 0x1B, 0x1B)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot._p.append(field)
    properties = paper.core_properties
    properties.title, properties.author, properties.comments, properties.language = title, "", "", "az"
    properties.last_modified_by = properties.keywords = ""


def _line(paper: Any, line: str) -> None:
    start, _space, rest = line.partition(" ")
    if start == "%":
        paper.add_paragraph("{%p " + rest + " %}")
    elif start in ("*", "1", "☐"):
        before = {"*": "", "1": "{{ loop.index }}. ", "☐": "☐ "}[start]
        paper.add_paragraph("{%p for item in " + rest + " %}")
        item = paper.add_paragraph(before + "{{ item }}")
        item.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if start == "*" else None
        item.paragraph_format.left_indent = None if start == "*" else Cm(0.8)
        paper.add_paragraph("{%p endfor %}")
    elif start == ">":
        block = paper.add_paragraph()
        block.paragraph_format.left_indent, block.paragraph_format.space_after = Cm(7.5), Pt(3)
        label, colon, value = rest.partition(": ")
        block.add_run(label + colon).bold = True
        block.add_run(value)
    elif start in ("#", "##"):
        heading = paper.add_paragraph()
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER if start == "#" else WD_ALIGN_PARAGRAPH.LEFT
        heading.paragraph_format.space_before = Pt(18 if start == "#" else 10)
        heading.paragraph_format.keep_with_next = True
        run = heading.add_run(rest)
        run.bold, run.font.size = True, Pt(14 if start == "#" else 12)
    else:
        paragraph = paper.add_paragraph(line)
        if line.startswith("("):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _table(paper: Any, columns: list[str], name: str, cells: list[str]) -> None:
    assert len(columns) == len(cells), (name, columns, cells)
    table = paper.add_table(rows=4, cols=len(columns))
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, columns, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    table.rows[1].cells[0].text = "{%tr for row in " + name + " %}"
    for cell, text in zip(table.rows[2].cells, cells, strict=True):
        cell.text = text
    table.rows[3].cells[0].text = "{%tr endfor %}"
    fixed = {"№": 1.2, "Vərəq": 1.6, "Səhifə": 1.6, "Simvol": 1.8, "Sənəd №": 2.0, "Tarix": 2.6, "İmza": 3.0}
    free = (16.5 - sum(fixed.get(name, 0) for name in columns)) / max(
        1, sum(name not in fixed for name in columns)
    )
    for place, column in enumerate(table.columns):  # LibreOffice reads the grid, Word the cells
        column.width = Cm(fixed.get(columns[place], free))
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for place, cell in enumerate(row.cells):
            cell.width = Cm(fixed.get(columns[place], free))
    if "İmza" in columns:
        table.rows[2].height = Cm(0.9)  # room for a hand
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    paper.add_paragraph()


def _lean(data: bytes) -> bytes:
    """Without the library's preview picture and second set of styles; without a clock."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if DROPPED.match(name):
                continue
            content = old.read(name)
            if name.endswith(".rels") or name == "[Content_Types].xml":
                text = content.decode()
                parts = r"[^>]*\"(/|\.\./)?(docProps/)?(word/)?(thumbnail|app\.xml|customXml|stylesWithEffects|webSettings)[^>]*/>"
                content = re.sub(r"<(Relationship|Override)\b" + parts, "", text).encode()
            if name == "docProps/core.xml":
                content = re.sub(rb"<dcterms:(created|modified).*?</dcterms:\1>", b"", content)
            new.writestr(
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, compresslevel=9
            )
    return out.getvalue()


def entry(slug: str, about: dict[str, Any], data: bytes, shared: dict[str, Any]) -> dict[str, Any]:
    fields, sample = [], {}
    for name in about["fields"]:
        key = name.rstrip("!")
        own = about.get("own", {}).get(key) or shared[key]
        fields.append(
            {
                "key": key, "label": {language: own[language] for language in ("az", "ru", "en")},
                "required": name.endswith("!"), "form": own["form"], "columns": own.get("columns", []),
                "limit": own.get("limit"),
            }
        )  # fmt: skip
        sample[key] = about.get("samples", {}).get(key, own["sample"])
    return {
        "slug": slug, "version": about.get("version", 1), "title": {k: about[k] for k in ("az", "ru", "en")},
        "kind": about["kind"], "signs": about["signs"], "fields": fields, "confirm": about["confirm"],
        "sample": sample, "sha256": hashlib.sha256(data).hexdigest(),
    }  # fmt: skip


def build() -> dict[str, bytes]:
    """File name → bytes."""
    shared = tomllib.loads((FOLDER / "fields.toml").read_text("utf-8"))
    files, manifest = {}, []
    for slug in ORDER:
        about, lines = read(slug)
        files[f"{slug}.docx"] = document(about["az"], lines)
        manifest.append(entry(slug, about, files[f"{slug}.docx"], shared))
    files[DOCS] = guide(manifest)
    files["manifest.json"] = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    return files


def guide(manifest: list[dict[str, Any]]) -> bytes:
    """For advocates, in their language: what each template waits for, and how a template is written."""
    who = {"person": "şəxs özü", "relative": "yaxın qohum", "advocate": "vəkil", "staff": "əməkdaş"}
    lines = [GUIDE]
    for one in manifest:
        lines += [
            f"## {one['title']['az']}",
            f"`{one['slug']}` · imzalaya bilər: {', '.join(who[s] for s in one['signs'])}",
            "",
        ]
        lines += [f"- [ ] {text}" for text in one["confirm"]]
        lines += ["", "Dəyərlər: " + ", ".join(f"`{f['key']}`" for f in one["fields"]), ""]
    return ("\n".join(lines).rstrip() + "\n").encode()


def main() -> None:
    files = build()
    if sys.argv[1:] == ["check"]:
        other = [name for name, data in files.items() if (FOLDER / name).read_bytes() != data]
        sys.exit(f"not what the sources give: {other}" if other else 0)
    for name, data in files.items():
        (FOLDER / name).write_bytes(data)
    print(len(files) - 2, "templates,", sum(map(len, files.values())) // 1024, "kB")


if __name__ == "__main__":
    main()
