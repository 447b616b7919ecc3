"""The panel that CONTRIBUTING adds is one."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "CONTRIBUTING.md"


def test_that_the_panel_of_the_page_shows_the_epoch_of_the_run(session, qtbot):
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (example,) = [block for block in blocks if "QWidget" in block]
    names = {"__name__": "example"}
    exec(compile(example, "example", "exec"), names)
    panel = names["EpochPanel"](session)
    qtbot.addWidget(panel)
    session.step()
    qtbot.waitUntil(lambda: panel.words.text() == "epoch 1")
