"""The networks of Mien: architectures, training, evaluation and the shipped files. The program imports none of it."""
