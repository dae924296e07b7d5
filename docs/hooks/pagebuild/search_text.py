r"""What the search knows and shows of a page: prose, formulas as plain text, and the names in the code.

Material's index holds a page as it stands: outputs, signatures over many lines, `\frac`s and buttons. None of
that helps to find a page, and an excerpt of it helps nobody to choose one.
"""

import html
import re

from pagebuild.plain_formulas import with_plain_formulas

# Kept out before Material reads the page. It takes the attribute off again; see its search plugin.
LEFT_OUT = re.compile(
    r'<(?=div class="(?:nb-links|nb-html)"|div class="[^"]*\bnb-out\b|a class="nb-needs"'
    r'|span class="nb-checked"|figure class="nn-path"|details class="mkdocstrings-source")(\w+)'
)
BOOSTS = {  # by how an address begins; the first that fits
    "tutorials/misconceptions": 1,
    "tutorials/": 2,
    "exercises/": 0.5,
    "final-test/": 0.4,
    "contributing/": 0.4,
    "interview/": 0.6,
    "reference/scratch/": 0.5,  # its names are those of PyTorch, which a tutorial explains
}
READING = 0.3  # the boost of a list of papers

PRE = re.compile(r"<pre><code>(.*?)</code></pre>", re.S)
TEXTS = re.compile(r'("""|\'\'\').*?\1|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|#[^\n]*', re.S)
NAME = re.compile(r"(?<![\w.])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?=(\()?)")
METHOD = re.compile(r"(?<=[)\]])\.([A-Za-z_]\w*)\(")
MODULES = ("torch", "nn", "F", "np", "plt", "optim", "nnfund", "datasets", "transforms", "utils")
UNTELLING = frozenset(  # too many pages have them
    ("bool", "dict", "enumerate", "float", "int", "isinstance", "len", "list", "map", "max", "min", "model")
    + ("next", "open", "print", "range", "reversed", "round", "self", "set", "sorted", "str", "sum", "super")
    + ("tuple", "type", "zip", "plt.show", "True", "False", "None")
)


def without_noise(page: str) -> str:
    """Return the HTML of a page, marked with what the search is to leave out."""
    return LEFT_OUT.sub(r'<\1 data-search-exclude="yes"', page)


def tidy(entry: dict) -> None:
    """Make an entry of the index, one section of a page, what a reader would search and wants to see."""
    page, _, anchor = entry["location"].partition("#")
    text = entry["text"]
    if page.startswith("reference/"):
        text = PRE.sub(_signature, text, count=1)
        if "." in anchor:  # the anchor of a function is its full name, by which it is searched
            entry["title"] = f"<code>{anchor}</code>"
    text = with_plain_formulas(_with_names_for_code(text))
    text = re.sub(r"<p>\s*</p>", "", text)
    entry["text"] = re.sub(r"\s+", " ", text).strip()
    entry["title"] = with_plain_formulas(entry["title"])
    boost = (
        READING
        if anchor == "further-reading"
        else next((boost for start, boost in BOOSTS.items() if page.startswith(start)), None)
    )
    if boost:
        entry.setdefault("boost", boost)


def _signature(code: re.Match) -> str:
    return f"<p><code>{' '.join(code[1].split()).replace('( ', '(').replace(', )', ')')}</code></p>"


def _with_names_for_code(text: str) -> str:
    """Return `text` with one line of names instead of its blocks of code."""
    names = list(dict.fromkeys(name for code in PRE.findall(text) for name in names_in(html.unescape(code))))
    text = PRE.sub("", text)
    line = ", ".join(f"<code>{html.escape(name)}</code>" for name in names)
    return f"{text} <p>In the code: {line}</p>" if line else text


def names_in(code: str) -> list[str]:
    """Return what Python code calls, imports or takes from a module, each once."""
    code = TEXTS.sub('""', code)
    called = [name for name, call in NAME.findall(code) if call or _is_telling(name)]
    found = dict.fromkeys([*called, *METHOD.findall(code)])
    return [name for name in found if name not in UNTELLING and len(name) > 2]


def _is_telling(name: str) -> bool:
    """Return whether a name that is not called is worth a search: `nn.functional`, `CrossEntropyLoss`."""
    camel = re.fullmatch(r"(?:[A-Z]+[a-z0-9]+)+[A-Z]*\w*", name)
    return bool(camel) or ("." in name and name.split(".")[0] in MODULES)
