"""Which names does a cell bind, and which does it read? From its syntax tree."""

import ast
import builtins
import symtable
from dataclasses import dataclass, field

SEEDS = {  # what a call that seeds makes independent of what came before
    "manual_seed": {"<random: torch>"},
    "set_seed": {"<random: torch>", "<random: numpy>", "<random: python>"},
}


@dataclass
class Names:
    """The names of one cell."""

    binds: set[str] = field(default_factory=set)  # anew, whatever the name stood for before
    reads: set[str] = field(default_factory=set)  # while the cell runs
    writes: set[str] = field(default_factory=set)  # into an object that has the name
    uses: set[str] = field(default_factory=set)  # anywhere in the cell, also what it binds itself
    imports: dict[str, str] = field(default_factory=dict)  # name -> the statement that imports it
    bodies: dict[str, set[str]] = field(
        default_factory=dict
    )  # function or class -> what its body reads later
    seeds: set[str] = field(default_factory=set)


def names_of(code: str) -> Names:
    """Return the names of `code`, the text of a cell.

    A name counts as read when the cell may need a value that it had before, and as bound when it has a value
    of this cell's afterwards, whatever happens in `if` and `try`. A function's body runs when it is called:
    what it reads is listed for the function.
    """
    names = Names()
    tree = ast.parse(code)
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            names.imports |= _imported(statement)
    names.binds = _walk(tree.body, set(), names)
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
                free = _free(ast.unparse(node)) - names.binds
                names.bodies[node.name] = names.bodies.get(node.name, set()) | free
            case ast.AugAssign(target=target) | ast.Delete(targets=[target, *_]):
                names.writes |= _base(target)
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                names.writes |= _base(node)
            case ast.Call(func=ast.Attribute(attr="backward", value=value)):
                names.writes |= _base(value)  # the graph behind it is freed, which no digest shows
            case ast.Call(func=ast.Attribute(attr=called) | ast.Name(id=called)):
                names.seeds |= SEEDS.get(called, set())
    names.reads -= set(dir(builtins))
    names.uses = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names


def _imported(statement: ast.Import | ast.ImportFrom) -> dict[str, str]:
    found = {}
    for alias in statement.names:
        one = ast.copy_location(type(statement)(**{**vars(statement), "names": [alias]}), statement)
        found[alias.asname or alias.name.split(".")[0]] = ast.unparse(one)
    return found


def _walk(statements: list[ast.stmt], bound: set[str], names: Names) -> set[str]:
    """Add what `statements` read, but for names in `bound`, to `names`; return what is bound afterwards."""
    bound = set(bound)
    for statement in statements:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.reads |= _read_now(statement) - bound
                bound.add(name)
            case ast.Import() | ast.ImportFrom():
                bound |= set(_imported(statement))
            case ast.For(target=target, iter=iterable, body=body, orelse=orelse):
                names.reads |= _loaded(iterable) - bound
                bound |= _stored(target)
                _walk([*body, *orelse], bound, names)
            case ast.With(items=items, body=body):
                for item in items:
                    names.reads |= _loaded(item.context_expr) - bound
                    bound |= _stored(item.optional_vars) if item.optional_vars else set()
                bound = _walk(body, bound, names)
            case ast.If() | ast.While() | ast.Try():
                if not isinstance(statement, ast.Try):
                    names.reads |= _loaded(statement.test) - bound
                for handler in getattr(statement, "handlers", []):
                    inside = {handler.name} if handler.name else set()
                    _walk(handler.body, bound | inside, names)
                for branch in (statement.body, statement.orelse, getattr(statement, "finalbody", [])):
                    _walk(branch, bound, names)
            case ast.AugAssign(target=target):
                names.reads |= (_loaded(statement) | _base(target)) - bound
            case _:
                names.reads |= _loaded(statement) - bound
                bound |= _stored(statement)
    return bound


def _read_now(definition: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> set[str]:
    """Return what a definition reads when it runs: of a function, all but its body."""
    if isinstance(definition, ast.ClassDef):
        outside = [*definition.decorator_list, *definition.bases, *definition.keywords]
        own = _free(ast.unparse(definition)) - {definition.name}
        return own.union(*(_loaded(part) for part in outside))
    arguments = definition.args
    parts = [*definition.decorator_list, *arguments.defaults, *arguments.kw_defaults, definition.returns]
    parts += [node.annotation for node in ast.walk(arguments) if isinstance(node, ast.arg)]
    return set().union(*(_loaded(part) for part in parts if part))


def _loaded(node: ast.AST) -> set[str]:
    """Return the names that `node` loads from outside: not a comprehension's, nor a lambda's own."""
    own = {
        name
        for part in ast.walk(node)
        if isinstance(part, ast.comprehension)
        for name in _stored(part.target)
    }
    own |= {
        a.arg
        for part in ast.walk(node)
        if isinstance(part, ast.Lambda)
        for a in ast.walk(part.args)
        if isinstance(a, ast.arg)
    }
    loads = (
        part for part in ast.walk(node) if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Store)
    )
    return {part.id for part in loads} - own


def _stored(node: ast.AST) -> set[str]:
    """Return the names that `node` binds, outside of comprehensions."""
    own = {
        id(part) for c in ast.walk(node) if isinstance(c, ast.comprehension) for part in ast.walk(c.target)
    }
    names = (part for part in ast.walk(node) if isinstance(part, ast.Name) and id(part) not in own)
    return {part.id for part in names if isinstance(part.ctx, ast.Store)}


def _free(code: str) -> set[str]:
    """Return the global names that `code`, the text of a definition, reads anywhere inside."""
    found = set()

    def collect(table: symtable.SymbolTable) -> None:
        found.update(symbol.get_name() for symbol in table.get_symbols() if symbol.is_global())
        for child in table.get_children():
            collect(child)

    for child in symtable.symtable(code, "cell", "exec").get_children():
        collect(child)
    return found - set(dir(builtins))


def _base(node: ast.expr) -> set[str]:
    """Return the name that `a.b[0].c` starts with."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) else set()
