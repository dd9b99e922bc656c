/* <photo-order>: photos are dragged into their order, which the form carries; a click on a photo chooses its point in view. */
class PhotoOrder extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    const list = this.querySelector("ol");
    const said = this.querySelector("[role=status]");
    let dragged = null;
    list.querySelectorAll(":scope > li").forEach((item) => {
      const picture = item.querySelector(".photo-list__picture");
      picture.draggable = true;
      picture.addEventListener("dragstart", (event) => {
        dragged = item;
        item.classList.add("photo-list__item--dragged");
        event.dataTransfer.effectAllowed = "move";
      });
      picture.addEventListener("dragend", () => {
        item.classList.remove("photo-list__item--dragged");
        dragged = null;
      });
      picture.addEventListener("click", (event) => {
        const details = item.querySelector("details");
        const image = picture.querySelector("img");
        if (!details?.open || !image) return;
        const box = image.getBoundingClientRect();
        const third = (part) => Math.min(2, Math.max(0, Math.floor(part * 3)));
        const column = third((event.clientX - box.left) / box.width);
        const row = third((event.clientY - box.top) / box.height);
        details.querySelectorAll(".focus-grid__point")[row * 3 + column]?.click();
      });
    });
    list.addEventListener("dragover", (event) => {
      const over = event.target.closest("li");
      if (!dragged || !over || over.parentElement !== list) return;
      event.preventDefault();
      if (over === dragged) return;
      const items = [...list.children];
      if (items.indexOf(dragged) < items.indexOf(over)) over.after(dragged); else over.before(dragged);
    });
    list.addEventListener("drop", (event) => {
      if (!dragged) return;
      event.preventDefault();
      said.textContent = this.dataset.hint;
    });
  }
}
customElements.define("photo-order", PhotoOrder);
