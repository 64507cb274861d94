// Answering on a phone: one question at a time, kept in this tab only, sent exactly once.
//
// The page is a plain long form and works without this file. With it: steps with a review, what
// was typed survives a reload (sessionStorage, at most 24 hours, gone after sending), the send has
// an id drawn here, and a send without a network is tried again with the same id. The server
// answers a repeated id with the same page, so trying once too often does no harm.
(() => {
  "use strict";
  const DAY = 86400000, PREFIX = "wishes:";
  const $ = (query, from = document) => from.querySelector(query);
  const $$ = (query, from = document) => [...from.querySelectorAll(query)];
  const fill = (text, values) => text.replace(/\{(\w)\}/g, (_, name) => values[name]);
  let form, name, state, words, steps, step, sending = false, timer = 0, tries = 0;

  // ---- what this tab remembers -------------------------------------------------------------
  function load(key) {
    try {
      const kept = JSON.parse(sessionStorage.getItem(PREFIX + key));
      return kept && Date.now() - kept.at < DAY ? kept : null;
    } catch { return null; }
  }
  function save() {
    try { sessionStorage.setItem(PREFIX + name, JSON.stringify(state)); } catch { /* private mode */ }
  }
  function forget(prefix) {
    try {
      Object.keys(sessionStorage)
        .filter((key) => key.startsWith(PREFIX + prefix) && (prefix || !sessionStorage.getItem(key).includes('"isDone":true')))
        .forEach((key) => sessionStorage.removeItem(key));
    } catch { /* nothing was kept */ }
  }
  function drawId() {
    return [...crypto.getRandomValues(new Uint8Array(16))]
      .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  const inputs = () => $$("input:not([type=hidden]), textarea", form);
  function keep() {
    const values = {};
    for (const input of inputs()) {
      if (input.type === "checkbox" || input.type === "radio" ? input.checked : input.value) {
        (values[input.name] ||= []).push(input.value);
      }
    }
    Object.assign(state, { values, step });
    save();
  }
  function restore() {
    for (const input of inputs()) {
      const values = state.values[input.name] || [];
      if (input.type === "checkbox" || input.type === "radio") input.checked = values.includes(input.value);
      else input.value = values[0] || "";
    }
  }

  // ---- one question ------------------------------------------------------------------------
  const refusals = (section) => $$(".ways input", section);
  const refusal = (section) => refusals(section).find((input) => input.checked && input.value);
  const ticked = (section) => $$(".choice input:checked", section);
  const textOf = (section) => $("textarea", section);
  const isAnswered = (section) =>
    Boolean(refusal(section) || ticked(section).length || textOf(section)?.value.trim());

  function wrongWith(section) {
    const text = textOf(section), most = Number(section.dataset.most);
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

  function changed(event) {
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
    if (!$(".error", section)?.hidden) showError(section, wrongWith(section));
    look(section);
    keep();
  }
  function look(section) { // what follows from the answer: greyed words, counters, the button
    const text = textOf(section);
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
    else if (!isAnswered(section) && !section.dataset.blank && !("required" in section.dataset)) forward.textContent = words.skip;
    else forward.textContent = step === steps.length - 1 ? words.check : words.next;
    const count = $("[data-chosen]", form), most = Number(section?.dataset.most);
    const chosen = section?.dataset.kind === "several"
      ? ticked(section).filter((one) => one.value !== section.dataset.blank).length : 0;
    count.hidden = !chosen;
    const sentence = chosen ? fill(words.chosen, { n: chosen, m: most }) : "";
    if (sentence && sentence !== count.textContent) say(sentence);
    count.textContent = sentence;
  }

  // ---- one step at a time ------------------------------------------------------------------
  function show(number, { move = true } = {}) {
    step = Math.max(0, Math.min(number, steps.length));
    steps.forEach((section, index) => { section.hidden = index !== step; });
    const last = step === steps.length;
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
      const sentence = last ? words.last : fill(words.step, { n: step + 1, m: steps.length });
      $("label", progress).textContent = sentence;
      $("progress", progress).value = last ? steps.length : step;
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
  function answerWords(section) {
    const no = refusal(section);
    if (no) return [no.parentElement.textContent.trim()];
    const text = textOf(section)?.value.trim();
    if (text) return [text];
    return ticked(section).map((one) => one.closest(".choice"));
  }
  function review() {
    const list = $(".review", form);
    list.replaceChildren(...steps.flatMap((section, index) => {
      const asked = document.createElement("dt"), said = document.createElement("dd");
      asked.textContent = section.dataset.asked;
      const given = answerWords(section);
      for (const line of given.length ? given : [words.skipped]) {
        const row = document.createElement("p");
        row.dir = "auto";
        if (line.matches) { // a chosen card: its words and its picture
          const art = $(".art", line);
          row.className = line.className.replace("choice", "");
          row.append(...(art ? [art.cloneNode(true)] : []), $("b", line).textContent);
        } else row.textContent = line;
        said.append(row);
      }
      const change = document.createElement("button");
      change.type = "button";
      change.className = "link-button";
      change.textContent = words.change;
      change.setAttribute("aria-label", `${words.change}: ${section.dataset.asked}`);
      change.addEventListener("click", () => go(index));
      said.append(change);
      return [asked, said];
    }));
  }
  function forward(event) {
    event.preventDefault();
    if (step === steps.length) return send();
    const sentence = wrongWith(steps[step]);
    showError(steps[step], sentence);
    if (sentence) errorOf(steps[step]).scrollIntoView({ block: "center" });
    else go(step + 1);
  }

  // ---- sending -----------------------------------------------------------------------------
  async function send() {
    if (sending) return;
    clearTimeout(timer);
    sending = true;
    state.isWaiting = true; // a reload from here on tries again by itself
    keep();
    button();
    const stop = new AbortController(), limit = setTimeout(() => stop.abort(), 20000);
    let answer = null;
    try {
      const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: stop.signal });
      if (reply.status < 500 && reply.status !== 429) answer = await reply.text();
    } catch { /* no network, or the answer was lost on the way: the same id is sent again */ }
    clearTimeout(limit);
    sending = false;
    if (answer === null) return wait();
    state.isWaiting = false; // also in the memory: the page that comes back must not send by itself
    save();
    tries = 0;
    swap(answer);
  }
  function wait() {
    $("[data-waiting]", form).hidden = false;
    scrollTo(0, 0);
    say($("[data-waiting]", form).textContent.trim().replace(/\s+/g, " "));
    button();
    tries += 1;
    timer = setTimeout(send, Math.min(30000, 1000 * 2 ** tries) * (0.5 + Math.random()));
  }
  function wake() { // the network or the reader is back: soon, but not everybody in one moment
    if (!state?.isWaiting || sending || document.hidden) return;
    clearTimeout(timer);
    timer = setTimeout(send, Math.random() * 1500);
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
  function reorder(section) { // the same order after a reload as before
    const first = $(".choice", section), box = first.parentElement;
    const cards = $$(".choice", section), value = (card) => $("input", card).value;
    if (state.order) cards.sort((a, b) => state.order.indexOf(value(a)) - state.order.indexOf(value(b))).forEach((card) => box.append(card));
    else state.order = cards.map(value);
  }
  function start(isAnswer = false) {
    const old = name;
    form = $("form[data-phone]");
    const sent = $("[data-sent]"), print = $("[data-print]");
    if ($("[data-forget]")) forget(""); // stopping: all but "this one is sent already"
    if (print) {
      print.hidden = false;
      print.addEventListener("click", () => window.print());
    }
    if (sent || !form) {
      if (sent) {
        name = sent.dataset.sent;
        state = { at: Date.now(), isDone: true };
        save();
      } else if (isAnswer && old) { // refused for good: nothing more to keep
        forget(old);
        state = null;
      }
      return;
    }
    name = form.dataset.phone;
    words = Object.fromEntries(Object.entries($("[data-words]", form).dataset).map(([key, text]) => [key.slice(1).toLowerCase(), text]));
    steps = $$("[data-step]", form);
    state = load(name) || { at: Date.now() };
    if (state.isDone) return finished();
    if (isAnswer || !state.id) state.id = isAnswer ? form.submission_id.value : drawId();
    form.submission_id.value = state.id;
    $$("[data-shuffled]", form).forEach(reorder);
    if (state.values && !isAnswer) restore();
    const wrong = steps.findIndex((section) => $(".wrong", section));
    form.addEventListener("submit", forward);
    form.addEventListener("change", changed);
    form.addEventListener("input", (event) => event.target.matches("textarea") && changed(event));
    $("[data-back]", form).addEventListener("click", () => go(step - 1));
    const ended = $("[data-ended]", form); // nothing wrong with the answers: show all of them
    const at = ended ? steps.length : isAnswer ? Math.max(wrong, 0) : state.step || 0;
    history.replaceState({ step: at }, "");
    show(at, { move: false });
    if (state.isWaiting) wait();
  }
  function finished() {
    const done = $("[data-done]", form).content.cloneNode(true);
    $("[data-again]", done).addEventListener("click", () => { forget(name); location.reload(); });
    $(".phone-top")?.remove();
    $("[data-intro]")?.remove();
    form.replaceWith(done);
  }

  addEventListener("popstate", (event) => { if (form?.isConnected && words) show(event.state?.step || 0); });
  addEventListener("online", wake);
  addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", wake);
  start();
})();
