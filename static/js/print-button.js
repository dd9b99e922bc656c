/* <print-button>: opens the print dialog. */
class PrintButton extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.addEventListener("click", () => print());
  }
}
customElements.define("print-button", PrintButton);
