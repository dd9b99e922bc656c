/* <price-of-choice>: what the chosen variant costs, as soon as it is chosen. The page holds the words for each of them, and
   where values may not go together those for none. */
class PriceOfChoice extends HTMLElement {
  connectedCallback() {
    if (this.offers) return;
    this.offers = new Map([...this.querySelectorAll("template")].map((one) => [one.dataset.choice, one.content]));
    const show = (choice) => {
      const offer = this.offers.get(choice);
      if (offer) this.replaceChildren(offer.cloneNode(true));
    };
    document.addEventListener("change", (event) => {
      if (event.target.name === "variant") show(event.target.value);
    });
    document.addEventListener("choose", (event) => show(event.target.dataset.choice));
    // It may have been chosen before this script came, or on an earlier visit that the browser remembers.
    const chosen = document.querySelector('input[name="variant"]:checked');
    if (chosen && !chosen.defaultChecked) show(chosen.value);
  }
}
customElements.define("price-of-choice", PriceOfChoice);
