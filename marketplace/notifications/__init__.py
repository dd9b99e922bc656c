"""Mails: asked for beside the deed, written in the reader's language, sent by the worker."""
