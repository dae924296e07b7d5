"""Contrast of every pair of colours that the site puts together (WCAG 2.2: text 4.5, controls 3)."""

import re

import pytest
from site_server import ROOT

PALETTE = (ROOT / "docs/assets/palette.css").read_text("utf-8")
TEXT = ["fg", "faint", "link", "accent", "ok", "warn", "error", "question"]
TOKENS = ["keyword", "string", "number", "constant", "function", "special", "comment", "operator"]
SURFACES = ["bg", "panel", "marked"]


def colours(scheme: str) -> dict[str, str]:
    block = re.search(rf'\[data-md-color-scheme="{scheme}"\] {{(.*?)}}', PALETTE, re.S)[1]
    return dict(re.findall(r"--(?:nnfund-|md-code-hl-)([\w-]+?)(?:-color)?: (#\w{6});", block))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_text_is_readable_on_every_surface(scheme: str) -> None:
    palette = colours(scheme)
    pairs = {(t, s): contrast(palette[t], palette[s]) for t in TEXT + TOKENS for s in SURFACES}
    assert {pair: round(value, 2) for pair, value in pairs.items() if value < 4.5} == {}
    assert contrast(palette["on-link"], palette["link"]) >= 4.5
    assert contrast(palette["bg"], palette["accent"]) >= 4.5  # a button under the pointer


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_controls_are_visible(scheme: str) -> None:
    palette = colours(scheme)
    assert min(contrast(palette["control"], palette[surface]) for surface in SURFACES) >= 3
