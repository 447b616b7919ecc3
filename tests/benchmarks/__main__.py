"""Run every benchmark, one process a topic; under five minutes in all.

python tests/benchmarks [--json]
"""

import json
import subprocess
import sys
from pathlib import Path

told = {}
for script in sorted(Path(__file__).parent.glob("[!_]*.py")):
    command = [sys.executable, str(script), *sys.argv[1:]]
    if "--json" in sys.argv:
        told[script.stem] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    else:
        print(f"# {script.stem}", flush=True)
        subprocess.run(command, check=True)
if told:
    print(json.dumps(told))
