"""A process that serves spends little time on looking for garbage."""

import json
import subprocess
import sys

SETTLED = """
import gc, json
before = gc.get_threshold()
from service.serving import settled_application
app = settled_application()
print(json.dumps([type(app).__name__, gc.get_freeze_count(), len(gc.get_objects()), before, gc.get_threshold()]))
"""


def test_the_schema_is_not_looked_through_again() -> None:
    answer = subprocess.run([sys.executable, "-c", SETTLED], capture_output=True, text=True, check=True)
    kind, spared, looked_through, before, threshold = json.loads(answer.stdout.splitlines()[-1])
    assert kind == "Starlette"
    assert spared > 100_000 > 1_000 > looked_through
    assert threshold[0] > before[0]
