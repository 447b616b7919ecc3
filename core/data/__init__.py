"""Images: data sets, what corrupts them, how they come in from outside and go out as pictures."""
