"""Statement in, the same statement as people like to read it, out; and the proof that it is the same."""

from sqlgen.layout.script import LaidScript, format_script
from sqlgen.layout.statement import Laid, layout

__all__ = ["Laid", "LaidScript", "format_script", "layout"]
