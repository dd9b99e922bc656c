/* <price-of-choice>: what the chosen variant costs, as soon as it is chosen. The page holds the words for each of them. */
class PriceOfChoice extends HTMLElement {
  connectedCallback() {
    if (this.offers) return;
    this.offers = new Map([...this.querySelectorAll("template")].map((one) => [one.dataset.choice, one.content]));
    const show = (radio) => {
      const offer = this.offers.get(radio.value);
      if (offer) this.replaceChildren(offer.cloneNode(true));
    };
    document.addEventListener("change", (event) => {
      if (event.target.name === "variant") show(event.target);
    });
    // It may have been chosen before this script came, or on an earlier visit that the browser remembers.
    const chosen = document.querySelector('input[name="variant"]:checked');
    if (chosen && !chosen.defaultChecked) show(chosen);
  }
}
customElements.define("price-of-choice", PriceOfChoice);
