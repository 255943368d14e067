"""Type stubs: what a type checker reads in place of a module.

A stub has the statements of its module without the bodies of functions. Methods that `patch_to`
adds stand inside their class, and a method without annotations has those of what it overrides.
"""
import ast
from pathlib import Path

PACKAGE = Path("movie_rl_rec")


def owner(node: ast.stmt) -> str | None:
    "The class that a function is added to by `patch_to`; None for any other statement"
    for decorator in getattr(node, "decorator_list", []):
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "patch_to":
            return ast.unparse(decorator.args[0])
    return None


def gathered(source: str) -> ast.Module:
    "A module whose classes have all their methods, and whose guarded imports are not guarded"
    tree, classes = ast.parse(source), {}
    body: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            classes[node.name] = node
        if (name := owner(node)) in classes:
            node.decorator_list = [d for d in node.decorator_list
                                   if not ast.unparse(d).startswith("patch_to(")]
            classes[name].body.append(node)
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
            body += node.body if isinstance(node, ast.Try) else [node]
    tree.body = body
    return tree


def methods(node: ast.ClassDef) -> dict[str, ast.FunctionDef]:
    "The methods of a class by name"
    return {part.name: part for part in node.body if isinstance(part, ast.FunctionDef)}


def inherited(node: ast.ClassDef, name: str, classes: dict) -> ast.FunctionDef | None:
    "The method that a method of a class overrides, or that its protocol asks for"
    for base in map(ast.unparse, node.bases):
        if base in classes:
            found = methods(classes[base]).get(name) or inherited(classes[base], name, classes)
            if found is not None:
                return found
    return None


def annotate(method: ast.FunctionDef, model: ast.FunctionDef) -> set[str]:
    "Take the types that a method does not state from the one it overrides; the names they need"
    for mine, other in zip(method.args.args, model.args.args):
        mine.annotation = mine.annotation or other.annotation
    method.returns = method.returns or model.returns
    return used(method.args, *filter(None, [method.returns]))


def used(*nodes: ast.AST) -> set[str]:
    "The names that occur in some statements"
    return {part.id for node in nodes for part in ast.walk(node) if isinstance(part, ast.Name)}


def bound(tree: ast.Module) -> set[str]:
    "The names that a module defines or imports"
    return ({node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
            | {part.id for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)
               for part in ast.walk(node)
               if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
            | {a.asname or a.name for node in tree.body
               if isinstance(node, ast.Import | ast.ImportFrom) for a in node.names})


def without_private(tree: ast.Module) -> None:
    "Leave out private functions and constants that nothing public needs"
    def private(node: ast.stmt) -> str | None:
        name = (ast.unparse(node.targets[0]).lstrip("(") if isinstance(node, ast.Assign)
                else getattr(node, "name", ""))
        return name if name.startswith("_") and name != "__all__" else None

    size = len(tree.body) + 1
    while len(tree.body) < size:
        size = len(tree.body)
        wanted = used(*(node for node in tree.body if private(node) is None)) | used(
            *(node for node in tree.body if isinstance(node, ast.ClassDef)))
        tree.body = [node for node in tree.body
                     if private(node) is None or private(node) in wanted]


class Bare(ast.NodeTransformer):
    "Functions without their bodies; defaults that are no constants are left open"

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.body = [ast.Expr(ast.Constant(...))]
        for defaults in (node.args.defaults, node.args.kw_defaults):
            defaults[:] = [d if d is None or isinstance(d, ast.Constant) else ast.Constant(...)
                           for d in defaults]
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        if node.level: # what a module takes from its neighbours can be taken from it
            node.names = [ast.alias(a.name, a.asname or a.name) for a in node.names]
        return node


def stubs(sources: dict[str, str]) -> dict[str, str]:
    "The stub of each module of a package, from its source"
    trees = {module: Bare().visit(gathered(source)) for module, source in sources.items()}
    homes = {name: module for module, tree in reversed(trees.items())
             for name in bound(tree) if not name.startswith("__")}
    classes = {node.name: node for tree in trees.values() for node in tree.body
               if isinstance(node, ast.ClassDef)}
    for tree in trees.values():
        needed = set()
        for node in tree.body:
            for name, method in methods(node).items() if isinstance(node, ast.ClassDef) else ():
                if (model := inherited(node, name, classes)) is not None:
                    needed |= annotate(method, model)
        without_private(tree)
        tree.body[1:1] = [ast.ImportFrom(homes[name], [ast.alias(name)], 1)
                          for name in sorted((needed - bound(tree)) & homes.keys())]
    return {module: ast.unparse(ast.fix_missing_locations(tree)) + "\n"
            for module, tree in trees.items()}


def write(folder: Path = PACKAGE) -> None:
    "Write the stub of each module beside it"
    made = stubs({path.stem: path.read_text(encoding="utf-8")
                  for path in sorted(folder.glob("[a-z]*.py"))})
    for module, text in made.items():
        (folder / f"{module}.pyi").write_text(text, encoding="utf-8")
