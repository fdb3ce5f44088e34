"""Several exported networks on the same faces: one table and one picture."""
