"""Ways a message leaves the house: one folder each. The outbox worker alone calls them."""
