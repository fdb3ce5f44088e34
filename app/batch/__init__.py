"""Many files: which are to be read, which are done, and the processes that read them."""
