"""The notes of a release: `python docs/release.py v0.2.0` prints its section of CHANGELOG.md.

Refused in one line: a tag that is not `v` and the version in settings.ini, another version in the
package or in CITATION.cff, and a version without notes.
"""
import re
import sys
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def section(changelog: str, version: str) -> str | None:
    "What a changelog says of a version; None if it has no such section"
    found = re.search(rf"^## {re.escape(version)}\n(.*?)(?=^## |\Z)", changelog, re.M | re.S)
    return found[1].strip() or None if found else None


def notes(tag: str, root: Path = ROOT) -> str:
    "The notes that belong to a tag; a ValueError says in one line why there are none"
    config = ConfigParser(delimiters=["="])
    config.read(root / "settings.ini", encoding="utf-8")
    version = config["DEFAULT"]["version"]
    if tag != f"v{version}":
        raise ValueError(f"expected the tag v{version}, as settings.ini says, got {tag}; "
                         "tag the commit that has the version")
    for name, line in ((f"{config['DEFAULT']['lib_path']}/__init__.py",
                        f'__version__ = "{version}"'), ("CITATION.cff", f"version: {version}")):
        if line not in (root / name).read_text(encoding="utf-8").splitlines():
            raise ValueError(f"{name}: expected {line}, got another version; "
                             "run `python -m docs prepare`, and see to CITATION.cff")
    found = section((root / "CHANGELOG.md").read_text(encoding="utf-8"), version)
    if found is None:
        raise ValueError(f"CHANGELOG.md: expected a section {version}, got none; "
                         f"write what a user notices below the line `## {version}`")
    return found


if __name__ == "__main__":
    try:
        print(notes(*sys.argv[1:2]))
    except (ValueError, TypeError) as error:
        sys.exit(f"docs/release.py: {error}")
