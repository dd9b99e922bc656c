"""The application for any WSGI server: `granian --interface wsgi wsgi:app`, `gunicorn wsgi:app`, `flask --app wsgi`."""

import gc

gc.disable()  # nothing of what is loaded now is garbage: looking for it made the start a tenth longer

from marketplace import create_app  # noqa: E402

app = create_app()
# What lives as long as the process is never garbage: looking through it took 7 of the 115 ms of a purchase, and once
# before it is laid aside a tenth of the start, for next to nothing.
gc.freeze()
gc.set_threshold(10_000, 20, 20)
gc.enable()
