// Answering on a phone: one question at a time, kept in this tab only, sent exactly once.
//
// The page is a plain long form and works without this file. With it: steps with a review, what
// was typed survives a reload (sessionStorage, at most 24 hours, gone after sending), the send has
// an id drawn here, and a send without a network is tried again with the same id. The server
// answers a repeated id with the same page, so trying once too often does no harm.
//
// `phone.kinds` holds what is special about some kinds of step (ballot.js adds its own).
(() => {
  "use strict";
  const DAY = 86400000, PREFIX = "wishes:", KEPT = "wishes";
  const asServed = "<!doctype html>" + document.documentElement.outerHTML;
  const $ = (query, from = document) => from.querySelector(query);
  const $$ = (query, from = document) => [...from.querySelectorAll(query)];
  const fill = (text, values) => text.replace(/\{(\w)\}/g, (_, name) => values[name]);
  const phone = globalThis.phone = { $, $$, fill, say, load, store, forget, changed, row, showError, kinds: {} };
  const kind = (section) => phone.kinds[section?.dataset.kind] || {};
  let form, name, state, words, steps, step, sending = false, timer = 0, tries = 0, notBefore = 0;

  // ---- what this tab remembers -------------------------------------------------------------
  function load(key) {
    try {
      const kept = JSON.parse(sessionStorage.getItem(PREFIX + key));
      return kept && Date.now() - kept.at < DAY ? kept : null;
    } catch { return null; }
  }
  function store(key, value) {
    try { sessionStorage.setItem(PREFIX + key, JSON.stringify(value)); } catch { /* private mode */ }
  }
  function forget(prefix, isDoneToo = true) {
    try {
      Object.keys(sessionStorage)
        .filter((key) => key.startsWith(PREFIX + prefix) && (isDoneToo || !sessionStorage.getItem(key).includes('"isDone":true')))
        .forEach((key) => sessionStorage.removeItem(key));
    } catch { /* nothing was kept */ }
  }
  function drawId() {
    return [...crypto.getRandomValues(new Uint8Array(16))]
      .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  const isTick = (input) => input.type === "checkbox" || input.type === "radio";
  const inputs = () => $$("input:not([type=hidden]), textarea, select", form);
  function keep() {
    const values = {};
    for (const input of inputs()) {
      if (isTick(input) ? input.checked : input.value) (values[input.name] ||= []).push(input.value);
    }
    Object.assign(state, { values, step });
    store(name, state);
  }
  function restore() {
    for (const input of inputs()) {
      const values = state.values[input.name] || [];
      if (isTick(input)) input.checked = values.includes(input.value);
      else input.value = values[0] || "";
    }
  }

  // ---- one question ------------------------------------------------------------------------
  const refusals = (section) => $$(".ways input", section);
  const refusal = (section) => refusals(section).find((input) => input.checked && input.value);
  const ticked = (section) => $$(".choice input:checked", section);
  const textOf = (section) => $("textarea", section);
  const isAnswered = (section) =>
    Boolean(refusal(section) || ticked(section).length || textOf(section)?.value.trim() || kind(section).isAnswered?.(section));
  const mayBeLeft = (section) => !section.dataset.blank && !("required" in section.dataset);

  function wrongWith(section) {
    const text = textOf(section), most = Number(section.dataset.most), told = kind(section).wrongWith?.(section);
    if (told) return told;
    if (text && !text.disabled && letters(text) > text.dataset.limit) {
      return fill(words.long, { n: letters(text) - text.dataset.limit });
    }
    if (section.dataset.kind === "several" && ticked(section).length > most) return fill(words.over, { m: most });
    if (isAnswered(section)) return "";
    if (section.dataset.blank) return words.nothing;
    return "required" in section.dataset ? words.missing : "";
  }
  const letters = (text) => [...text.value.trim()].length; // counted as the server counts
  function errorOf(section) {
    let error = $(".error", section);
    if (!error) {
      error = document.createElement("p");
      error.className = "error";
      ($("legend, .asked", section)).after(error);
    }
    return error;
  }
  function showError(section, sentence) {
    const error = errorOf(section);
    error.textContent = sentence;
    error.hidden = !sentence;
    error.parentElement.classList.toggle("wrong", Boolean(sentence));
    if (sentence) say(sentence);
  }
  function say(sentence) { $("[data-said]", form).textContent = sentence; }

  function heard(event) {
    const section = event.target.closest("[data-step]");
    if (!section) return;
    const input = event.target, blank = section.dataset.blank;
    if (input.closest(".ways")) {
      if (refusal(section)) $$(".choice input", section).forEach((one) => { one.checked = false; });
    } else if (input.checked) {
      refusals(section).forEach((one) => { one.checked = !one.value; });
      if (blank) {
        $$(".choice input", section).forEach((one) => {
          if (one !== input && (one.value === blank || input.value === blank)) one.checked = false;
        });
      }
    }
    kind(section).heard?.(section, input);
    changed(section);
  }
  function changed(section) {
    if (!$(".error", section)?.hidden) showError(section, wrongWith(section));
    look(section);
    keep();
  }
  function look(section) { // what follows from the answer: greyed words, counters, the button
    const text = textOf(section);
    kind(section).look?.(section);
    if (text) {
      text.disabled = Boolean(refusal(section));
      const over = letters(text) - text.dataset.limit;
      const left = $(".hint", section);
      left.dataset.plain ||= left.textContent;
      left.textContent = over > 0 && $(".error", section).hidden ? fill(words.long, { n: over })
        : over > -200 && over <= 0 ? fill(words.left, { n: -over }) : left.dataset.plain;
    }
    button();
  }
  function button() {
    const forward = $("[data-forward]", form), section = steps[step];
    if (!section) forward.textContent = sending ? words.sending : words.send;
    else if (!isAnswered(section) && mayBeLeft(section)) forward.textContent = words.skip;
    else forward.textContent = step === steps.length - 1 ? words.check : words.next;
    const count = $("[data-chosen]", form), most = Number(section?.dataset.most);
    const chosen = section?.dataset.kind === "several"
      ? ticked(section).filter((one) => one.value !== section.dataset.blank).length : 0;
    const sentence = section && kind(section).count?.(section)
      || (chosen ? fill(words.chosen, { n: chosen, m: most }) : "");
    count.hidden = !sentence;
    if (sentence && sentence !== count.textContent) say(sentence);
    count.textContent = sentence;
  }

  // ---- one step at a time ------------------------------------------------------------------
  function show(number, { move = true } = {}) {
    step = Math.max(0, Math.min(number, steps.length));
    $$("[data-step]", form).forEach((section) => { section.hidden = section !== steps[step]; });
    const last = step === steps.length, asked = steps.filter((one) => one.dataset.asked);
    $("[data-review]", form).hidden = !last;
    $("[data-back]", form).hidden = step === 0;
    const intro = $("[data-intro]");
    if (intro) intro.hidden = step > 0;
    const heading = $("main > h1");
    if (heading) heading.classList.toggle("hush", step > 0);
    else $("[data-review] h2", form).setAttribute("aria-level", "1"); // the h1 was the question
    const progress = $("[data-progress]");
    if (progress) {
      progress.hidden = false;
      const at = last ? asked.length : asked.indexOf(steps[step]);
      $("label", progress).textContent = last ? words.last : at < 0 ? words.first : fill(words.step, { n: at + 1, m: asked.length });
      $("progress", progress).value = Math.max(at, 0);
    }
    if (last) review();
    steps.forEach(look);
    button();
    if (move) {
      scrollTo(0, 0);
      const target = last ? $("[data-review] h2", form) : $("h1, legend, .asked", steps[step]);
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
    }
    keep();
  }
  function go(number) {
    history.pushState({ step: number }, "");
    show(number);
  }
  function answerRows(section) {
    const no = refusal(section);
    const text = no ? no.parentElement.textContent.trim() : textOf(section)?.value.trim();
    if (text) return [row(text)];
    const cards = ticked(section).map((one) => row(one.closest(".choice")));
    return cards.length ? cards : [row(words.skipped)];
  }
  function row(line) {
    const made = document.createElement("p");
    made.dir = "auto";
    if (line.matches) { // a chosen card: its words and its picture
      const art = $(".art", line);
      made.className = line.className.replace("choice", "");
      made.append(...[art, $("b", line)].filter(Boolean).map((one) => one.cloneNode(true)));
    } else made.textContent = line;
    return made;
  }
  function review() {
    $(".review", form).replaceChildren(...steps.filter((one) => one.dataset.asked).flatMap((section) => {
      const asked = document.createElement("dt"), said = document.createElement("dd");
      asked.textContent = section.dataset.asked;
      asked.dir = "auto";
      said.append(...(kind(section).answerRows?.(section) || answerRows(section)));
      const change = document.createElement("button");
      change.type = "button";
      change.className = "link-button";
      change.textContent = words.change;
      change.setAttribute("aria-label", `${words.change}: ${section.dataset.asked}`);
      change.addEventListener("click", () => go(steps.indexOf(section)));
      said.append(change);
      return [asked, said];
    }));
  }
  function forward(event) {
    event.preventDefault();
    if (step === steps.length) return send();
    const section = steps[step], sentence = wrongWith(section);
    showError(section, sentence);
    if (sentence) {
      errorOf(section).scrollIntoView({ block: "center" });
      return kind(section).stopped?.(section);
    }
    go(kind(section).left?.(section) ?? step + 1);
  }

  // ---- sending -----------------------------------------------------------------------------
  async function send() {
    if (sending) return;
    clearTimeout(timer);
    sending = true;
    state.isWaiting = true; // a reload from here on tries again by itself
    keep();
    button();
    const stop = new AbortController(), limit = setTimeout(() => stop.abort(), 20000), proof = phone.prove?.(form);
    let answer = null, rest = 0;
    try {
      const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: stop.signal });
      if (reply.status < 500 && reply.status !== 429) answer = await reply.text();
      else rest = 1000 * (Number(reply.headers.get("retry-after")) || 0);
    } catch { /* no network, or the answer was lost on the way: the same id is sent again */ }
    clearTimeout(limit);
    sending = false;
    if (!answer?.includes('id="main"')) return wait(rest); // also when a Wi-Fi's own page came back
    state.isWaiting = false; // also in the memory: the page that comes back must not send by itself
    store(name, state);
    tries = 0;
    swap(answer);
    proof?.();
  }
  function wait(rest = 0) {
    const waiting = $("[data-waiting]", form);
    waiting.hidden = false;
    scrollTo(0, 0);
    say(waiting.textContent.trim().replace(/\s+/g, " "));
    button();
    tries += 1;
    notBefore = Date.now() + rest; // what the server asked for
    timer = setTimeout(send, rest + Math.min(30000, 1000 * 2 ** tries) * (0.5 + Math.random()));
  }
  function wake() { // the network or the reader is back: soon, but not everybody in one moment
    if (!state?.isWaiting || sending || document.hidden) return;
    clearTimeout(timer);
    timer = setTimeout(send, Math.max(0, notBefore - Date.now()) + Math.random() * 1500);
  }
  function swap(html) { // the answer is a whole page of ours; no script in it runs
    const page = new DOMParser().parseFromString(html, "text/html");
    document.title = page.title;
    document.body.replaceWith(page.body);
    history.replaceState({}, "");
    scrollTo(0, 0);
    start(true);
    ($("#problems, [data-ended]") || $("h1"))?.focus();
  }

  // ---- beginning ---------------------------------------------------------------------------
  function reorder(box) { // the same order after a reload as before
    const cards = $$(".choice", box), place = box.closest("[data-section]").dataset.section;
    const key = (card) => { const one = $("input, select", card); return one.dataset.option || one.value; };
    const order = (state.orders ||= {})[place] ||= cards.map(key);
    cards.sort((a, b) => order.indexOf(key(a)) - order.indexOf(key(b))).forEach((card) => box.append(card));
  }
  function start(isAnswer = false) {
    const old = name;
    form = $("form[data-phone]");
    const sent = $("[data-sent]"), print = $("[data-print]");
    words = Object.assign({}, ...$$("[data-words]").map((one) => Object.fromEntries(
      Object.entries(one.dataset).filter(([key]) => key[0] === "w" && key !== "words").map(([key, text]) => [key.slice(1).toLowerCase(), text]))));
    phone.words = words;
    phone.started?.(isAnswer);
    if ($("[data-forget]")) { // stopping: all but "this one is sent already"
      forget("", false);
      globalThis.caches?.delete(KEPT);
    }
    if (print) {
      print.hidden = false;
      print.addEventListener("click", () => window.print());
    }
    if (sent || !form) {
      if (sent) {
        name = sent.dataset.sent;
        state = { at: Date.now(), isDone: true };
        store(name, state);
      } else if (isAnswer && old) { // refused for good: nothing more to keep
        forget(old);
        state = null;
      }
      return;
    }
    name = form.dataset.phone;
    const id = form.secret || form.submission_id, ended = $("[data-ended]", form);
    state = load(name) || { at: Date.now() };
    if (ended?.dataset.ended === "changed") { // the first one counts: this one goes nowhere
      state = { at: Date.now(), isDone: true };
      store(name, state);
    }
    if (state.isDone) return finished(ended);
    if (isAnswer || !state.id) state.id = isAnswer ? id.value : drawId();
    id.value = state.id;
    $$("[data-shuffled]", form).forEach(reorder);
    if (state.values && !isAnswer) restore();
    $$("[data-step]", form).forEach((section) => kind(section).prepare?.(section, isAnswer));
    phone.steps();
    const wrong = steps.findIndex((section) => $(".wrong", section));
    form.addEventListener("submit", forward);
    form.addEventListener("change", heard);
    form.addEventListener("input", (event) => event.target.matches("textarea, .code-input") && heard(event));
    $("[data-back]", form).addEventListener("click", () => go(step - 1));
    const at = ended ? steps.length : isAnswer ? Math.max(wrong, 0) : state.step || 0; // ended: nothing wrong with the answers, show all of them
    history.replaceState({ step: at }, "");
    show(at, { move: false });
    if (state.isWaiting) wait();
  }
  phone.steps = () => { steps = $$("[data-step]:not([data-off])", form); }; // they are others now
  function finished(ended) {
    const done = $("[data-done]", form).content.cloneNode(true);
    $("[data-again]", done).addEventListener("click", () => { forget(""); location.reload(); });
    $(".phone-top")?.remove();
    $("[data-intro]")?.remove();
    form.replaceWith(...(ended ? [ended] : []), done);
    if (!$("h1")) { // it went with the form
      $(".lobby .lead").setAttribute("role", "heading");
      $(".lobby .lead").setAttribute("aria-level", "1");
    }
  }
  async function keepPage() { // for when there is no network (sw.js); only where browsers allow it
    const cache = await navigator.serviceWorker.register("/sw.js").then(() => caches.open(KEPT));
    const files = performance.getEntriesByType("resource").map((one) => one.name).filter((one) => one.includes("/static/"));
    await cache.put(location.pathname + location.search, new Response(asServed, { headers: { "content-type": "text/html; charset=utf-8", date: new Date().toUTCString() } }));
    await cache.addAll(files);
  }

  addEventListener("popstate", (event) => { if (form?.isConnected && words) show(event.state?.step || 0); });
  addEventListener("online", wake);
  addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", wake);
  addEventListener("DOMContentLoaded", () => {
    start();
    const isShared = $("script[data-home]"); // a shared tablet keeps nothing (kiosk.js)
    if (!form || isShared || !navigator.serviceWorker || navigator.serviceWorker.controller) return;
    // Not while the page is still coming, and not a whole class in one moment.
    setTimeout(() => keepPage().catch(() => {}), 2000 + Math.random() * 3000);
  });
})();
