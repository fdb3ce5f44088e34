"""How the window looks: colours, type, icons, the program's mark."""
