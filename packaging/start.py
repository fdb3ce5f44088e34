"""What the installed program of Windows and macOS starts with."""

from multiprocessing import freeze_support

from mien.__main__ import main

if __name__ == "__main__":
    freeze_support()
    main()
