/* What can wait comes once the page is there, so that the words and the first picture need not share the line with it: the
   other pictures when the first is there (picture.css holds them back), then the letters of the house, and the scripts.
   Who has the letters from an earlier page has the scripts, too, and gets both at once; whoever touches the page before
   that gets the scripts then. Until the letters are there stand-ins take the same room (base.css).
   It is deferred: so the end of the page waits for the style. Browsers would else style and lay out the whole of it once
   without, which takes a slow phone a quarter of a second and is thrown away. */
{
  const KEY = "kriyaloka.letters";
  const TOUCHES = ["pointerdown", "keydown", "focusin"];
  const page = document.documentElement;
  const { letters, scripts } = page.dataset;

  const once = (target, event) => new Promise((then) => target.addEventListener(event, then, { once: true }));
  const drawn = () => new Promise((then) => requestAnimationFrame(() => setTimeout(then)));
  // The browser tells when the first words or pictures are on the screen. Until then nothing of this stands in their way.
  const begun = new Promise((then) => {
    if (!PerformanceObserver.supportedEntryTypes?.includes("paint")) then();
    else new PerformanceObserver((seen) => { if (seen.getEntriesByName("first-contentful-paint").length) then(); }).observe({ type: "paint", buffered: true });
  });
  // A frame begins when the one before it is on the screen: the next one tells that what came since is seen, too.
  const shown = () => begun.then(drawn).then(drawn);
  const showOthers = async () => {
    const first = [...document.querySelectorAll('img[fetchpriority="high"]')].filter((image) => !image.complete);
    await Promise.all(first.map((image) => Promise.race([once(image, "load"), once(image, "error")])));
    await shown();
    delete page.dataset.first;
  };

  let asked = false;
  const fetchScripts = () => {
    if (asked) return;
    asked = true;
    for (const touch of TOUCHES) removeEventListener(touch, fetchScripts, true);
    const script = document.createElement("script");
    const there = () => delete page.dataset.scripts;
    Object.assign(script, { type: "module", src: scripts, fetchPriority: "low", onload: there, onerror: there });
    document.head.append(script);
    // What nobody looks at, but browsers fetch at once and with what it names: a manifest.
    for (const one of document.head.querySelectorAll("noscript")) document.head.insertAdjacentHTML("beforeend", one.textContent);
  };

  // Small enough to be written in one breath of a slow phone: what is larger is written child by child.
  const parts = (whole) => [...whole.children].flatMap((one) => (one.querySelectorAll("*").length > 90 ? parts(one) : [one]));

  // Where they come late the page is written anew when both are there, part by part, so that it answers in between.
  const write = async (isAtOnce) => {
    if (isAtOnce) delete page.dataset.letters;
    try {
      await Promise.all(["Young Serif", "Plus Jakarta Sans"].map((name) => document.fonts.load(`1rem "${name}"`)));
      const waiting = isAtOnce ? [] : parts(document.body);
      for (const part of waiting) part.dataset.letters = "";
      delete page.dataset.letters;
      for (const part of waiting) {
        await drawn();
        delete part.dataset.letters;
      }
      localStorage.setItem(KEY, letters);
    } catch { /* no letters, or a closed store, which keeps nothing: they come late every time */ }
  };

  let known = null;
  try { known = localStorage.getItem(KEY); } catch { /* the same */ }
  showOthers();
  if (known === letters) {
    write(true);
    fetchScripts();
  } else {
    for (const touch of TOUCHES) addEventListener(touch, fetchScripts, { capture: true, passive: true });
    once(window, "load").then(shown).then(fetchScripts).then(drawn).then(() => write(false));
  }
}
