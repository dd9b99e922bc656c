/* <copy-button data-text data-done>: puts a text on the clipboard and says so. */
class CopyButton extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    const label = this.querySelector("button span");
    const words = label.textContent;
    label.setAttribute("aria-live", "polite");
    this.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.dataset.text);
      label.textContent = this.dataset.done;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => { label.textContent = words; }, 2500);
    });
  }
}
customElements.define("copy-button", CopyButton);
