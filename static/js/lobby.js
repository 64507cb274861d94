// The lobby on a phone: asks every few seconds whether it is let in, and shows the page anew when
// something changed. Phones of one class do not ask in one moment. Without this file a button asks.
(() => {
  "use strict";
  const box = document.querySelector("[data-lobby]");
  const once = document.querySelector("form[data-once]");
  if (once) { // two taps on "Join in" are one phone
    once.addEventListener("submit", () => { once.querySelector("button").disabled = true; });
    addEventListener("pageshow", () => { once.querySelector("button").disabled = false; });
  }
  if (!box || box.dataset.lobby === "in") return;
  const told = document.querySelector("[data-told]");
  let timer = 0;
  async function ask() {
    clearTimeout(timer);
    try {
      const answer = await fetch(box.dataset.ask, { cache: "no-store" });
      if (answer.ok) {
        told.textContent = "";
        if ((await answer.text()) !== box.dataset.lobby) return location.reload();
      }
    } catch { told.textContent = box.dataset.offline; }
    timer = setTimeout(ask, (document.hidden ? 12000 : 3000) * (0.8 + 0.4 * Math.random()));
  }
  addEventListener("online", ask);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  timer = setTimeout(ask, 1500 + 1500 * Math.random());
})();
