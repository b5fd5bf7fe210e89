"""`python -m dure.cli` is `dure`, also where no script was installed."""

from dure.cli.main import run

if __name__ == "__main__":
    run()
