/* <filter-form>: opens as a sheet on phones, keeps empty questions out of the address. */
const SIGNS = ["pointerover", "pointerdown", "focusin", "keydown"];

class FilterForm extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      if (!link) return;
      event.preventDefault();
      this.sheet(link.classList.contains("filter-form__open"));
    });
    this.addEventListener("keydown", (event) => {
      if (!this.isOpen) return;
      if (event.key === "Escape") this.sheet(false);
      if (event.key === "Tab") this.keepInside(event);
    });
    this.addEventListener("submit", () => this.sheet(false));
    this.addEventListener("formdata", (event) => {
      for (const name of [...event.formData.keys()]) {
        const values = event.formData.getAll(name).filter((value) => value !== "");
        event.formData.delete(name);
        values.forEach((value) => event.formData.append(name, value));
      }
    });
    this.addEventListener("change", ({ target }) => this.fresh.add(target));
    this.addEventListener("htmx:before:request", () => this.fresh.clear());
    document.addEventListener("htmx:after:swap", this.settle);
    if (location.hash === "#filters") this.sheet(true);
    if (window.htmx || !this.dataset.script) return;
    // Who only looks needs nothing more: what swaps the list comes once somebody is there who might choose.
    for (const sign of SIGNS) addEventListener(sign, this.fetchScript, { capture: true, passive: true });
    document.addEventListener("change", this.choose);
  }

  fresh = new Set();

  /* A swap writes attributes only. What the answer says is ticked counts, but for what was ticked since it was asked for. */
  settle = () => {
    for (const box of this.querySelectorAll("[type=checkbox], [type=radio]")) {
      if (!this.fresh.has(box)) box.checked = box.defaultChecked;
    }
  };

  /* What was chosen before that is there counts when it comes, or is sent by the browser where it never does. */
  choose = ({ target }) => {
    if (target.form?.id !== "filter-form") return;
    this.chosen = target;
    if (this.isAlone) this.send();
    else this.fetchScript();
  };

  fetchScript = () => {
    for (const sign of SIGNS) removeEventListener(sign, this.fetchScript, true);
    if (this.isAsked) return;
    this.isAsked = true;
    const script = document.createElement("script");
    // It looks at the page in a timer of its own, which is set before this one.
    const there = () => setTimeout(() => {
      document.removeEventListener("change", this.choose);
      this.chosen?.dispatchEvent(new Event("change", { bubbles: true }));  // as if it were chosen now: a sheet stays open
    });
    const missing = () => {
      this.isAlone = true;
      if (this.chosen) this.send();
    };
    Object.assign(script, { src: this.dataset.script, onload: there, onerror: missing });
    document.head.append(script);
  };

  send() { this.querySelector("form").requestSubmit(); }

  get isOpen() { return document.documentElement.dataset.sheet === "filters"; }

  sheet(open) {
    if (open === this.isOpen) return;
    if (open) {
      document.documentElement.dataset.sheet = "filters";
      this.querySelector(".filter-form__close").focus();
    } else {
      delete document.documentElement.dataset.sheet;
      if (location.hash === "#filters") history.replaceState(null, "", location.pathname + location.search);
      this.querySelector(".filter-form__open").focus();
    }
  }

  keepInside(event) {
    const stops = [...this.querySelectorAll(".filter-form__panel :is(a, button, input, select, summary)")]
      .filter((one) => one.checkVisibility() && !one.disabled && one.type !== "hidden");
    const first = stops[0];
    const last = stops.at(-1);
    if (event.shiftKey && document.activeElement === first) { event.preventDefault(); last.focus(); }
    else if (!event.shiftKey && document.activeElement === last) { event.preventDefault(); first.focus(); }
  }
}
customElements.define("filter-form", FilterForm);
