"What a reader must import to run the cells that a chapter shows, from the chapter and elsewhere."
import ast
import builtins
import importlib
import inspect
import symtable

NOTE = ("*To follow along, run the cells in order. "
        "The first imports what this chapter defines, and what it needs from elsewhere.*")


def referenced(table: symtable.SymbolTable) -> set[str]:
    "The global names that a piece of code looks up, inside its functions too"
    names = {s.get_name() for s in table.get_symbols()
             if s.is_referenced() and (table.get_type() == "module" or s.is_global())}
    return names.union(*map(referenced, table.get_children()))


def bound(table: symtable.SymbolTable) -> set[str]:
    "The global names that a piece of code defines, by `:=` or `global` inside its functions too"
    names = {s.get_name() for s in table.get_symbols()
             if (s.is_assigned() or s.is_imported())
             and (table.get_type() == "module" or s.is_global())}
    return names.union(*map(bound, table.get_children()))


def missing(cells: list[str]) -> list[str]:
    "Names that the cells use before any of them has defined them"
    known, wanted = set(dir(builtins)), {}
    for code in cells:
        table = symtable.symtable(code, "cell", "exec")
        known |= bound(table)
        wanted |= dict.fromkeys(sorted(referenced(table) - known))
    return list(wanted)


def imported(module) -> dict[str, str]:
    "The names that a module imports, each with the line that imports it alone"
    found = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            # nbdev writes imports of the package relative to it
            if getattr(node, "level", 0):
                node = ast.ImportFrom(f"movie_rl_rec.{node.module}", node.names, 0)
            for alias in node.names:
                one = type(node)(**{**{f: getattr(node, f) for f in node._fields},
                                    "names": [alias]})
                found[alias.asname or alias.name.partition(".")[0]] = ast.unparse(one)
    return found


def joined(lines: list[str]) -> list[str]:
    "Import lines, those from one module in one"
    merged = {}
    for line in lines:
        head, found, name = line.partition(" import ")
        merged.setdefault(head if found else line, []).append(name)
    return [f"{head} import {', '.join(sorted(names))}" if names != [""] else head
            for head, names in merged.items()]


def imports(page: str, cells: list[str]) -> str:
    "The import lines that let a chapter's visible cells run by themselves; '' if none is needed"
    module = importlib.import_module(f"movie_rl_rec.{page}")
    known, wanted = imported(module), missing(cells)
    own = [f"from {module.__name__} import *"] if any(n in module.__all__ for n in wanted) else []
    private = sorted(n for n in wanted
                     if n not in module.__all__ and n not in known and hasattr(module, n))
    own += [f"from {module.__name__} import {', '.join(private)}"] if private else []
    others = joined([known[n] for n in wanted if n in known and n not in module.__all__])
    return "\n".join([*sorted(others, key=lambda line: (line.startswith("from"), line)), *own])


def only_imports(code: str) -> bool:
    "Whether a cell does nothing but import"
    return all(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.parse(code).body)


def with_imports(page: str, cells: list[dict]) -> list[dict]:
    "The cells of a chapter, the first of them importing what all need"
    shown = [c for c in cells if c["cell_type"] == "code" and not c["metadata"]["tags"]]
    lines = imports(page, [c["source"] for c in shown])
    if not lines:
        return cells
    at = cells.index(shown[0])
    rest = cells[at:]
    if only_imports(shown[0]["source"]):
        rest = [dict(shown[0], source=f"{lines}\n\n{shown[0]['source']}"), *cells[at + 1:]]
    else:
        rest = [dict(shown[0], source=lines, outputs=[]), *rest]
    return [*cells[:at], dict(cell_type="markdown", metadata={}, source=NOTE), *rest]
