"""People and teams: who can help, with what, when, and what keeps them safe."""
