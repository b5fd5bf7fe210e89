"""Settings, URLs, WSGI: the top storey, which wires the others."""
