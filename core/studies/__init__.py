"""Many runs that answer one question: what varies, who computes it, what the table says, how it looks."""
