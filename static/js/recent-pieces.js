/* <recent-pieces data-url data-title data-price data-image>: remembers this piece on this device only and shows the ones before it.
   Without data-url it only shows; the button inside forgets them all. */
const KEY = "kriyaloka-recent";
const KEPT = 9;

const kept = () => {
  try {
    const rows = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(rows) ? rows.filter((row) => typeof row?.url === "string" && typeof row.title === "string") : [];
  } catch { return []; }
};

const ours = (address, start) => {
  try {
    const url = new URL(address, location.origin);
    return url.origin === location.origin && url.pathname.match(start) ? url.pathname : null;
  } catch { return null; }
};

const language = document.documentElement.lang;

const plain = (path) => path.replace(/^\/en\//, "/");

class RecentPieces extends HTMLElement {
  connectedCallback() {
    const list = this.querySelector(".recent-pieces__list");
    if (!list || this.ready) return;
    this.ready = true;
    const { url, title, price, image } = this.dataset;
    const before = kept().filter((row) => !url || plain(row.url) !== plain(url));
    for (const row of before.slice(0, KEPT - 1)) {
      const item = this.item(row);
      if (item) list.append(item);
    }
    this.hidden = !list.childElementCount;
    this.querySelector(".recent-pieces__forget")?.addEventListener("click", () => {
      try { localStorage.removeItem(KEY); } catch { /* nothing was kept */ }
      this.hidden = true;
    });
    if (!url) return;
    try { localStorage.setItem(KEY, JSON.stringify([{ url, title, img: image ?? "", price, lang: language }, ...before].slice(0, KEPT))); } catch { /* a full or closed store keeps nothing */ }
  }

  item(row) {
    const address = ours(row.url, /^(\/en)?\/products\//);
    if (!address) return null;
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = (language === "en" ? "/en" : "") + plain(address);
    link.className = "recent-pieces__link";
    const picture = document.createElement("span");
    picture.className = "picture picture--4-5";
    const source = ours(row.img ?? "", /^\/media\//);
    if (source) {
      const image = document.createElement("img");
      Object.assign(image, { src: source, alt: "", loading: "lazy", width: 320, height: 400 });
      picture.append(image);
    } else picture.classList.add("picture--none");
    const title = document.createElement("span");
    title.className = "recent-pieces__title";
    title.textContent = row.title;
    if (row.lang && row.lang !== language) title.lang = String(row.lang);
    const price = document.createElement("span");
    price.className = "recent-pieces__price";
    price.textContent = String(row.price ?? "");
    link.append(picture, title, price);
    item.append(link);
    return item;
  }
}
customElements.define("recent-pieces", RecentPieces);
