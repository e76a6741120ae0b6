"""The one error a person is meant to read."""


class UserError(Exception):
    """What went wrong and what to do about it, each in a few plain words; the command line prints both as one line."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        """One line, ready to print."""
        line = f"{self.message}. {self.remedy}" if self.remedy else self.message
        return " ".join(line.split())
