"""Safety: who is not home yet, what happened and who follows it up, areas stood down."""
