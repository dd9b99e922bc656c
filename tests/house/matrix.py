"""Who may do what: one row per route, one column per person of the cast.

The addresses name Ratna's things (tests/house/scene.py); every request carries its person's form token and, where it
writes, an empty form. So a cell says what the guard and the view answer:

    200    the page                      door   sent to the sign-in
    →      sent on (a deed or a move)    404    does not exist for this person
    403    not without signing in        409    not in this state
    422    let in, and the empty form is refused by name
    204    taken, and nothing to show

`nobody` is not signed in · Sari buys · Ratna owns the shop · Budi owns another · Dewi curates · Hasan is the field
officer of Ratna's regency · Tono operates. A route that is not listed fails the build.
"""

COLUMNS = ("nobody", "sari", "ratna", "budi", "dewi", "hasan", "tono")

TABLE = """
# storefront                                  none  sari  ratna budi  dewi  hasan tono
GET  storefront.cart.show                    200   200   200   200   200   200   200
POST storefront.cart.accept                  →     →     →     →     →     →     →
POST storefront.cart.create                  422   422   422   422   422   422   422
POST storefront.cart.destroy                 404   404   404   404   404   404   404
POST storefront.cart.update                  404   404   404   404   404   404   404
GET  storefront.checkout.show                →     →     →     →     →     →     →
POST storefront.checkout.create              422   422   422   422   422   422   422
POST storefront.checkout.elsewhere           →     →     →     →     →     →     →
POST storefront.checkout.update              →     →     →     →     →     →     →
GET  storefront.collections.index            200   200   200   200   200   200   200
GET  storefront.collections.show             200   200   200   200   200   200   200
GET  storefront.components.index             200   200   200   200   200   200   200
GET  storefront.crafts.index                 200   200   200   200   200   200   200
GET  storefront.crafts.show                  200   200   200   200   200   200   200
GET  storefront.home.show                    200   200   200   200   200   200   200
GET  storefront.makers.index                 200   200   200   200   200   200   200
GET  storefront.makers.show                  200   200   200   200   200   200   200
GET  storefront.motifs.index                 200   200   200   200   200   200   200
GET  storefront.motifs.show                  200   200   200   200   200   200   200
GET  storefront.pages.show                   200   200   200   200   200   200   200
GET  storefront.places.index                 200   200   200   200   200   200   200
GET  storefront.places.show                  200   200   200   200   200   200   200
GET  storefront.products.index               200   200   200   200   200   200   200
GET  storefront.products.show                200   200   200   200   200   200   200
GET  storefront.purchases.show               404   200   404   404   404   404   404
POST storefront.purchases.arrive             404   →     404   404   404   404   404
POST storefront.purchases.cancel             404   →     404   404   404   404   404
POST storefront.purchases.receive            404   →     404   404   404   404   404
POST storefront.questions.create             →     →     →     →     →     →     →
GET  storefront.search.show                  200   200   200   200   200   200   200
GET  storefront.search.suggestions           200   200   200   200   200   200   200
GET  storefront.feed.show                    200   200   200   200   200   200   200
GET  storefront.materials.index              200   200   200   200   200   200   200
GET  storefront.materials.show               200   200   200   200   200   200   200
GET  storefront.robots.show                  200   200   200   200   200   200   200
GET  storefront.sitemaps.index               200   200   200   200   200   200   200
GET  storefront.sitemaps.show                200   200   200   200   200   200   200
GET  storefront.techniques.index             200   200   200   200   200   200   200
GET  storefront.techniques.show              200   200   200   200   200   200   200
POST storefront.search.create                204   204   204   204   204   204   204

# account                                     none  sari  ratna budi  dewi  hasan tono
GET  account.applications.edit               door  404   →     404   404   404   404
GET  account.applications.index              door  →     →     →     →     →     →
GET  account.applications.new                door  200   200   200   200   200   200
GET  account.applications.show               door  404   200   404   404   404   404
POST account.applications.create             403   422   422   422   422   422   422
POST account.applications.update             403   404   422   404   404   404   404
GET  account.attachments.show                door  200   200   404   404   404   200
GET  account.conversations.index             door  200   200   200   200   200   200
GET  account.conversations.new               door  404   404   404   404   404   404
GET  account.conversations.show              door  200   404   404   404   404   404
POST account.conversations.create            403   404   404   404   404   404   404
POST account.conversations.read              403   →     404   404   404   404   404
POST account.conversations.say               403   422   404   404   404   404   404
GET  account.reports.new                     door  404   200   404   404   404   404
POST account.reports.create                  403   404   422   404   404   404   404
GET  account.confirmation.show               200   200   200   200   200   200   200
POST account.confirmation.create             403   →     →     →     →     →     →
POST account.confirmation.update             →     →     →     →     →     →     →
GET  account.email.edit                      door  200   200   200   200   200   200
GET  account.email.show                      200   200   200   200   200   200   200
POST account.email.create                    409   409   409   409   409   409   409
POST account.email.update                    403   422   422   422   422   422   422
GET  account.home.show                       door  200   200   200   200   200   200
GET  account.notifications.index             door  200   200   200   200   200   200
POST account.notifications.read              403   404   →     404   404   404   404
POST account.notifications.read_all          403   →     →     →     →     →     →
GET  account.password.edit                   door  200   200   200   200   200   200
POST account.password.update                 403   422   422   422   422   422   422
GET  account.preferences.edit                door  200   200   200   200   200   200
POST account.preferences.update              403   →     →     →     →     →     →
GET  account.profile.edit                    door  200   200   200   200   200   200
GET  account.profile.show                    door  200   200   200   200   200   200
POST account.profile.update                  403   422   422   422   422   422   422
GET  account.purchases.index                 door  200   200   200   200   200   200
GET  account.registration.new                200   →     →     →     →     →     →
GET  account.registration.show               200   200   200   200   200   200   200
POST account.registration.create             422   422   422   422   422   422   422
GET  account.reset.edit                      200   200   200   200   200   200   200
GET  account.reset.new                       200   200   200   200   200   200   200
GET  account.reset.show                      200   200   200   200   200   200   200
POST account.reset.create                    422   422   422   422   422   422   422
POST account.reset.update                    422   422   422   422   422   422   422
GET  account.session.new                     200   →     →     →     →     →     →
GET  account.session.show                    →     →     →     →     →     →     →
POST account.session.create                  422   422   422   422   422   422   422
POST account.session.destroy                 403   →     →     →     →     →     →
GET  account.sessions.index                  door  200   200   200   200   200   200
POST account.sessions.destroy                403   404   →     404   404   404   404
POST account.sessions.destroy_others         403   →     →     →     →     →     →
GET  account.unsubscription.show             200   200   200   200   200   200   200
POST account.unsubscription.create           200   200   200   200   200   200   200

# seller                                      none  sari  ratna budi  dewi  hasan tono
GET  seller.cancellations.show               door  404   →     404   404   404   404
POST seller.cancellations.create             403   404   422   404   404   404   404
POST seller.confirmations.create             403   404   →     404   404   404   404
GET  seller.counter.index                    door  404   →     404   404   404   404
GET  seller.counter.show                     door  404   200   404   404   404   404
POST seller.counter.create                   403   404   422   404   404   404   404
GET  seller.deliveries.show                  door  404   →     404   404   404   404
POST seller.deliveries.create                403   404   422   404   404   404   404
GET  seller.conversations.index              door  404   200   404   404   404   404
GET  seller.conversations.new                door  404   200   404   404   404   404
GET  seller.conversations.show               door  404   200   404   404   404   404
POST seller.conversations.create             403   404   422   404   404   404   404
POST seller.conversations.read               403   404   →     404   404   404   404
POST seller.conversations.say                403   404   422   404   404   404   404
GET  seller.home.show                        door  404   200   404   404   404   404
GET  seller.makers.edit                      door  404   200   404   404   404   404
GET  seller.makers.show                      door  404   →     404   404   404   404
POST seller.makers.update                    403   404   422   404   404   404   404
GET  seller.offers.edit                      door  404   200   404   404   404   404
POST seller.offers.update                    403   404   422   404   404   404   404
GET  seller.options.edit                     door  404   200   404   404   404   404
POST seller.options.update                   403   404   409   404   404   404   404
GET  seller.orders.index                     door  404   200   404   404   404   404
GET  seller.orders.show                      door  404   200   404   404   404   404
GET  seller.pictures.index                   door  404   200   404   404   404   404
POST seller.pictures.create                  403   404   422   404   404   404   404
POST seller.pictures.destroy                 403   404   →     404   404   404   404
POST seller.pictures.focus                   403   404   422   404   404   404   404
POST seller.pictures.move                    403   404   →     404   404   404   404
POST seller.pictures.update                  403   404   →     404   404   404   404
GET  seller.previews.show                    door  404   200   404   404   404   404
GET  seller.products.edit                    door  404   200   404   404   404   404
GET  seller.products.index                   door  404   200   404   404   404   404
GET  seller.products.new                     door  404   200   404   404   404   404
GET  seller.products.show                    door  404   200   404   404   404   404
POST seller.products.create                  403   404   422   404   404   404   404
POST seller.products.update                  403   404   422   404   404   404   404
GET  seller.shipments.show                   door  404   →     404   404   404   404
POST seller.shipments.create                 403   404   →     404   404   404   404
POST seller.shipments.update                 403   404   →     404   404   404   404
GET  seller.shop.edit                        door  404   200   404   404   404   404
GET  seller.shop.show                        door  404   200   404   404   404   404
POST seller.shop.update                      403   404   422   404   404   404   404
GET  seller.slips.show                       door  404   200   404   404   404   404
GET  seller.stock.edit                       door  404   200   404   404   404   404
POST seller.stock.update                     403   404   →     404   404   404   404
GET  seller.submissions.show                 door  404   →     404   404   404   404
POST seller.submissions.create               403   404   →     404   404   404   404
POST seller.submissions.destroy              403   404   409   404   404   404   404
GET  seller.variants.edit                    door  404   200   404   404   404   404
POST seller.variants.update                  403   404   409   404   404   404   404
POST seller.withdrawals.create               403   404   409   404   404   404   404

# curator                                     none  sari  ratna budi  dewi  hasan tono
GET  curator.collections.edit                door  404   404   404   200   404   404
GET  curator.collections.index               door  404   404   404   200   404   404
GET  curator.collections.new                 door  404   404   404   200   404   404
GET  curator.collections.preview             door  404   404   404   200   404   404
GET  curator.collections.show                door  404   404   404   200   404   404
POST curator.collections.create              403   404   404   404   422   404   404
POST curator.collections.destroy             403   404   404   404   →     404   404
POST curator.collections.update              403   404   404   404   422   404   404
GET  curator.home.show                       door  404   404   404   200   404   404
POST curator.pictures.destroy                403   404   404   404   →     404   404
POST curator.pictures.update                 403   404   404   404   422   404   404
POST curator.placements.create               403   404   404   404   422   404   404
POST curator.placements.destroy              403   404   404   404   →     404   404
POST curator.placements.move                 403   404   404   404   422   404   404
POST curator.placements.update               403   404   404   404   →     404   404
GET  curator.submissions.index               door  404   404   404   200   404   404
GET  curator.submissions.preview             door  404   404   404   200   404   404
GET  curator.submissions.show                door  404   404   404   200   404   404
POST curator.submissions.decide              403   404   404   404   422   404   404
GET  curator.synonyms.edit                   door  404   404   404   200   404   404
GET  curator.synonyms.index                  door  404   404   404   200   404   404
POST curator.synonyms.create                 403   404   404   404   422   404   404
POST curator.synonyms.destroy                403   404   404   404   →     404   404
POST curator.synonyms.update                 403   404   404   404   422   404   404

# officer                                     none  sari  ratna budi  dewi  hasan tono
GET  officer.home.show                       door  404   404   404   404   200   404
GET  officer.dispatches.index                door  404   404   404   404   200   404
POST officer.dispatches.pass_on              403   404   404   404   404   →     404
GET  officer.makers.index                    door  404   404   404   404   200   404
GET  officer.makers.show                     door  404   404   404   404   200   404

# operator                                    none  sari  ratna budi  dewi  hasan tono
GET  operator.applications.index             door  404   404   404   404   404   200
GET  operator.applications.show              door  404   404   404   404   404   200
POST operator.applications.decide            403   404   404   404   404   404   422
GET  operator.dispatches.index               door  404   404   404   404   404   200
GET  operator.dispatches.show                door  404   404   404   404   404   200
POST operator.dispatches.pass_on             403   404   404   404   404   404   →
POST operator.dispatches.retry               403   404   404   404   404   404   →
GET  operator.home.show                      door  404   404   404   404   404   200
GET  operator.jobs.index                     door  404   404   404   404   404   200
POST operator.jobs.retry                     403   404   404   404   404   404   →
GET  operator.mails.index                    door  404   404   404   404   404   200
GET  operator.mails.show                     door  404   404   404   404   404   200
GET  operator.orders.index                   door  404   404   404   404   404   200
GET  operator.orders.show                    door  404   404   404   404   404   200
POST operator.orders.move                    403   404   404   404   404   404   →
GET  operator.payments.index                 door  404   404   404   404   404   200
POST operator.payments.add_account           403   404   404   404   404   404   422
POST operator.payments.create                403   404   404   404   404   404   422
POST operator.payments.send_refund           403   404   404   404   404   404   422
GET  operator.points.edit                    door  404   404   404   404   404   200
GET  operator.points.index                   door  404   404   404   404   404   200
GET  operator.points.new                     door  404   404   404   404   404   200
POST operator.points.create                  403   404   404   404   404   404   422
POST operator.points.update                  403   404   404   404   404   404   422
GET  operator.rates.index                    door  404   404   404   404   404   200
POST operator.rates.create                   403   404   404   404   404   404   422
GET  operator.reports.index                  door  404   404   404   404   404   200
GET  operator.reports.show                   door  404   404   404   404   404   200
POST operator.reports.decide                 403   404   404   404   404   404   422
GET  operator.sellers.index                  door  404   404   404   404   404   200
GET  operator.sellers.show                   door  404   404   404   404   404   200
POST operator.sellers.reopen                 403   404   404   404   404   404   →
POST operator.sellers.suspend                403   404   404   404   404   404   →
"""
