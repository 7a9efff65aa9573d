"""Run by path, in the project's own interpreter: one job in on standard input, records out on standard output.

Every record is RS, JSON, LF (RFC 7464), so that what a .pth file printed before can be told apart. This file alone must
be readable for any Python 3: a too old one has to get as far as saying so.
"""

import gc
import importlib
import importlib.util
import json
import os
import sys
from types import ModuleType
from typing import Any

NAME = "sqlgen_worker"
HERE = os.path.dirname(os.path.abspath(__file__))


def main() -> None:
    gc.disable()  # what is imported stays: looking for garbage in it is a tenth of the time that it takes
    requests, answers = private_pipes()
    if sys.path and os.path.abspath(sys.path[0]) == HERE:
        del sys.path[0]  # else our file names would shadow the project's and the standard library's
    problem = missing()
    if problem is not None:
        os.write(answers, ("\x1e" + json.dumps(problem) + "\n").encode())
        return
    load()
    job = importlib.import_module(NAME + ".job")
    gc.freeze()
    if len(sys.argv) > 1:
        requests, answers = forked(requests, answers, [int(word) for word in sys.argv[1:]])
    gc.set_threshold(10000, 20, 20)  # constructs of SQLAlchemy are many, and short-lived
    gc.enable()
    job.main(requests, answers)


def private_pipes() -> "tuple[int, int]":
    """Keep the pipes to the parent for ourselves; the project's code gets an empty input and the captured output."""
    requests, answers = os.dup(0), os.dup(1)  # not inherited by what the project's code starts
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def forked(requests: int, answers: int, ends: "list[int]") -> "tuple[int, int]":
    """Make another worker, with these ends of its pipes and this file to print to; the pipes that each goes on with.

    Nothing of the project has been loaded yet. None is made where something has started a thread: locks that it holds
    would be held for ever.
    """
    import threading

    alone = threading.active_count() == 1
    if alone and os.fork() == 0:
        os.close(requests)
        os.close(answers)
        requests, answers = os.dup(ends[0]), os.dup(ends[1])  # not inherited by what the project's code starts
        os.dup2(ends[2], 1)
        os.dup2(ends[2], 2)
    for end in ends:
        os.close(end)
    return requests, answers


def missing() -> "dict[str, Any] | None":
    """What this interpreter lacks to be a worker, as a record; None when it has everything."""
    found = {"kind": "missing"}
    if sys.version_info < (3, 10):  # noqa: UP036 (it is the project's Python)
        return dict(found, name="Python", version="{}.{}".format(*sys.version_info), least="3.10")
    for name, least in (("sqlalchemy", (2, 0)), ("alembic", (1, 13))):
        try:
            version = importlib.import_module(name).__version__
        except ModuleNotFoundError as error:
            if error.name is not None and error.name != name:
                return dict(found, name=name, needs=error.name)
            return dict(found, name=name)
        if tuple(int(part) for part in version.split(".")[:2]) < least:
            return dict(found, name=name, version=version, least="{}.{}".format(*least))
    return None


def load() -> ModuleType:
    """This folder as a package of its own name, whatever sqlgen the project's interpreter may have."""
    spec = importlib.util.spec_from_file_location(
        NAME, os.path.join(HERE, "__init__.py"), submodule_search_locations=[HERE]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = package
    spec.loader.exec_module(package)
    return package


if __name__ == "__main__":
    main()
