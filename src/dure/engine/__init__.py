"""Pure rooms: values in, values out. No framework, clock, dice, disk or net; seeds and times are arguments."""
