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
        this.closeUp(link);
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

  closeUp(link) {
    const dialog = document.createElement("dialog");
    dialog.className = "gallery__close-up";
    dialog.setAttribute("aria-label", link.getAttribute("aria-label"));
    const image = new Image();
    image.src = link.href;
    image.alt = link.querySelector("img")?.alt ?? "";
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
  }
}
customElements.define("slide-gallery", SlideGallery);
