"What a module exports, read off the living objects: signatures, docstrings and docments."
import ast
import dataclasses
import html
import importlib
import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from fastcore.docments import docments

# methods of a policy: explained once, at `Policy` and `LinearPolicy`
PROTOCOL = ("init", "score", "update", "predict")
SILENT = {"self", "cls", "return", "args", "kwargs"}


class Parameter(NamedTuple):
    "One parameter as its source has it"
    name: str
    kind: str       # the annotation, or nothing
    default: str    # the default, or nothing
    comment: str    # what its docment says
    by_name: bool = False # whether it must be given by name


class Symbol(NamedTuple):
    "One exported name, or one public method of an exported class"
    module: str
    name: str
    form: str       # class, function, kernel (a compiled function), property or value
    doc: str
    parameters: tuple
    returns: tuple  # annotation and comment


def unwrap(member):
    "The function inside a method, property or cached property; None if there is none"
    for at in ("__func__", "fget", "func"):
        member = getattr(member, at, None) or member
    return member if inspect.isfunction(member) else None


def methods(cls: type) -> Iterator[tuple]:
    "The public methods that a class itself defines, and whether each is a property"
    for name, member in vars(cls).items():
        if not name.startswith("_") and unwrap(member):
            yield name, unwrap(member), hasattr(member, "fget") or hasattr(member, "func")


@cache
def fields(cls: type) -> dict:
    "The fields written in the body of a class: annotation and default as written, and the comment"
    try:
        source = textwrap.dedent(inspect.getsource(cls))
    except (OSError, TypeError):
        return {}
    comments = {token.start[0]: token.string.lstrip("# ")
                for token in tokenize.generate_tokens(io.StringIO(source).readline)
                if token.type == tokenize.COMMENT}
    return {n.target.id: Parameter(n.target.id, ast.unparse(n.annotation), plain_default(n.value),
                                   comments.get(n.end_lineno, ""))
            for n in ast.parse(source).body[0].body if isinstance(n, ast.AnnAssign)}


def plain_default(node) -> str:
    "A default as a reader would write it: what a dataclass `field` stands for"
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "field":
        given = {k.arg: k.value for k in node.keywords}
        return (plain_default(given.get("default")) if "default" in given
                else "..." if "default_factory" in given else "")
    return ast.unparse(node) if node else ""


def function_parameters(function) -> tuple[tuple, tuple]:
    "Parameters of a function and what it returns, as written"
    node = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    said = docments(function, full=True)
    args = [*node.args.posonlyargs, *node.args.args]
    defaults = [None]*(len(args) - len(node.args.defaults)) + node.args.defaults
    many  = ([ast.arg("*" + node.args.vararg.arg, node.args.vararg.annotation)]
             if node.args.vararg else [])
    pairs = [*zip(args, defaults), *((a, None) for a in many),
             *zip(node.args.kwonlyargs, node.args.kw_defaults)]
    comment = {k: (v["docment"] or "") for k, v in said.items()}
    found = tuple(Parameter(a.arg, ast.unparse(a.annotation) if a.annotation else "",
                            plain_default(d), comment.get(bare, ""), a in node.args.kwonlyargs)
                  for a, d in pairs for bare in [a.arg.lstrip("*")] if bare not in SILENT)
    return found, (ast.unparse(node.returns) if node.returns else "", comment.get("return", ""))


def class_parameters(cls: type) -> tuple:
    "What a class is made from: its fields, inherited ones too, or the parameters of `__init__`"
    own = next((c for c in cls.__mro__ if "__init__" in vars(c)), object)
    if not dataclasses.is_dataclass(cls) and not hasattr(cls, "_fields"):
        return function_parameters(vars(own)["__init__"])[0] if (
            inspect.isfunction(vars(own).get("__init__"))
            and own.__module__ == cls.__module__) else ()
    wanted = (dict.fromkeys(cls._fields, False) if hasattr(cls, "_fields")
              else {f.name: f.kw_only for f in dataclasses.fields(cls) if f.init})
    found = [next((fields(c)[n] for c in cls.__mro__ if n in fields(c)),
                  Parameter(n, "", "", ""))._replace(by_name=only) for n, only in wanted.items()]
    return tuple(sorted(found, key=lambda p: p.by_name))


def inherited(cls: type | None, name: str, symbol: Symbol) -> Symbol:
    """A method takes over what it does not say from the documented one that it keeps to.

    That is a method of a base class, or of the protocol of policies.
    """
    if cls is None or all(p.comment for p in symbol.parameters) and symbol.doc:
        return symbol
    from movie_rl_rec import policies
    elders = [*cls.__mro__[1:],
              *((policies.Policy, policies.LinearPolicy) if name in PROTOCOL else ())]
    for elder in elders:
        function = unwrap(vars(elder).get(name))
        if function and elder is not cls:
            theirs = {p.name: p.comment for p in function_parameters(function)[0]}
            symbol = symbol._replace(
                doc=symbol.doc or inspect.getdoc(function) or "",
                parameters=tuple(p._replace(comment=p.comment or theirs.get(p.name, ""))
                                 for p in symbol.parameters))
    return symbol


def describe(module: str, name: str, thing, cls: type | None = None) -> Symbol:
    "All that is written about one exported thing; of a compiled function, what its source says"
    thing, form = (getattr(thing, "py_func", thing),
                   "kernel" if hasattr(thing, "py_func") else "function")
    if inspect.isclass(thing):
        doc = vars(thing).get("__doc__") or ""        # without the fields, which have their table
        return Symbol(module, name, "class", inspect.cleandoc(getattr(doc, "text", doc)),
                      class_parameters(thing), ("", ""))
    if inspect.isfunction(thing):
        given, returns = function_parameters(thing)
        return inherited(cls, name.rpartition(".")[2], Symbol(
            module, name, form, inspect.getdoc(thing) or "", given, returns))
    return Symbol(module, name, "value", "", (),
                  ("type" if hasattr(thing, "__metadata__") else type(thing).__name__, ""))


@cache
def exported(module: str) -> tuple:
    "Everything a module exports, in the order of the chapter, each class followed by its methods"
    home = importlib.import_module(f"movie_rl_rec.{module}")
    order = {name: i for i, name in enumerate(re.findall(
        r"^(?:class |def |(?=\w+ *(?::[^=]+)?=))(\w+)", inspect.getsource(home), flags=re.M))}
    found = []
    for name in sorted(home.__all__, key=lambda n: order.get(n, len(order))):
        thing = getattr(home, name)
        found.append(describe(module, name, thing))
        if inspect.isclass(thing):
            for method, function, is_property in methods(thing):
                symbol = describe(module, f"{name}.{method}", function, thing)
                found.append(symbol._replace(form="property") if is_property else symbol)
    return tuple(found)


# --- as HTML

def code_text(text: str) -> str:
    "A line of prose with its `code` and *words* marked, as HTML"
    text = re.sub(r"(?<![\w*`])\*(\w[^*`]*)\*(?![\w*`])", r"<em>\1</em>",
                  html.escape(text, quote=False))
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text)


def signature(symbol: Symbol) -> str:
    "A signature that fits on a line or two: names and defaults, without annotations"
    parts = [p.name + (f"={p.default}" if p.default else "") for p in symbol.parameters]
    first = next((i for i, p in enumerate(symbol.parameters) if p.by_name), None)
    inside = ", ".join(parts if first is None else [*parts[:first], "*", *parts[first:]])
    returns = (f" -> {symbol.returns[0]}"
               if symbol.form in ("function", "kernel") and symbol.returns[0] else "")
    if symbol.form in ("value", "property"):
        return symbol.name
    return f"{'class ' if symbol.form == 'class' else ''}{symbol.name}" + (
        f"({inside}){returns}" if symbol.form in ("function", "kernel") or inside else "")


def parameter_list(symbol: Symbol) -> str:
    "The parameters and what is returned, as an HTML list that wraps on a phone"
    rows = [(f"<code>{html.escape(p.name)}</code>", p.kind, p.default, p.comment)
            for p in symbol.parameters]
    if symbol.form in ("function", "kernel", "property") and symbol.returns[1]:
        rows.append(("<em>returns</em>", symbol.returns[0], "", symbol.returns[1]))
    # the names stand in the signature
    if not any(kind or default or comment for _, kind, default, comment in rows):
        return ""
    items = [f"<dt>{name}{f' <span>{html.escape(kind)}</span>' if kind else ''}"
             f"{f' <span>= {html.escape(default)}</span>' if default else ''}</dt>"
             f"<dd>{code_text(comment)}</dd>" for name, kind, default, comment in rows]
    return f'<dl class="parameters">{"".join(items)}</dl>'


def method_list(symbol: Symbol) -> str:
    """The public methods of a class in a line each.

    Those of the protocol of policies stand only where the protocol is explained.
    """
    own = [s for s in exported(symbol.module) if s.name.startswith(f"{symbol.name}.")]
    own = [s for s in own
           if s.name.partition(".")[2] not in PROTOCOL or symbol.name in ("Policy", "LinearPolicy")]
    items = [f'<dt><a href="api.html#{anchor(s)}">'
             f'<code>.{html.escape(signature(s).partition(".")[2])}</code></a></dt>'
             f"<dd>{code_text(s.doc)}</dd>" for s in own]
    return f'<dl class="parameters methods">{"".join(items)}</dl>' if items else ""


def anchor(symbol: Symbol | tuple) -> str:
    "The place of a symbol on its page; unlike Sphinx's own labels it knows capitals"
    return f"movie_rl_rec.{symbol[0]}.{symbol[1]}"
