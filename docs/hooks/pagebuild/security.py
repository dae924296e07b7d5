"""The Content-Security-Policy of a page: what it may load and run is what was built, no more."""

import base64
import hashlib
import re

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)  # with a type or a source, nothing inline is run
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.S)
_CHARSET = re.compile(r'<meta charset="utf-8">\s*')


def with_policy(page: str) -> str:
    """Return the HTML of a page with its policy, as it must be sent: any later change breaks a hash.

    Raises:
        ValueError: If the page does not say its character set, after which the policy goes.
    """
    policy = (
        "default-src 'none'",
        " ".join(("script-src 'self'", *_hashes(_SCRIPT, page))),
        " ".join(("style-src 'self'", *_hashes(_STYLE, page))),
        "img-src 'self' data:",  # Material's style draws its icons from data:
        "font-src 'self'",
        "connect-src 'self'",  # the search index, the scripts to copy
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
    tag = f'<meta http-equiv="Content-Security-Policy" content="{";".join(policy)}">\n'
    secured, places = _CHARSET.subn(lambda found: found[0] + tag, page, count=1)
    if not places:
        raise ValueError('the page has no <meta charset="utf-8">: its policy must stand at the top')
    return secured


def _hashes(element: re.Pattern, page: str) -> list[str]:
    """Return the sources that allow each inline `element` of `page`, and no other."""
    texts = dict.fromkeys(element.findall(page))
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
