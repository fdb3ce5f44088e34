"""Many files: found, put in a queue, annotated by several processes or a cluster, and not done twice."""
