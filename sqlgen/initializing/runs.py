"""Projects in, the runs of `sqlgen check` that cover them out: a name and arguments for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlgen.initializing.sites import Site


@dataclass(frozen=True, slots=True)
class Run:
    """One run of `sqlgen check`."""

    name: str
    """Of letters, digits, `.`, `_` and `-`: it names jobs and artifacts."""
    words: tuple[str, ...]
    """Its arguments, one by one."""

    @property
    def arguments(self) -> str:
        """Separated by spaces; host_files refuses words for which that is not enough."""
        return " ".join(self.words)


def runs_of(sites: Sequence[Site], top: Path) -> tuple[Run, ...]:
    """One run for all projects that have one database; one for each database or section of the others."""
    plain = [site for site in sites if not (site.targets or site.sections)]
    runs = [Run("check", _of_all(plain, top))] if plain else []
    for site in sites:
        for target in site.targets:
            runs.append(_run(site, top, "--target", target))
        if site.sections and not site.targets:
            for section in (site.project.section, *site.sections):
                runs.append(_run(site, top, "--name", section))
    return tuple(runs)


def _run(site: Site, top: Path, option: str, value: str) -> Run:
    name = "-".join(_plain(text) for text in (site.within(top), value))
    return Run(name.strip("-."), (*_where(site, top), option, value))


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text)


def _where(site: Site, top: Path) -> tuple[str, ...]:
    within = site.within(top)
    return () if within == "." else ("--project", within)


def _of_all(sites: Sequence[Site], top: Path) -> tuple[str, ...]:
    """`--project` for each; a glob where they are what a folder holds, so that a new one is checked as well."""
    if len(sites) == 1:
        return _where(sites[0], top)
    folders = [site.within(top) for site in sites]
    above = {folder.rpartition("/")[0] for folder in folders}
    if len(above) == 1 and "" not in above:
        return ("--project", f"{above.pop()}/*")
    return tuple(word for folder in folders for word in ("--project", folder))
