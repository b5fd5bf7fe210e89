"""What every storey may lean on: refusals, invariants, ids, quantities. Standard library only."""
