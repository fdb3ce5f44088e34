"""What the window asks of the rest of the program: a contract for each page, and what fulfils it. No Qt."""
