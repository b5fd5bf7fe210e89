"""The volunteer's door: my day, my record, my data; and the guardian's."""
