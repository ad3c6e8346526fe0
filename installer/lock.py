"""Write the locks anew from the `.in` files: `python3 installer/lock.py [--upgrade]`.

For developers, after installer/test.py. One lock serves 32- and 64-bit Windows and Linux;
tests/test_lock.py proves that each package has a wheel for each of them.
"""

import os
import sys

sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from installer import console, process
from installer.layout import HERE

PYTHON_OF = {
    "requirements-build": "3.11",
    "requirements": "3.11",
    "requirements-dev": "3.11",
    "requirements-nodeps": "3.11",
    # Runs on the Python that a machine without 3.11 has.
    "requirements-uv": "3.8",
}
# No annotations: they change with the order of resolution.
OPTIONS = (
    "--no-config",
    "--universal",
    "--generate-hashes",
    "--no-annotate",
    "--no-header",
    "--quiet",
)


def main(arguments: "list[str]") -> int:
    """Compile each lock; return 0."""
    uv = [str(HERE.python), "-m", "uv", "pip", "compile", *OPTIONS, *arguments]
    for name, python in PYTHON_OF.items():
        console.say(f"Locking {name}.txt ...")
        source, target = (str(HERE.requirements(name + end)) for end in (".in", ".txt"))
        no_deps = ["--no-deps"] if name == "requirements-nodeps" else []
        process.run([*uv, *no_deps, "--python-version", python, source, "-o", target])
    return 0


if __name__ == "__main__":
    sys.exit(console.guarded(main, sys.argv[1:]))
