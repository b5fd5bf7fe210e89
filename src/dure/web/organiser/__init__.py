"""The organiser's door: people against needs, the match and its proof, the gaps and their reasons."""
