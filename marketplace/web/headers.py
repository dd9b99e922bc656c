"""Headers on every answer, errors and static files included. Strict CSP: nothing inline, nothing from elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from marketplace.payments.providers import offered, provider
from marketplace.payouts.providers import offered as payers
from marketplace.settings import Settings

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
FILE_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For what is a file and no page: it needs nothing, and less is said about it where every byte of a first view counts."""
FILES = frozenset({"assets", "favicon", "media"})
ALWAYS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def keep_quiet(response: Response) -> Response:
    """After every page whose address is a secret: it is told to nobody, and no search engine keeps it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
    return response


def init_app(app: Flask, settings: Settings) -> None:
    csp = CSP
    if settings.s3_public_url:
        parts = urlsplit(settings.s3_public_url)
        csp = csp.replace("img-src 'self'", f"img-src 'self' {parts.scheme}://{parts.netloc}")
    hosted = sorted(
        {page for method in offered() for page in provider(method).capabilities.pages}
        | {page for payer in payers() for page in payer.capabilities.pages}
    )
    if hosted:  # a form of ours leads there by a redirect, which browsers count as the form's action
        csp = csp.replace("form-action 'self'", " ".join(["form-action 'self'", *hosted]))
    always = {**ALWAYS, "Content-Security-Policy": csp}

    @app.after_request
    def _dress(response: Response) -> Response:
        if b"token=" in request.query_string:
            keep_quiet(response)
        if request.endpoint in FILES and response.status_code < 400:  # a refusal is a page
            response.headers["Content-Security-Policy"] = FILE_CSP
        for name, value in always.items():
            response.headers.setdefault(name, value)
        if settings.is_secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if "Cache-Control" not in response.headers:
            shared = g.get("is_shared", False) and response.status_code == 200 and request.method in ("GET", "HEAD")
            if shared:
                age = settings.page_max_age_seconds
                response.headers["Cache-Control"] = f"public, max-age={age}, stale-while-revalidate={age * 10}"
                response.vary.add("Cookie")
            else:
                response.headers["Cache-Control"] = "private, no-store"
        return response
