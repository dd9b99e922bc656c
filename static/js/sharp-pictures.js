/* The first picture comes light, so that the page is there at once; when all has loaded and is on the screen it is made as
   sharp as that. */
const sharpen = () => {
  const line = navigator.connection;
  if (line?.saveData || (line?.effectiveType && line.effectiveType !== "4g")) return;
  for (const image of document.querySelectorAll("img[data-sizes]")) {
    for (const source of image.parentElement.querySelectorAll("source")) source.sizes = image.dataset.sizes;
    delete image.dataset.sizes;
  }
};
// A slow phone has loaded everything before it has drawn anything: the light picture comes first there, too.
const onceDrawn = () => requestAnimationFrame(() => setTimeout(sharpen));
if (document.readyState === "complete") onceDrawn();
else addEventListener("load", onceDrawn, { once: true });
