// Marks as read what the reader has in view; without this script a button does it.
customElements.define("read-mark", class extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    if (!form || !("IntersectionObserver" in window)) return;
    const watch = new IntersectionObserver((entries) => {
      if (document.visibilityState !== "visible" || !entries.some((one) => one.isIntersecting)) return;
      watch.disconnect();
      fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" })
        .then((answer) => { this.hidden = answer.ok || answer.type === "opaqueredirect"; })
        .catch(() => {});
    });
    watch.observe(this);
  }
});
