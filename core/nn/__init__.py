"""The networks: many replicas as one tensor program, their loss with its gradient, and the device."""
