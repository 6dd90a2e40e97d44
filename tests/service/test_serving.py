"""A process that serves spends little time on looking for garbage, and its threads do not hold up the event loop."""

import json
import subprocess
import sys

SETTLED = """
import gc, json, sys
before = gc.get_threshold(), sys.getswitchinterval()
from service.serving import settled_application
app = settled_application()
after = gc.get_threshold(), sys.getswitchinterval()
print(json.dumps([type(app).__name__, gc.get_freeze_count(), len(gc.get_objects()), before, after]))
"""


def test_the_schema_is_not_looked_through_again_and_threads_give_way_soon() -> None:
    answer = subprocess.run([sys.executable, "-c", SETTLED], capture_output=True, text=True, check=True)
    kind, spared, looked_through, before, after = json.loads(answer.stdout.splitlines()[-1])
    assert kind == "Starlette"
    assert spared > 100_000 > 1_000 > looked_through
    assert after[0][0] > before[0][0]
    assert after[1] <= before[1] / 10
