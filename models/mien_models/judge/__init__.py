"""A network, or a table that any program wrote, judged by somebody's own labelled faces."""
