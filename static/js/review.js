// Keys for the review desk. Without this file every button still works.
(() => {
  const form = document.querySelector("[data-decide]");
  const undo = document.querySelector("#undo");
  if (!form) return;
  const isTyping = (element) => element.matches("textarea, select, input[type=text], input[type=search]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "u" && undo) { event.preventDefault(); undo.requestSubmit(); return; }
    if (key === "enter" && !event.target.matches("button, a, summary")) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[value=wishes]"));
      return;
    }
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (target) { event.preventDefault(); target.click(); }
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.hasAttribute("data-alone")) {
      form.querySelectorAll("input[name=wish_ids]").forEach((box) => { box.checked = false; });
    }
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => { delete form.dataset.sent; });
})();
