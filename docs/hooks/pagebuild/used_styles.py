"""A stylesheet without the rules that can match nothing on this site.

Material brings styles for all that it offers: tabs, blog posts, keys, scripts from right to left. A browser
tries many of those rules on each element, and on a slow phone that is a large part of showing a page. A rule
goes when it asks for a class that no page has and no script names. What is left means what it meant.
"""

import re
from collections.abc import Callable, Iterable

from tinycss2 import parse_rule_list, parse_stylesheet, serialize
from tinycss2.ast import FunctionBlock, IdentToken, LiteralToken, Node, SquareBracketsBlock

Selector = list[Node]
IsUsed = Callable[[str], bool]

_CLASSES = re.compile(r'\bclass=(?:"([^"]*)"|([^\s">]+))')
_RIGHT_TO_LEFT = re.compile(r"dir=[\"']?rtl[\"']?")
_ANY_OF = ("is", "where", "has")  # a choice of selectors; what :not() names may well be absent


def classes_in(page: str) -> set[str]:
    """Return the classes that the elements of an HTML page have."""
    return {name for match in _CLASSES.finditer(page) for name in (match[1] or match[2] or "").split()}


def used_styles(css: str, *, classes: set[str], scripts: Iterable[str]) -> str:
    """Return `css` without rules for other classes than `classes` and those that `scripts` may set.

    A script may put a name together: `md-tooltip--` and `active`. So `md-tooltip` in a script keeps all of
    its parts and states. Rules for writing from right to left go, too.
    """
    words = {word for script in scripts for word in re.findall(r"[\w-]+", script)}
    blocks = {_block(word) for word in words}

    def is_used(name: str) -> bool:
        return name in classes or name in words or (_block(name) != name and _block(name) in blocks)

    return _sheet(parse_stylesheet(css, skip_comments=True), is_used)


def _block(name: str) -> str:
    return re.split("__|--", name)[0]


def _sheet(rules: list[Node], is_used: IsUsed) -> str:
    """Return the rules that can match, with each choice of selectors cut to what can."""
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            found = (_cut(one, is_used) for one in _split(rule.prelude))
            selectors = [one for cut in found if cut is not None for one in _spelled_out(cut)]
            if selectors:
                content = serialize(rule.content)
                kept.append(f"{','.join(map(serialize, selectors))}{{{content}}}")
        elif rule.type == "at-rule" and rule.content and rule.lower_at_keyword in ("media", "supports"):
            inner = parse_rule_list(rule.content, skip_comments=True)
            content = _sheet(inner, is_used)
            if content.strip():
                kept.append(f"@{rule.at_keyword}{serialize(rule.prelude)}{{{content}}}")
        else:
            kept.append(rule.serialize())
    return "".join(kept)


def _cut(selector: Selector, is_used: IsUsed) -> Selector | None:
    """Return `selector` with the alternatives that can match; none when it can match nothing."""
    kept: Selector = []
    for before, node in zip([None, *selector], selector, strict=False):
        if isinstance(node, IdentToken) and _is(before, ".") and not is_used(node.value):
            return None
        if isinstance(node, SquareBracketsBlock) and _RIGHT_TO_LEFT.fullmatch(serialize(node.content)):
            return None
        if isinstance(node, FunctionBlock) and node.lower_name in _ANY_OF:
            found = (_cut(one, is_used) for one in _split(node.arguments))
            alternatives = [one for one in found if one is not None]
            if not alternatives:
                return None
            node = _choice(node, alternatives)
        kept.append(node)
    return kept


def _spelled_out(selector: Selector) -> list[Selector]:
    """Return `selector` once per alternative, where its end is a choice among equals.

    A browser looks for rules by the class or the tag of the last element. A choice there hides both, and the
    rule is tried on every element. Where one alternative weighs more, all do, and the choice must stay.
    """
    end = max((at for at, node in enumerate(selector) if _is_combinator(node)), default=-1) + 1
    for at in range(end + 1, len(selector)):
        node = selector[at]
        if not (isinstance(node, FunctionBlock) and node.lower_name == "is"):
            continue
        alternatives = _split(node.arguments)
        weights = {_weight(one) for one in alternatives}
        # at - 1 is the colon; a tag has to come first
        if weights == {"class"} or (weights == {"tag"} and at - 1 == end):
            return [selector[: at - 1] + one + selector[at + 1 :] for one in alternatives]
    return [selector]


def _weight(selector: Selector) -> str:
    """Return `class` or `tag` for a selector that is one of these and nothing else."""
    if len(selector) == 2 and _is(selector[0], ".") and isinstance(selector[1], IdentToken):
        return "class"
    return "tag" if len(selector) == 1 and isinstance(selector[0], IdentToken) else "more"


def _choice(node: FunctionBlock, alternatives: list[Selector]) -> FunctionBlock:
    arguments: Selector = []
    for at, one in enumerate(alternatives):
        arguments += [LiteralToken(0, 0, ",")] * (at > 0) + one
    return FunctionBlock(node.source_line, node.source_column, node.name, arguments)


def _split(nodes: Selector) -> list[Selector]:
    """Return the selectors of a list, without the space around each."""
    found: list[Selector] = [[]]
    for node in nodes:
        if _is(node, ","):
            found.append([])
        elif node.type != "comment":
            found[-1].append(node)
    for one in found:
        while one and one[0].type == "whitespace":
            del one[0]
        while one and one[-1].type == "whitespace":
            del one[-1]
    return found


def _is(node: Node | None, value: str) -> bool:
    return isinstance(node, LiteralToken) and node.value == value


def _is_combinator(node: Node) -> bool:
    return node.type == "whitespace" or any(_is(node, value) for value in ">+~")
