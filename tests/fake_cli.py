"""The command line with the fake cleaner, as a process of its own: for signals and pipes."""

if __name__ == "__main__":
    from fake_cleaner import make_fake_with

    from boilerkill import cli
    from boilerkill.cli import clean

    clean.make_cleaner = make_fake_with  # type: ignore[assignment, attr-defined]
    cli.main()
