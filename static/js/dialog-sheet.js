/* <dialog-sheet>: focus goes in when it opens by its address, Escape closes it, focus comes back. */
class DialogSheet extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.follow = () => {
      const open = location.hash === `#${this.id}`;
      if (open && !this.wasOpen) {
        this.before = this.opener ?? document.activeElement;
        this.querySelector("input:not([type=hidden]), textarea, select, .dialog__close")?.focus();
      } else if (!open && this.wasOpen) this.before?.focus();
      this.wasOpen = open;
    };
    document.addEventListener("click", (event) => {
      const link = event.target.closest(`a[href="#${this.id}"]`);
      if (link) this.opener = link;
    });
    addEventListener("hashchange", this.follow);
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape") location.hash = "_";
      if (event.key !== "Tab") return;
      const stops = [...this.querySelectorAll(".dialog__panel :is(a, button, input, select, textarea)")]
        .filter((one) => one.checkVisibility() && !one.disabled && one.type !== "hidden");
      if (event.shiftKey && document.activeElement === stops[0]) { event.preventDefault(); stops.at(-1).focus(); }
      else if (!event.shiftKey && document.activeElement === stops.at(-1)) { event.preventDefault(); stops[0].focus(); }
    });
    this.follow();
  }

  disconnectedCallback() { removeEventListener("hashchange", this.follow); }
}
customElements.define("dialog-sheet", DialogSheet);
