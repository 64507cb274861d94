// The shared tablet: nothing of a turn stays behind.
//
// Between turns it empties the tab's storage. In a turn it asks "Still there?" when nobody touches
// the screen, and ends the turn when nobody answers or when the page is put away. A vote that waits
// for a network is never wiped: it is covered instead, until it is sent.
(() => {
  "use strict";
  const { home, idle, rest, pause } = document.currentScript.dataset;
  const ANSWER_SECONDS = 20; // time enough to reach for the tablet and say yes
  let timer = 0, leaving = false;

  async function wipe() {
    try { sessionStorage.clear(); localStorage.clear(); } catch { /* nothing was kept */ }
    try { for (const name of await caches.keys()) await caches.delete(name); } catch { /* none */ }
  }
  function end() { // the page goes at once; the server hears of it even if this page is gone
    leaving = true;
    wipe();
    fetch(home + "/end", { method: "POST", keepalive: true, redirect: "manual" })
      .catch(() => {}).finally(() => location.replace(home));
    document.body.hidden = true;
  }

  if (rest !== undefined) { // between two turns
    wipe();
    addEventListener("pageshow", (event) => { if (event.persisted) location.replace(home); });
    if (pause) {
      let left = Number(pause);
      const told = document.querySelector(".countdown");
      const tick = () => {
        told.textContent = left;
        if (left-- <= 0) location.replace(home);
        else setTimeout(tick, 1000);
      };
      tick();
    }
    return;
  }

  // ---- in a turn ---------------------------------------------------------------------------
  const dialog = (id) => document.getElementById(id);
  const isWaiting = () => document.querySelector("[data-waiting]:not([hidden])") !== null;
  function touched(event) {
    if (event?.target.closest?.("dialog") && !event.target.closest("[data-still]")) return;
    for (const one of document.querySelectorAll("dialog[open]")) one.close();
    clearTimeout(timer);
    timer = setTimeout(ask, Number(idle) * 1000);
  }
  function ask() {
    if (document.querySelector("[data-sent]")) return end(); // nothing left to lose
    if (isWaiting()) {
      dialog("still-waiting").showModal();
      const look = () => (isWaiting() ? (timer = setTimeout(look, 1000)) : touched());
      return look();
    }
    const box = dialog("still-there");
    if (!box) return end();
    box.showModal();
    let left = ANSWER_SECONDS;
    const tick = () => {
      if (!box.open) return;
      if (!box.isConnected) return touched(); // the page was answered meanwhile
      box.querySelector(".still-count").textContent = left;
      if (left-- <= 0) return end();
      timer = setTimeout(tick, 1000);
    };
    tick();
  }
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) {
    document.addEventListener(kind, touched, { capture: true, passive: true });
  }
  document.addEventListener("cancel", (event) => { event.preventDefault(); touched(); }, true);
  // A link or a form of ours goes on with the turn; anything else that hides the page ends it.
  const go = () => { leaving = true; setTimeout(() => { leaving = false; }, 5000); };
  document.addEventListener("click", (event) => { if (event.target.closest("a:not([href^='#'])")) go(); });
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented) go(); });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && !leaving && !isWaiting()) end();
  });
  addEventListener("pageshow", (event) => {
    leaving = false;
    if (event.persisted) end();
  });
  addEventListener("pagehide", () => { if (!leaving && !isWaiting()) wipe(); });
  touched();
})();
