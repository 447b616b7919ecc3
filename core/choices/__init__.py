"""What a network and its training can be made of: one file a kind of choice, one record a choice."""
