/* <recent-searches data-url data-q>: words looked for on this device, remembered by it alone. data-q: words to remember.
   With a list inside it shows them, with a button that forgets them; in a search box it opens while the field is empty. */
const KEY = "kriyaloka-searches";
const KEPT = 8;
const LONGEST = 80;

class RecentSearches extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    if (this.dataset.q) this.remember(this.dataset.q.slice(0, LONGEST));
    this.list = this.querySelector("ul");
    if (!this.list) return;
    this.querySelector("button").addEventListener("click", () => this.forget());
    const box = this.closest("search-box");
    if (box) this.stand(box, box.querySelector("input[type=search]"));
    else this.hidden = !this.fill();
  }

  get words() {
    try {
      const rows = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(rows) ? rows.filter((row) => typeof row === "string" && row.trim()).slice(0, KEPT) : [];
    } catch { return []; }
  }

  remember(words) {
    const others = this.words.filter((row) => row.toLowerCase() !== words.toLowerCase());
    try { localStorage.setItem(KEY, JSON.stringify([words, ...others].slice(0, KEPT))); } catch { /* a full or closed store keeps nothing */ }
  }

  forget() {
    try { localStorage.removeItem(KEY); } catch { /* nothing was kept */ }
    for (const one of document.querySelectorAll("recent-searches")) one.hidden = true;
    this.input?.focus();
  }

  fill() {
    const words = this.words;
    this.list.replaceChildren(...words.map((row) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const address = new URL(this.dataset.url, location.href);
      address.searchParams.set("q", row);
      link.href = address.pathname + address.search;
      link.className = "recent-searches__link";
      link.textContent = row;
      item.append(link);
      return item;
    }));
    return words.length > 0;
  }

  stand(box, input) {
    this.input = input;
    const open = () => { this.hidden = input.value.trim() !== "" || !this.fill(); };
    input.addEventListener("focus", open);
    input.addEventListener("input", open);
    box.addEventListener("focusout", (event) => { if (!box.contains(event.relatedTarget)) this.hidden = true; });
    this.addEventListener("mousedown", (event) => event.preventDefault());
    box.addEventListener("keydown", (event) => {
      if (this.hidden) return;
      if (event.key === "Escape") { event.preventDefault(); input.focus(); this.hidden = true; }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      const stops = [input, ...this.list.querySelectorAll("a")];
      const step = event.key === "ArrowDown" ? 1 : -1;
      stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
    });
  }
}
customElements.define("recent-searches", RecentSearches);
