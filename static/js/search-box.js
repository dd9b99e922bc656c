/* <search-box data-url>: suggestions while typing, as a listbox that the keyboard can walk. */
class SearchBox extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=search]");
    this.panel = this.querySelector(".search-box__panel");
    if (!this.input || !this.panel || !this.dataset.url || this.ready) return;
    this.ready = true;
    this.at = -1;
    this.panel.setAttribute("role", "listbox");
    this.panel.setAttribute("aria-label", this.input.labels[0]?.textContent ?? "");
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": this.panel.id,
    })) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.ask());
    this.input.addEventListener("focus", () => this.panel.childElementCount && this.show(true));
    this.input.addEventListener("keydown", (event) => this.walk(event));
    this.addEventListener("focusout", (event) => this.contains(event.relatedTarget) || this.show(false));
    this.panel.addEventListener("mousedown", (event) => event.preventDefault());
  }

  ask() {
    clearTimeout(this.timer);
    const words = this.input.value.trim();
    if (words.length < 2) { this.panel.replaceChildren(); this.show(false); return; }
    this.timer = setTimeout(async () => {
      this.request?.abort();
      this.request = new AbortController();
      try {
        const url = new URL(this.dataset.url, location.href);
        url.searchParams.set("q", words);
        const answer = await fetch(url, { signal: this.request.signal, headers: { "HX-Request": "true" } });
        if (!answer.ok) return;
        this.panel.innerHTML = await answer.text();
        this.options.forEach((option, index) => { option.id = `${this.panel.id}-${index}`; });
        this.choose(-1);
        this.show(this.options.length > 0 && this.contains(document.activeElement));
      } catch (error) {
        if (error.name !== "AbortError") this.show(false);
      }
    }, 140);
  }

  get options() { return [...this.panel.querySelectorAll("[role=option]")]; }

  show(open) {
    this.panel.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.choose(-1);
  }

  choose(index) {
    this.at = index;
    this.options.forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    const option = this.options[index];
    if (option) { this.input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
    else this.input.removeAttribute("aria-activedescendant");
  }

  walk(event) {
    const count = this.options.length;
    if (event.key === "Escape" && !this.panel.hidden) { event.preventDefault(); this.show(false); return; }
    if (!count) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.panel.hidden) this.show(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose(((this.at + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && this.at >= 0 && !this.panel.hidden) {
      event.preventDefault();
      location.assign(this.options[this.at].href);
    }
  }
}
customElements.define("search-box", SearchBox);
