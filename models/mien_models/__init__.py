"""The networks of Mien: architectures, training, evaluation, the shipped files. The program imports none of it."""
