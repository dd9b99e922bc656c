/* <slide-gallery>: the small pictures move the large one and follow it; a choice shows its own; a picture opens close up. */
class SlideGallery extends HTMLElement {
  connectedCallback() {
    const track = this.querySelector(".gallery__slides");
    if (!this.zooms) {
      this.zooms = true;
      this.addEventListener("click", (event) => {
        const link = event.target.closest(".gallery__zoom");
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !window.HTMLDialogElement) return;
        event.preventDefault();
        this.closeUp(link, touched(link.querySelector("img"), event));
      });
    }
    const thumbs = [...this.querySelectorAll(".gallery__thumb")];
    if (!track || !thumbs.length || this.ready) return;
    this.ready = true;
    const slides = [...track.children];
    const mark = (index) => thumbs.forEach((thumb, place) => {
      if (place === index) thumb.setAttribute("aria-current", "true"); else thumb.removeAttribute("aria-current");
    });
    thumbs.forEach((thumb, index) => thumb.addEventListener("click", (event) => {
      event.preventDefault();
      show(index);
    }));
    const show = (index) => {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      track.scrollTo({ left: slides[index].offsetLeft - slides[0].offsetLeft, behavior: calm ? "instant" : "smooth" });
      mark(index);
    };
    for (const deed of ["change", "choose"]) document.addEventListener(deed, (event) => {
      const index = slides.findIndex((slide) => slide.id === event.target.dataset?.slide);
      if (index >= 0) show(index);
    });
    const watcher = new IntersectionObserver((seen) => seen.forEach((one) => {
      if (one.isIntersecting) mark(slides.indexOf(one.target));
    }), { root: track, threshold: 0.6 });
    slides.forEach((slide) => watcher.observe(slide));
  }

  closeUp(link, [across, down]) {
    const shown = link.querySelector("img");
    const dialog = document.createElement("dialog");
    dialog.className = "gallery__close-up";
    dialog.setAttribute("aria-label", link.getAttribute("aria-label"));
    const image = new Image();
    Object.assign(image, { src: link.href, alt: shown.alt, width: shown.getAttribute("width"), height: shown.getAttribute("height") });
    const close = document.createElement("button");
    close.type = "button";
    close.className = "gallery__close";
    close.textContent = this.dataset.close;
    dialog.append(image, close);
    dialog.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
    document.body.append(dialog);
    dialog.showModal();
    close.focus();
    dialog.scrollTo(across * image.offsetWidth - dialog.clientWidth / 2, down * image.offsetHeight - dialog.clientHeight / 2);
  }
}

/* Which point of a picture was touched, as shares of its width and height: what is cut off at its edges counts. By keys it
   is the point that its maker calls the most important one. */
const touched = (image, event) => {
  if (!event.detail) return image.closest("[data-focal]").dataset.focal.split(" ").map((share) => parseFloat(share) / 100);
  const box = image.getBoundingClientRect();
  const kept = getComputedStyle(image).objectPosition.split(" ").map((share) => parseFloat(share) / 100);
  const [wide, tall] = [image.getAttribute("width"), image.getAttribute("height")];
  const scale = Math.max(box.width / wide, box.height / tall);
  const sides = [[event.clientX - box.left, box.width, wide * scale], [event.clientY - box.top, box.height, tall * scale]];
  return sides.map(([at, side, whole], way) => (at + (whole - side) * kept[way]) / whole);
};
customElements.define("slide-gallery", SlideGallery);
