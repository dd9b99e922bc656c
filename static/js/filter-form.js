/* <filter-form>: opens as a sheet on phones, keeps empty questions out of the address. */
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
    if (location.hash === "#filters") this.sheet(true);
    // Choosing filters works without it: nothing of the first view waits for it.
    if (document.readyState === "complete") this.fetchScript();
    else addEventListener("load", () => this.fetchScript(), { once: true });
  }

  fetchScript() {
    if (window.htmx || !this.dataset.script) return;
    const script = document.createElement("script");
    script.src = this.dataset.script;
    document.head.append(script);
  }

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
