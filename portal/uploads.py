"""Uploads: a large file on its way in lies in the temporary folder, and nothing of it stays there when the disk is full."""

import contextlib
from collections.abc import Iterator

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

# Several files come in one form; each is weighed again by the act that takes it.
LARGEST_FORM = 105 * 1024 * 1024


class Large(TemporaryFileUploadHandler):
    """Takes a large file in; by itself Django would leave a half one on the full disk until its memory is tidied."""

    def handle_raw_input(self, input_data: object, META: dict, content_length: int, boundary: str, encoding: str | None = None) -> None:  # noqa: N803
        """Refuse a form that says it is larger than any may be, before anything of it is read."""
        if content_length > LARGEST_FORM:
            raise RequestDataTooBig(f"The form has {content_length} bytes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write the next piece."""
        with self._wholly():
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> TemporaryUploadedFile | None:
        """Hand the file over."""
        with self._wholly():
            return super().file_complete(file_size)

    @contextlib.contextmanager
    def _wholly(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            # Closing removes it, even where what is still in memory finds no room either.
            with contextlib.suppress(OSError):
                self.file.close()
            raise
