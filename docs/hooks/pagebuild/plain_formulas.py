r"""Formulas as plain text, for the search and its excerpts: `\(\sqrt{p / n}\)` reads √(p / n)."""

import html
import re

FORMULA = re.compile(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", re.S)
_PAIRS = (
    "cdot:· times:× le:≤ leq:≤ ge:≥ geq:≥ ne:≠ neq:≠ approx:≈ to:→ rightarrow:→ mapsto:↦ infty:∞ sum:∑ "
    "prod:∏ partial:∂ nabla:∇ in:∈ dots:… ldots:… cdots:… pm:± lt:< gt:> ll:≪ gg:≫ sim:~ odot:⊙ otimes:⊗ "
    "top:T mid:| alpha:α beta:β gamma:γ delta:δ epsilon:ε varepsilon:ε eta:η theta:θ lambda:λ mu:μ nu:ν "
    "pi:π rho:ρ sigma:σ tau:τ phi:φ varphi:φ psi:ψ omega:ω Delta:Δ Sigma:Σ Phi:Φ Theta:Θ Omega:Ω "
    "lfloor:⌊ rfloor:⌋ lceil:⌈ rceil:⌉ lVert:‖ rVert:‖ Vert:‖ cup:∪ cap:∩ propto:∝ equiv:≡ langle:⟨ "
    "rangle:⟩ prime:′ ell:ℓ"
)
SIGNS = dict(pair.split(":") for pair in _PAIRS.split())
SPACE = r"\\(?:[,;:! ]|quad|qquad)(?![A-Za-z])|~"
WRAPPERS = (
    "text|textbf|mathrm|mathbf|mathbb|mathcal|mathit|boldsymbol|operatorname\\*?|hat|bar|tilde|vec|overline"
)
SILENT = (
    r"\\(?:left|right|bigl?|bigr?|Bigl?|Bigr?|displaystyle|limits|nonumber"
    r"|begin\{\w+\*?\}(?:\{\w+\})?|end\{\w+\*?\})"
)


def with_plain_formulas(text: str) -> str:
    """Return a text of the search index, which is HTML, with its formulas as plain text."""
    return FORMULA.sub(
        lambda found: html.escape(plain(html.unescape(found[1] or found[2])), quote=False), text
    )


def plain(tex: str) -> str:
    """Return a formula as somebody would type it."""
    tex = re.sub(SPACE, " ", tex)
    tex = re.sub(SILENT + r"(?![A-Za-z])", " ", tex)
    tex = tex.replace("\\\\", "; ").replace("&", " ")
    for _ in range(4):  # from the inside out
        tex = re.sub(rf"\\(?:{WRAPPERS})\s*\{{([^{{}}]*)\}}", r"\1", tex)
        tex = re.sub(r"\\sqrt\s*\{([^{}]*)\}", r"√(\1)", tex)
        tex = re.sub(
            r"\\[td]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", lambda m: f"{_one(m[1])}/{_one(m[2])}", tex
        )
        tex = re.sub(r"([_^])\{([^{}]*)\}", lambda m: m[1] + _one(m[2]), tex)
    tex = re.sub(r"\\([A-Za-z]+)", lambda m: SIGNS.get(m[1], f" {m[1]} "), tex)
    tex = re.sub(r"\\([{}_%$#&|])", r"\1", tex.replace("{", "").replace("}", "").replace("\\|", "‖"))
    return re.sub(r"\s+", " ", tex.replace("\\", "")).strip()


def _one(part: str) -> str:
    """Return a part of a formula that stays one on a line."""
    part = part.strip()
    return part if re.fullmatch(r"[\w.\\′]*", part) else f"({part})"
