/* <password-input data-show data-hide data-shown data-hidden>: a button that shows what is typed, hidden again on submit. */
class PasswordInput extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.input = this.querySelector("input");
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "password-input__toggle";
    this.button.setAttribute("aria-controls", this.input.id);
    this.status = document.createElement("span");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.button.addEventListener("click", () => {
      this.show(this.input.type === "password");
      this.status.textContent = this.input.type === "text" ? this.dataset.shown : this.dataset.hidden;
      this.input.focus();
    });
    this.input.form?.addEventListener("submit", () => this.show(false));
    this.input.parentElement.append(this.button);
    this.append(this.status);
    this.show(false);
  }

  show(visible) {
    this.input.type = visible ? "text" : "password";
    this.button.textContent = visible ? this.dataset.hide : this.dataset.show;
    const label = this.querySelector("label");
    this.button.setAttribute("aria-label", `${this.button.textContent}: ${label.textContent.trim()}`);
  }
}
customElements.define("password-input", PasswordInput);
