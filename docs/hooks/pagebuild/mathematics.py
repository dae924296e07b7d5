"""Formulas as MathML, made when the site is built: no script in the page, and screen readers read them.

KaTeX's own script, run in this process, reads the TeX and refuses what is wrong. Its MathML needs one font,
which `make_font` cuts down to the characters that the site uses.
"""

import atexit
import html
import io
import json
import re
import unicodedata
from functools import cache
from importlib.metadata import distribution

_FORMULA = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.S)
# A function's name, perhaps with an index, before an argument without brackets: TeX leaves a space there.
_NAME = re.compile(
    r"(<mi>\w+</mi><mo>\u2061</mo>|<(msub|munder)><mrow><mi>\w+</mi><mo>\u2061</mo></mrow>(?:(?!<\2>).)*?</\2>)"
    r"(?!</mrow>|(?:<mrow>)?<mo[^>]*>[(\[|])"
)


class MathError(Exception):
    """A formula that KaTeX cannot read."""


def render_formulas(page: str) -> str:
    """Return the HTML of a page with its formulas, as Arithmatex marks them, turned into MathML.

    Raises:
        MathError: If a formula is invalid. The message holds the formula and the reason.
    """
    return _FORMULA.sub(
        lambda match: to_mathml(html.unescape(match[3]).strip(), display=match[2] == "["), page
    )


@cache
def to_mathml(tex: str, *, display: bool) -> str:
    """Return `tex` as a `<math>` element."""
    options = {
        "displayMode": display,
        "output": "mathml",
        "throwOnError": True,
        "strict": "error",
        "trust": False,
    }
    call = f"katex.renderToString({json.dumps(tex)}, {json.dumps(options)})"
    outcome = json.loads(_katex().eval(f"attempt(() => {call})"))
    if "error" in outcome:
        raise MathError(f"invalid math: {outcome['error']} in ${tex}$")
    element = re.search(r"<math.*</math>", outcome["html"], re.S)[0]
    # The TeX inside <annotation> would be stored once more by the search index, and is not shown.
    element = re.sub(r"<annotation\b.*?</annotation>", "", element, flags=re.S)
    element = element.replace("<semantics>", "").replace("</semantics>", "")
    element = element.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")  # HTML knows what <math> is
    element = _NAME.sub(r'\1<mspace width="0.17em"></mspace>', element)
    element = re.sub(r'<(m\w+) mathvariant="([\w-]+)">([^<]*)</\1>', _styled, element)
    return f'<div class="nb-math">{element}</div>' if display else element


def _styled(match: re.Match) -> str:
    """Write bold, script and the like with Unicode's own letters: browsers no longer read `mathvariant`."""
    tag, variant, text = match.groups()
    if variant == "normal":
        return match[0]
    style = variant.replace("-", " ").upper().replace("DOUBLE STRUCK", "DOUBLE-STRUCK")
    return f"<{tag}>{''.join(_letter(style, char) for char in html.unescape(text))}</{tag}>"


def _letter(style: str, char: str) -> str:
    name = re.sub(r"^(LATIN|GREEK) (SMALL |CAPITAL )(LETTER )?", r"\2", unicodedata.name(char, ""))
    old_places = {"FRAKTUR": "BLACK-LETTER"}  # some letters were in Unicode before their alphabet
    for candidate in (f"MATHEMATICAL {style} {name}", f"{old_places.get(style, style)} {name}"):
        try:
            return unicodedata.lookup(candidate)
        except KeyError:
            continue
    return html.escape(char, quote=False)


@cache
def _katex():
    from py_mini_racer import MiniRacer

    context = MiniRacer()
    atexit.register(context.close)  # left to the interpreter's end, its threads may wait for ever
    context.eval(file_of("sphinxcontrib-katex", "katex.min.js").read_text("utf-8"))
    context.eval(
        "function attempt(f) { try { return JSON.stringify({html: f()}) }"
        " catch (e) { return JSON.stringify({error: e.message}) } }"
    )
    return context


def make_font(characters: set[str]) -> bytes:
    """Return STIX Two Math as WOFF2, with the glyphs for `characters` and their sizes and variants only."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(file_of("ziamath", "STIXTwoMath-Regular.ttf"), recalcTimestamp=False)
    options = subset.Options(
        layout_features=["*"], notdef_outline=True, name_IDs=[1, 2, 13, 14], hinting=False
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=_with_italics(characters))
    subsetter.subset(font)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def characters_of(page: str) -> set[str]:
    """Return the characters that the MathML of an HTML page shows."""
    return {
        char for math in re.findall(r"<math.*?</math>", page, re.S) for char in html.unescape(_text(math))
    }


def _text(element: str) -> str:
    return re.sub(r"<[^>]+>", "", element)


def _with_italics(characters: set[str]) -> set[int]:
    """Add the italic letters that a browser shows for a lone letter in `<mi>`."""
    codes = {ord(char) for char in characters} | {0x20, ord("√")}  # <msqrt> draws a root that no text holds
    for char in characters:
        for first, last, italic in (
            ("A", "Z", 0x1D434),
            ("a", "z", 0x1D44E),
            ("Α", "Ω", 0x1D6E2),
            ("α", "ω", 0x1D6FC),
        ):
            if first <= char <= last:
                codes.add(italic + ord(char) - ord(first))
    codes |= {0x210E, 0x1D715, 0x1D716}  # italic h has an older place; so have two Greek variants
    return codes


def file_of(package: str, name: str):
    """Return the path of the file `name` that an installed package carries."""
    found = [file for file in distribution(package).files or () if file.name == name]
    if not found:
        raise FileNotFoundError(f"{package} does not carry {name}; install the versions of constraints.txt")
    return found[0].locate()
