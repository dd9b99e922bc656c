"""What machines outside tell us. No person comes here; every message proves itself by its signature."""

from marketplace.web.guards import Surface, everyone
from marketplace.web.hooks import payments, payouts

surface = Surface("hooks", everyone, url_prefix="/hooks")
surface.register_blueprint(payments.pages)
surface.register_blueprint(payouts.pages)
