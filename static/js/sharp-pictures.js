/* The first picture comes light, so that the page is there at once; when all has loaded it is made as sharp as the screen. */
const sharpen = () => {
  const line = navigator.connection;
  if (line?.saveData || (line?.effectiveType && line.effectiveType !== "4g")) return;
  for (const image of document.querySelectorAll("img[data-sizes]")) {
    for (const source of image.parentElement.querySelectorAll("source")) source.sizes = image.dataset.sizes;
    delete image.dataset.sizes;
  }
};
if (document.readyState === "complete") sharpen();
else addEventListener("load", sharpen, { once: true });
