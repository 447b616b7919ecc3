"""QObjects without widgets: what the person asked for, and what is being computed."""
