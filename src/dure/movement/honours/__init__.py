"""Honours: specific thanks and nominations, with consent."""
