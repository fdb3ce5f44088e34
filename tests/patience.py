"""How long a test waits for what must happen before it says that it never will.

It measures nothing: a busy machine may take ten times as long as a quiet one, and a test that passes waits no
longer than it has to. What may not be late is tested by the order of things, never by the clock.
"""

from typing import Final

PATIENCE_S: Final = 90.0
PATIENCE_MS: Final = round(1000 * PATIENCE_S)
