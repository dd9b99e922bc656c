"""The yardsticks: bare Flask + Jinja with a page of our size and no data, and Flask handing out kept bytes."""

from __future__ import annotations

from flask import Flask, Response

PAGE = """<!doctype html><html lang="id"><head><title>{{ title }}</title></head><body><ul>
{% for card in cards %}<li class="card"><a href="/products/{{ card.slug }}"><img src="/media/{{ card.image }}.webp" alt="{{ card.title }}"
 width="640" height="800" loading="lazy"><h3>{{ card.title }}</h3></a><p class="by">{{ card.maker }} <span>{{ card.place }}</span></p>
<p class="price">{{ card.price }}</p><p class="note">{{ card.note }}</p>{% for width in (320, 480, 640, 960, 1280) %}<source srcset="/media/{{ card.image }}-{{ width }}.webp {{ width }}w">{% endfor %}</li>
{% endfor %}</ul></body></html>"""

app = Flask(__name__)


class Card:
    def __init__(self, number: int) -> None:
        self.slug = f"selendang-cual-kembang-setaman-{number}"
        self.title = f"Selendang cual kembang setaman {number}"
        self.image = f"{number:032x}"
        self.maker, self.place, self.price, self.note = "Sanggar Contoh", "Mentok", "Rp1.850.000", "Siap kirim"


CARDS = [Card(number) for number in range(28)]


@app.get("/")
def page() -> str:
    return TEMPLATE.render(title="Kriyaloka", cards=CARDS)


@app.get("/kept")
def kept() -> Response:
    return Response(KEPT, content_type="text/html; charset=utf-8")


TEMPLATE = app.jinja_env.from_string(PAGE)
KEPT = TEMPLATE.render(title="Kriyaloka", cards=CARDS).encode()
