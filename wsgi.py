"""The application for any WSGI server: `granian --interface wsgi wsgi:app`, `gunicorn wsgi:app`, `flask --app wsgi`."""

from marketplace import create_app

app = create_app()
