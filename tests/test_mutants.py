"The small faults of `mutants` fit the code as it is; that the tests notice them takes minutes."
import ast
import json

import mutants
import pytest


@pytest.mark.parametrize("name", mutants.MUTANTS)
def test_a_fault_changes_one_place_of_the_module_and_of_its_notebook(name):
    mutant = mutants.MUTANTS[name]
    module, notebook = mutants.sources(mutants.ROOT, mutant.module)
    code = module.read_text()
    assert code.count(mutant.old) == 1
    assert ast.dump(ast.parse(mutants.faulty(module, mutant))) != ast.dump(ast.parse(code))
    cells = ["".join(cell["source"]) for cell in json.loads(notebook.read_text())["cells"]]
    assert sum(cell.count(mutant.old) for cell in cells) == 1
    assert mutant.new in json.loads(mutants.faulty(notebook, mutant))["cells"][
        [mutant.old in cell for cell in cells].index(True)]["source"]
