"The documentation site and README.md, built from the notebooks with pip-installable tools only."
