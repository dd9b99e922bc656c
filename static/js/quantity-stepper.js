/* <quantity-stepper>: minus and plus beside a number. */
class QuantityStepper extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.addEventListener("click", (event) => {
      const step = event.target.closest("[data-step]");
      if (!step) return;
      const input = this.querySelector("input");
      const before = input.value;
      if (step.dataset.step === "1") input.stepUp(); else input.stepDown();
      if (input.value !== before) input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}
customElements.define("quantity-stepper", QuantityStepper);
