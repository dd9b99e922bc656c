/* <share-row data-url data-title>: offers the system's own sheet where there is one. */
class ShareRow extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector(".share-row__system");
    if (!button || !navigator.share || this.ready) return;
    this.ready = true;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.share({ title: this.dataset.title, url: this.dataset.url });
      } catch (error) {
        if (error.name !== "AbortError") button.hidden = true;
      }
    });
  }
}
customElements.define("share-row", ShareRow);
