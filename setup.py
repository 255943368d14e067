"Packaging reads everything from settings.ini, the one source of truth."
from configparser import ConfigParser
from pathlib import Path
from shlex import split

from setuptools import find_packages, setup

here = Path(__file__).parent
config = ConfigParser(delimiters=["="])
config.read(here/"settings.ini", encoding="utf-8")
c = config["DEFAULT"]
lib = c["lib_path"]

setup(
    name=c["lib_name"], version=c["version"], description=c["description"],
    keywords=c["keywords"].split(),
    author=c["author"], author_email=c["author_email"],
    url=c["git_url"], project_urls={
        "Documentation": f"{c['doc_host']}{c['doc_baseurl']}/", "Source": c["git_url"],
        "Changelog": f"{c['git_url']}/blob/{c['branch']}/CHANGELOG.md",
        "Issues": f"{c['git_url']}/issues"},
    license_expression="Apache-2.0", license_files=["LICENSE"],
    classifiers=["Development Status :: 3 - Alpha", f"Intended Audience :: {c['audience']}",
                 f"Natural Language :: {c['language']}", "Operating System :: MacOS",
                 "Operating System :: Microsoft :: Windows", "Operating System :: POSIX :: Linux",
                 "Programming Language :: Python :: 3 :: Only",
                 *(f"Programming Language :: Python :: {v}" for v in c["pythons"].split()),
                 "Topic :: Scientific/Engineering :: Artificial Intelligence", "Typing :: Typed"],
    packages=find_packages(include=[lib, f"{lib}.*"]),
    package_dir={"": "."},       # an editable install is a path, which type checkers can follow
    package_data={lib: ["sample/*", "page/*", "widget/*", "*.pyi", "py.typed"]},
    python_requires=f">={c['min_python']}", install_requires=split(c["requirements"]),
    extras_require={extra: split(c[f"{extra}_requirements"])
                    for extra in ("autoencoder", "gym", "serve", "widget", "dev", "docs")},
    entry_points={"console_scripts": split(c["console_scripts"]),
                  "nbdev": [f"{lib}={lib}._modidx:d"]},
    long_description=(here/"README.md").read_text(encoding="utf-8").replace(
        "](nbs/", f"]({c['git_url']}/blob/{c['branch']}/nbs/"),
    long_description_content_type="text/markdown",
    zip_safe=False)
