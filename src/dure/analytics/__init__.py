"""Big questions on many entries, asked in a process of their own. No Django in here."""
