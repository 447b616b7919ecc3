"""What a run is asked to be: the spec and its fields, the presets, and fields that differ by replica."""
