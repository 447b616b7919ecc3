"""How good a network is, how good any could be, and what its latent space looks like."""
