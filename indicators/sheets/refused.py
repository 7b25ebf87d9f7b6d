"""That a whole file is refused: the code of the reason, which is worded where a person reads it."""


class Refused(Exception):
    """The file cannot be read, or must not be; `params` fill the sentence of `code`."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, {name: str(value)[:200] for name, value in params.items()}
