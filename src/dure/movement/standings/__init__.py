"""Standings: fulfilment, claimed and verified apart, teams in grades."""
