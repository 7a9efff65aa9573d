"""A folder in; what is found there, and the files that make sqlgen at home in it, out. Nothing is written here."""

from sqlgen.initializing.files import File, difference
from sqlgen.initializing.hosts import HOSTS, Planned, host_files
from sqlgen.initializing.runs import Run, runs_of
from sqlgen.initializing.settings_file import Wishes, settings_files
from sqlgen.initializing.sites import Found, Site, look

__all__ = [
    "HOSTS",
    "File",
    "Found",
    "Planned",
    "Run",
    "Site",
    "Wishes",
    "difference",
    "host_files",
    "look",
    "runs_of",
    "settings_files",
]
