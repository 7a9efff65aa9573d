"""SQL text in, tokens and Statements out. Lossless, per dialect."""

from sqlgen.statements.model import Statement, Token, TokenKind
from sqlgen.statements.scan import scan
from sqlgen.statements.split import split

__all__ = ["Statement", "Token", "TokenKind", "scan", "split"]
