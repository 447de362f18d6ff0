"""What the rendered pages of the facade show: examples that name a crate which the user does not have, items without an example, paths
of `csp` that have no page.

    ci/docs.py DIRECTORY [--list]      DIRECTORY is what rustdoc wrote, `target/doc`
"""

import html
import pathlib
import re
import sys

# Items without an example of their own, each with the reason.
WITHOUT_EXAMPLE = 5

EXAMPLE = re.compile(r'<div class="example-wrap[^"]*">(?:(?!</pre>).)*<pre[^>]*>(.*?)</pre>', re.S)
TOP = re.compile(r'<details class="toggle top-doc".*?</details>', re.S)
PATH = re.compile(r"\bcsp::((?:[a-z_]+::)*)(\{[^{}]*\}|\w+)(!?)")
KINDS = ("struct", "enum", "trait", "fn", "macro", "attr", "constant", "type", "union")


def text(markup):
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def named(example):
    """The items that an example names by a path from `csp`."""
    for found in PATH.finditer(example):
        modules, last, bang = found.groups()
        names = re.split(r"[,\s]+", last.strip("{} \n")) if last.startswith("{") else [last]
        for name in filter(None, names):
            if name != "self" and not name.endswith("::"):
                yield modules.strip(":").split("::") if modules else [], name.split("::")[0], bang


def has_page(crate, modules, name, bang):
    place = crate.joinpath(*modules)
    if modules and not place.joinpath("index.html").exists():
        return False
    kinds = ("macro", "attr") if bang else KINDS
    return name in ("prelude",) or place.joinpath(name, "index.html").exists() or any(
        place.joinpath(f"{kind}.{name}.html").exists() for kind in kinds
    )


def main():
    crate = pathlib.Path(sys.argv[1]) / "csp"
    pages = sorted(crate.rglob("*.html"))
    examples = foreign = 0
    complaints, lacking = [], []
    for page in pages:
        name = str(page.relative_to(crate))
        content = page.read_text()
        for block in EXAMPLE.findall(content):
            example = text(block)
            examples += 1
            if re.search(r"csp_(runtime|macros)", example):
                foreign += 1
                complaints.append(f"{name}: an example names a crate that users do not have")
            for modules, item, bang in named(example):
                if modules[:1] != ["prelude"] and not has_page(crate, modules, item, bang):
                    complaints.append(f"{name}: an example names `csp::{'::'.join([*modules, item])}{bang}`, which has no page")
        kind = page.name.split(".")[0]
        if kind in KINDS and "http-equiv=\"refresh\"" not in content:
            top = TOP.search(content)
            if not (top and EXAMPLE.search(top.group())):
                lacking.append(name)
    print(f"docs.py: {len(pages)} pages, {examples} examples; {foreign} name another crate; {len(lacking)} items have no example")
    for line in dict.fromkeys(complaints):
        print(f"  {line}")
    if "--list" in sys.argv or len(lacking) > WITHOUT_EXAMPLE:
        for name in lacking:
            print(f"  {name}: no example")
    return 1 if complaints or len(lacking) > WITHOUT_EXAMPLE else 0


sys.exit(main())
