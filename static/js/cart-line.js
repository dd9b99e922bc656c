/* <cart-line>: sends a changed quantity by itself, after a short rest. */
class CartLine extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.addEventListener("change", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        const form = this.querySelector("form");
        if (form.reportValidity()) form.requestSubmit();
      }, 450);
    });
  }
}
customElements.define("cart-line", CartLine);
