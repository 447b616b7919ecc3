"""One panel a task. A panel shows what the session says and asks the session for the rest."""
