/* <code-reader data-target data-none data-done>: a QR code on a photo becomes the text of a field, where browsers can read one. */
class CodeReader extends HTMLElement {
  async connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    if (!("BarcodeDetector" in window)) return;
    const kinds = await BarcodeDetector.getSupportedFormats();
    if (!kinds.includes("qr_code")) return;
    this.hidden = false;
    this.querySelector("input").addEventListener("change", (event) => this.read(event.target));
  }

  async read(input) {
    const word = this.querySelector(".code-reader__word");
    const found = input.files[0] ? await this.codes(input.files[0]) : [];
    input.value = "";
    word.textContent = found.length ? this.dataset.done : this.dataset.none;
    if (!found.length) return;
    const field = document.getElementById(this.dataset.target);
    field.value = found[0].rawValue;
    field.focus();
  }

  async codes(file) {
    try {
      const picture = await createImageBitmap(file);
      return await new BarcodeDetector({ formats: ["qr_code"] }).detect(picture);
    } catch {
      return [];
    }
  }
}
customElements.define("code-reader", CodeReader);
