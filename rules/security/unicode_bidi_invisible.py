"""Characters that nobody sees make SQL run other than it reads.

A bidirectional control shows the text behind it in another order, so that a WHERE seems to stand in a comment; a
zero-width space makes a second table whose name looks the same; a Cyrillic letter (U+0430) in a Latin name is another
name; a full-width quote or semicolon, or a quote that a word processor made, is part of a name for the database.

Looked for anywhere: bidirectional controls and invisible characters. Outside of literals, quoted names and comments:
typographic and full-width punctuation, and other spaces than the space. In names: Cyrillic and Greek letters that look
like Latin ones, beside Latin ones.

Not reported: names and data in any script, words of several scripts that show it (`платежи_sms`), Chinese
punctuation in literals, comments and quoted names; the joiners that emoji and Persian need, between characters that
they join.

```python bad postgresql mysql mariadb sqlite mssql oracle
op.execute("UPDATE users SET role = 'user' /* \\u2066 only for the test \\u2069 */ WHERE id = 1")
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.execute("CREATE TABLE us\\u200bers (id INTEGER PRIMARY KEY)")
```

```python bad postgresql mysql mariadb sqlite mssql oracle
op.execute("CREATE TABLE p\\u0430yments (id INTEGER PRIMARY KEY)")
```

```sql bad postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE notes (id INTEGER PRIMARY KEY, body VARCHAR(40) DEFAULT ＇＇);
```

```sql good postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE payments (id INTEGER PRIMARY KEY, note VARCHAR(40) DEFAULT '（无）；“暂无”');
```

```sql good postgresql mysql mariadb sqlite mssql oracle
CREATE TABLE платежи (id INTEGER PRIMARY KEY, sms_код INTEGER);
```

```python good postgresql mysql mariadb sqlite mssql oracle
users = sa.table("users", sa.column("name", sa.String))
op.bulk_insert(users, [{"name": "José 👩\\u200d💻"}, {"name": "李雷"}])
```

Where data must hold such a character, write it with the database's own escape: `U&'\\200B'` (PostgreSQL),
`CHAR(0xE2808B USING utf8mb4)` (MySQL, MariaDB), `char(8203)` (SQLite).

Sources:
- https://trojansource.codes/
- https://www.unicode.org/reports/tr9/
- https://www.unicode.org/reports/tr39/
- https://www.unicode.org/reports/tr36/
"""

import re
import unicodedata

from sqlgen.rulekit import Before, Item, Message, Severity, Token, TokenKind, rule, say, scan

# UAX 9: embeddings, overrides, isolates and marks. Then what has no width: zero-width space, joiners, word joiner and
# invisible operators, BOM, soft hyphen, Mongolian vowel separator, Hangul fillers, variation by tags; line ends that no
# editor shows.
HIDDEN = re.compile(
    "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u00ad\u115f\u1160\u180e\u200b-\u200d\u2028\u2029\u2060-\u2064"
    "\u3164\ufeff\uffa0\U000e0001\U000e0020-\U000e007f]"
)
JOINERS = "\u200c\u200d"
# Quotation marks of typography, primes, dashes, minus, Greek question mark, full-width ASCII, CJK punctuation, spaces.
ODD = re.compile(
    "[\u2018-\u201f\u2032-\u2037\u00ab\u00bb\u00b4\u2010-\u2015\u2212\u037e\uff01-\uff5e\u3001\u3002\u00a0\u1680\u2000-\u200a"
    "\u202f\u205f\u3000\uff61]"
)
# UTS 39, confusables: letters that no font tells from Latin ones.
LOOK_ALIKE = frozenset("аеіјорсухһѕԁԛԝАВЕІЈКМНОРСТУХЅԌԚԜοαικνρυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
LETTERS = re.compile(r"[^\W\d_]+")
DATA = (TokenKind.STRING, TokenKind.COMMENT, TokenKind.QUOTED)


@rule(
    severity=Severity.ERROR,
    since="0.1",
    help=say("Type it anew; where data must hold such a character, write it with the database's own escape."),
)
def check(item: Item, before: Before) -> Message | None:
    leading, sql = item.statement.leading, item.sql
    if leading.isascii() and sql.isascii():
        return None
    tokens = (*scan(leading.removeprefix("\ufeff"), before.dialect), *item.statement.tokens)
    return next((said for said in map(_said, tokens) if said is not None), None)


def _said(token: Token) -> Message | None:
    text = token.text
    if text.isascii():
        return None
    for found in HIDDEN.finditer(text):
        if not _joins(token, found.start()):
            return say(
                "{name} can't be seen, and stands in {text}", name=_name(found[0]), text=_near(text, found.start())
            )
    odd = None if token.kind in DATA else ODD.search(text)
    if odd is not None:
        return say(
            "{name} is no punctuation for the database: {text}", name=_name(odd[0]), text=_near(text, odd.start())
        )
    for word in LETTERS.findall(text) if token.kind in (TokenKind.WORD, TokenKind.QUOTED) else ():
        others = [letter for letter in word if not letter.isascii()]
        if 0 < len(others) < len(word) and LOOK_ALIKE.issuperset(others):
            return say(
                "{name} looks like a Latin letter, and stands in the name {text}", name=_name(others[0]), text=text
            )
    return None


def _joins(token: Token, at: int) -> bool:
    """Whether it is a joiner in data, between two characters that it may join: in emoji, in Persian."""
    if token.text[at] not in JOINERS or token.kind not in DATA:
        return False
    return not (token.text[at - 1 : at].isascii() or token.text[at + 1 : at + 2].isascii())


def _name(char: str) -> str:
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()


def _near(text: str, at: int) -> str:
    """What stands around it, on one line."""
    return " ".join(text[max(0, at - 20) : at + 20].split())
