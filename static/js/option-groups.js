/* <option-groups>: what the chosen values are together, as soon as they are chosen, and which values there are none of with
   the others. Each of all there is stands in the page with its words; a value that is crossed out can still be chosen. */
class OptionGroups extends HTMLElement {
  connectedCallback() {
    if (this.offers) return;
    this.offers = [...this.querySelectorAll("[data-values]")].map((one) => ({ one, values: one.dataset.values.split(" ") }));
    this.groups = [...this.querySelectorAll("fieldset")].map((group) => [...group.querySelectorAll("input")]);
    this.addEventListener("change", () => this.follow());
    this.addEventListener("click", (event) => {
      const offer = this.offers.find(({ one }) => one.contains(event.target));
      if (!offer || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.groups.forEach((group, place) => group.forEach((input) => { input.checked = input.value === offer.values[place]; }));
      this.follow();
    });
    this.follow();
  }

  follow() {
    const chosen = this.groups.map((group) => group.find((input) => input.checked)?.value);
    const fits = (values, but) => chosen.every((value, place) => place === but || !value || values[place] === value);
    this.groups.forEach((group, place) => group.forEach((input) => {
      const found = this.offers.filter(({ values }) => values[place] === input.value && fits(values, place));
      mark(input.closest("label"), !found.length ? this.dataset.absent : found.every(({ one }) => "gone" in one.dataset) ? this.dataset.gone : "");
    }));
    const panel = this.querySelector(".option-groups__chosen");
    const offer = chosen.every(Boolean) ? this.offers.find(({ values }) => fits(values))?.one : null;
    if (!chosen.every(Boolean) || panel.dataset.choice === (offer?.dataset.choice ?? "")) return;
    panel.dataset.choice = offer?.dataset.choice ?? "";
    panel.replaceChildren(...(offer ?? this.querySelector("template").content).cloneNode(true).childNodes);
    (offer ?? panel).dispatchEvent(new Event("choose", { bubbles: true }));
  }
}

const mark = (label, words) => {
  label.classList.toggle("choices__option--marked", Boolean(words));
  label.querySelector(".choices__mark").textContent = words && ` (${words})`;
};
customElements.define("option-groups", OptionGroups);
