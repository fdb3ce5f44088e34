"""The architectures, one file each, with what is known of them; `registry` lists them for training and export."""
