/* The letters of the house come once the page is there, so that the words and the first picture need not wait for them.
   Who has them from an earlier page gets them at once. Until then stand-ins take the same room (base.css). */
{
  const KEY = "kriyaloka.letters";
  const page = document.documentElement;
  const letters = page.dataset.letters;
  const write = () => {
    delete page.dataset.letters;
    Promise.all(["Young Serif", "Plus Jakarta Sans"].map((name) => document.fonts.load(`1rem "${name}"`))).then(() => {
      try { localStorage.setItem(KEY, letters); } catch { /* a closed store keeps nothing: they come late every time */ }
    }, () => {});
  };
  let known = null;
  try { known = localStorage.getItem(KEY); } catch { /* the same */ }
  if (known === letters || document.readyState === "complete") write();
  else addEventListener("load", () => requestAnimationFrame(() => setTimeout(write)), { once: true });
}
