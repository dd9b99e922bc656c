/* <slide-gallery>: the small pictures move the large one and follow it. */
class SlideGallery extends HTMLElement {
  connectedCallback() {
    const track = this.querySelector(".gallery__slides");
    const thumbs = [...this.querySelectorAll(".gallery__thumb")];
    if (!track || !thumbs.length || this.ready) return;
    this.ready = true;
    const slides = [...track.children];
    const mark = (index) => thumbs.forEach((thumb, place) => {
      if (place === index) thumb.setAttribute("aria-current", "true"); else thumb.removeAttribute("aria-current");
    });
    thumbs.forEach((thumb, index) => thumb.addEventListener("click", (event) => {
      event.preventDefault();
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      track.scrollTo({ left: slides[index].offsetLeft - slides[0].offsetLeft, behavior: calm ? "instant" : "smooth" });
      mark(index);
    }));
    const watcher = new IntersectionObserver((seen) => seen.forEach((one) => {
      if (one.isIntersecting) mark(slides.indexOf(one.target));
    }), { root: track, threshold: 0.6 });
    slides.forEach((slide) => watcher.observe(slide));
  }
}
customElements.define("slide-gallery", SlideGallery);
