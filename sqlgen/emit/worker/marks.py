"""How a value's place is marked in a compiled statement until the value is written there."""

from __future__ import annotations

import re

MARK = "\x01{}\x02"
MARKED = re.compile("\x01(.*?)\x02", re.DOTALL)
