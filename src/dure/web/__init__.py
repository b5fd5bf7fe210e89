"""Pages: one folder of views for each door, one stylesheet, no script."""
