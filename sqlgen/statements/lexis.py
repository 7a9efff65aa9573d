"""How each dialect's engine and client cut text into tokens: one frozen table per dialect, and nothing that runs.

Every entry is a regular expression fragment without capturing groups (dollar quotes excepted). Character classes
never use `\\w` or `\\s`: all engines here take every character from U+0080 up as part of a name, spaces included.

Sources
- PostgreSQL: src/backend/parser/scan.l and src/fe_utils/psqlscan.l (15); manual 4.1 Lexical Structure.
- MySQL, MariaDB: sql/sql_lex.cc (server), client/mysql.cc `add_line` and `find_command` (client);
  MySQL manual 11.1 Literal Values, 11.7 Comments.
- SQLite: src/tokenize.c, src/complete.c; src/shell.c.in `process_input`.
- SQL Server, Oracle: the vendors' manuals; their clients were not run.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Lexis", "lexis"]


def _name(marks: str) -> str:
    """A character class, without its brackets: letters, `marks`, and all beyond ASCII, which is part of a name
    everywhere: engines look at bytes, and every byte of such a character is 0x80 or more.

    Written as what it is not: `re` takes milliseconds to compile each range up to U+10FFFF.
    """
    return "^" + "".join(rf"\x{code:02x}" for code in range(128) if not (chr(code).isalpha() or chr(code) in marks))


_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Delimited:
    """Something between marks. Where `opening` matches and `rest` does not, it is unclosed up to the end of text."""

    opening: str
    rest: str


@dataclass(frozen=True, slots=True)
class Lexis:
    """Lexical facts of one dialect."""

    spaces: str
    """The characters, as the inside of a class."""
    word_start: str
    word_rest: str
    strings: tuple[Delimited, ...]
    names: tuple[Delimited, ...]
    """Quoted names."""
    numbers: str
    line_comment: str
    block_comment: Delimited | None
    """None: block comments nest, which no regular expression can follow; the scanner counts."""
    operators: str
    """Operators of more than one character; any other character is a symbol by itself."""
    client: str | None = None
    """Lines for the client where a statement may begin."""
    client_anywhere: str | None = None
    """Client commands that are taken inside a statement too."""
    terminator: str = ";"
    line_terminator: str | None = None
    """A line that ends a statement by standing alone: GO, /."""
    ends_by_command: bool = False
    """psql: \\g and its kin send the statement."""
    copies: bool = False
    """psql: data lines follow COPY … FROM STDIN; up to a line that says \\. or the end."""


# Python 3.11.2, which is Debian 12's, loses its place in a possessive group that can go back inside; 3.11.7 does not
# (cpython gh-106052). Such groups are (?>(?:…)*) here, which both read alike.
_SINGLE = Delimited("'", r"[^']*+(?:''[^']*+)*+'")
_DOUBLE = Delimited('"', r'[^"]*+(?:""[^"]*+)*+"')
_BACKTICK = Delimited("`", r"[^`]*+(?:``[^`]*+)*+`")
_BRACKET = Delimited(r"\[", r"[^\]]*+\]")
_BITS = Delimited("[bBxX]'", "[^']*+'")
"""Hexadecimal and binary digits: a doubled quote is no quote in them."""
_BLOCK = Delimited(r"/\*", r".*?\*/")
_NUMBER = r"0[xX][0-9A-Fa-f_]+|(?:[0-9][0-9_]*(?:\.(?!\.)[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?"

# scan.l: quotecontinue. Literals with a line break between them are one literal, and what comes after the break is
# read with the escapes of the first part: E'a' ⏎ 'b\'c'. So the whole is one token.
_GAP = r"[ \t\f]*+(?:--[^\r\n]*+)?[\r\n](?>(?:[ \t\r\n\f]|--[^\r\n]*+[\r\n])*)"
_PLAIN_PART = r"[^']*+(?:''[^']*+)*+'"
_ESCAPED_PART = r"[^'\\]*+(?:(?:''|\\.)[^'\\]*+)*+'"
_TAG = rf"\$(?:[{_name('_')}][{_name(_DIGITS + '_')}]*+)?\$"

# scan.l: an operator is a run of these characters, cut before -- and /*; a trailing + or - belongs to it only when it
# holds one of ~ ! @ # % ^ & | ` ?. NAMEDATALEN (64) bounds its length, which keeps the cost linear here too.
_OP = r"(?:(?!--|/\*)[-+*/<>=~!@#%^&|`?])"
_PLAIN_OP = r"(?:(?!--|/\*)[-+*/<>=])"
_POSTGRESQL_OPERATORS = (
    rf"::|:=|\.\.|(?>{_PLAIN_OP}{{0,63}})(?!--|/\*)[~!@#%^&|`?](?>{_OP}{{0,63}})|{_PLAIN_OP}{{0,63}}(?!/\*)[*/<>=]"
)

POSTGRESQL = Lexis(
    # PostgreSQL 16 made VT white space; to 15 it is an error. Kept as a symbol, so that nothing drops it.
    spaces=r" \t\n\r\f",
    word_start=_name("_"),
    word_rest=_name(_DIGITS + "_$"),
    strings=(
        Delimited("[eE]'", rf"{_ESCAPED_PART}(?>(?:{_GAP}'{_ESCAPED_PART})*)"),
        Delimited("[bBxX]'", rf"[^']*+'(?>(?:{_GAP}'[^']*+')*)"),
        Delimited("(?:[nN]|[uU]&)?'", rf"{_PLAIN_PART}(?>(?:{_GAP}'{_PLAIN_PART})*)"),
        Delimited(rf"(?P<tag>{_TAG})", r".*?(?P=tag)"),
    ),
    names=(Delimited('(?:[uU]&)?"', _DOUBLE.rest),),
    numbers=rf"\$[0-9]+|{_NUMBER}",
    # A bare CR ends a comment: scan.l, non_newline [^\n\r]. What follows it runs.
    line_comment=r"--[^\r\n]*+",
    block_comment=None,
    operators=_POSTGRESQL_OPERATORS,
    # psqlscan.l: a backslash outside quotes is a command, to the end of the line; \; and \: are not.
    client_anywhere=r"\\(?![;:])[^\n]*+",
    terminator=r"\\?;",
    ends_by_command=True,
    copies=True,
)

_MYSQL_ESCAPED = r"[^{q}\\]*+(?:(?:{q}{q}|\\.)[^{q}\\]*+)*+{q}"
_MYSQL_SINGLE = _MYSQL_ESCAPED.format(q="'")
_MYSQL_DOUBLE = _MYSQL_ESCAPED.format(q='"')

MYSQL = Lexis(
    spaces=r" \t\n\r\f\v",
    word_start=_name(_DIGITS + "_$"),
    word_rest=_name(_DIGITS + "_$"),
    # As with the sql_mode that our own scripts set: no ANSI_QUOTES, no NO_BACKSLASH_ESCAPES.
    strings=(
        _BITS,
        Delimited("(?:[nN]|_[A-Za-z0-9]++)?'", _MYSQL_SINGLE),
        Delimited('(?:_[A-Za-z0-9]++)?"', _MYSQL_DOUBLE),
    ),
    names=(_BACKTICK,),
    numbers=rf"(?:0[xX][0-9A-Fa-f]++|0b[01]++|(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)"
    rf"(?![{_name(_DIGITS + '_$')}])|[0-9]++\.[0-9]*+(?:[eE][+-]?[0-9]++)?|[0-9]++[eE][+-]?[0-9]++",
    # sql_lex.cc: -- is a comment only before a space, a control character or the end; NUL ends it, a bare CR does not.
    line_comment=r"(?:\#|--(?=[\x00-\x20\x7f]|\Z))[^\n\x00]*+",
    # What stands in /*! and /*M! runs, so server and client read its literals: one of them may hold the closing mark.
    # Still one COMMENT token. Something unclosed inside leaves the whole comment unclosed.
    block_comment=Delimited(
        r"/\*",
        rf"(?:(?!M?!).*?|M?!(?>(?:[^'\"/*]++|'(?:{_MYSQL_SINGLE}|.*+)|\"(?:{_MYSQL_DOUBLE}|.*+)"
        r"|/\*(?:.*?\*/|.*+)|(?!\*/).)*))\*/",
    ),
    operators=r":=|<=>|<=|>=|<>|!=|\|\||&&|<<|>>|->>|->|@@|\\N",
    # find_command: words that the client takes for itself at the start of a line. USE is the server's as well: kept.
    # add_line: a line that starts with -- is a comment where a statement may begin; for the server only before a space.
    client=r"(?i:delimiter)[ \t]++[^\s][^\n]*+|(?m:^)(?:"
    r"(?i:source|system|tee|notee|pager|nopager)(?![^\s])[^\n;]*+(?=\n|\Z)|--(?![\x00-\x20\x7f]|\Z)[^\n]*+)",
    client_anywhere=r"\\(?![gGN])[^\n]*+",
    terminator=r";|\\[gG]",
)

SQLITE = Lexis(
    spaces=r" \t\n\r\f",  # tokenize.c, aiClass: VT is not among them
    word_start=_name("_"),
    word_rest=_name(_DIGITS + "_$"),
    strings=(Delimited("[xX]'", _BITS.rest), _SINGLE),
    names=(_DOUBLE, _BACKTICK, _BRACKET),
    numbers=_NUMBER,
    line_comment=r"--[^\n]*+",
    block_comment=_BLOCK,
    operators=rf"\|\||->>|->|<<|>>|<=|>=|<>|!=|==|\?[0-9]+|[:@$#][{_name(_DIGITS + '_$')}]+",
    client=r"(?m:^)[.\#][^\n]*+",
    line_terminator=r"/|[gG][oO]",
)

ANSI = Lexis(
    spaces=r" \t\n\r\f\v",
    word_start=_name("_"),
    word_rest=_name(_DIGITS + "_$#"),
    strings=(Delimited("(?:[nNxXbB]|[uU]&)?'", _SINGLE.rest),),
    names=(_DOUBLE,),
    numbers=_NUMBER,
    line_comment=r"--[^\r\n]*+",
    block_comment=_BLOCK,
    operators=r"\|\||<=|>=|<>|!=|:=|=>|::|->>|->|\*\*",
)

MSSQL = Lexis(
    spaces=ANSI.spaces,
    word_start=_name("_#@"),
    word_rest=_name(_DIGITS + "_$#@"),
    strings=(Delimited("[nN]?'", _SINGLE.rest),),
    names=(_DOUBLE, Delimited(r"\[", r"[^\]]*+(?:\]\][^\]]*+)*+\]")),
    numbers=_NUMBER,
    line_comment=r"--[^\r\n]*+",
    block_comment=None,
    operators=r"<=|>=|<>|!=|!<|!>|\+=|-=|\*=|/=|%=|&=|\|=|\^=|::",
    client=r"(?m:^)[ \t]*+:[A-Za-z!][^\n]*+|(?m:^)!![^\n]*+",
    line_terminator=r"[gG][oO](?:[ \t]+[0-9]+)?",
)

ORACLE = Lexis(
    spaces=ANSI.spaces,
    word_start=ANSI.word_start,
    word_rest=ANSI.word_rest,
    strings=(
        Delimited("[nN]?[qQ]'", r"(?:\[.*?\]'|\(.*?\)'|\{.*?\}'|<.*?>'|(?P<mark>[^\[({<\s]).*?(?P=mark)')"),
        Delimited("[nN]?'", _SINGLE.rest),
    ),
    names=(_DOUBLE,),
    numbers=_NUMBER,
    line_comment=r"--[^\r\n]*+",
    block_comment=_BLOCK,
    operators=r"\|\||<=|>=|<>|!=|\^=|~=|:=|=>|\*\*|\.\.|<<|>>",
    # SQL*Plus User's Guide, SQL*Plus Command Summary: those that no line of a PL/SQL block begins with. SET is the
    # server's too, EXIT may stand in a block, EXECUTE runs one: kept.
    client=r"(?m:^)[ \t]*+(?:@|(?i:whenever[ \t]+(?:sql|os)error|spool|prompt|remark|rem|show|define|undefine|undef"
    r"|accept|conn(?:ect)?[ \t]+(?!by)|ttitle|btitle"
    r"|(?:exit|quit)[ \t]+(?:success|failure|[0-9])|col(?:umn)?[ \t]+\S+[ \t]+(?:format|heading)"
    r"|set(?![ \t]+(?:transaction|role|constraints?)(?![A-Za-z_])))(?![A-Za-z0-9_$#.]|[ \t]*+(?::=|\()))[^\n]*+",
    line_terminator=r"/",
)


def lexis(dialect: str) -> Lexis:
    """The table for a dialect; a name that is not known reads as plain SQL."""
    match dialect:
        case "postgresql":
            return POSTGRESQL
        case "mysql" | "mariadb":
            return MYSQL
        case "sqlite":
            return SQLITE
        case "mssql":
            return MSSQL
        case "oracle":
            return ORACLE
        case _:
            return ANSI
