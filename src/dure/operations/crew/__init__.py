"""The captain's phone, server side: the day it keeps, and the acts it sends once it has a signal again."""
