/* <photo-input>: shows the chosen pictures before they are sent, collects several shots, drops one again. */
class PhotoInput extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.input = this.querySelector("input[type=file]");
    this.list = this.querySelector(".photo-input__previews");
    this.files = [];
    this.input.addEventListener("change", () => {
      const fresh = [...this.input.files];
      this.files = this.input.multiple ? [...this.files, ...fresh] : fresh;
      this.draw();
    });
  }

  draw() {
    const bag = new DataTransfer();
    this.files.forEach((file) => bag.items.add(file));
    this.input.files = bag.files;
    this.list.hidden = !this.files.length;
    this.list.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    this.list.replaceChildren(...this.files.map((file, index) => this.preview(file, index)));
  }

  preview(file, index) {
    const row = document.createElement("li");
    const image = new Image();
    image.src = URL.createObjectURL(file);
    image.alt = "";
    const drop = document.createElement("button");
    drop.type = "button";
    drop.setAttribute("aria-label", `${this.dataset.remove} ${file.name}`);
    drop.addEventListener("click", () => { this.files.splice(index, 1); this.draw(); this.input.focus(); });
    const name = document.createElement("span");
    name.textContent = file.name;
    row.append(image, drop, name);
    return row;
  }
}
customElements.define("photo-input", PhotoInput);
