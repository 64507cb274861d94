// with: js/phone.js
// Voting on a phone: the code of the slip, putting options in order by tapping, checking the receipt.
(() => {
  "use strict";
  const { $, $$, fill, say, load, store, forget, kinds } = phone;
  const ALPHABET = "23456789CDFHJKMNPRTVWXY", LENGTH = 7; // the server's codes.py says the same
  const ALIKE = { 0: "D", O: "D", 1: "7", I: "7", L: "7", Z: "2", S: "5", G: "6", B: "8", U: "V", Q: "9" };

  // ---- the slip: its code stays on this phone, in this tab, until the vote is in -------------
  const checkSign = (signs) =>
    ALPHABET[[...signs].reduce((sum, sign, place) => sum + (place + 2) * ALPHABET.indexOf(sign), 0) % 23];
  const tidy = (typed) => typed.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "").replace(/./gu, (sign) => ALIKE[sign] || sign);
  const isCode = (code) => code.length === LENGTH && checkSign(code.slice(0, -1)) === code.at(-1);
  const shown = (code) => `${code.slice(0, 4)} ${code.slice(4)}`;
  function wrongWith(typed) {
    const code = tidy(typed), strange = [...code].find((sign) => !ALPHABET.includes(sign)), { words } = phone;
    if (strange) return fill(words.sign, { s: strange });
    if (code.length !== LENGTH) return code.length < LENGTH ? fill(words.few, { n: code.length }) : words.many;
    return isCode(code) ? "" : words.typo;
  }
  const keyOf = (place) => `slip-${place}`; // one for each class code
  function showSlip(place, code) {
    const chip = $("[data-slip]"), other = document.createElement("button");
    other.type = "button";
    other.className = "link-button";
    other.textContent = phone.words.other;
    other.addEventListener("click", () => { // somebody else
      forget("ballot-");
      forget(keyOf(place));
      location.reload();
    });
    chip.replaceChildren(`${fill(phone.words.slip, { c: shown(code) })} ✓ `, other);
    chip.hidden = false;
  }
  phone.started = () => {
    const place = $("[data-class]")?.dataset.class, code = tidy(location.hash);
    if (place && location.hash.length > 1) { // out of the address bar, whatever it is
      if (isCode(code) && load(keyOf(place))?.code !== code) { // another slip: somebody else
        forget("ballot-");
        store(keyOf(place), { at: Date.now(), code });
      }
      history.replaceState(history.state, "", location.pathname + location.search);
    }
    const kept = place && load(keyOf(place))?.code;
    if (kept && !$("form[data-phone]")) showSlip(place, kept);
    if ($("[data-sent]") && !$(".bar [href^='/b/']")) forget("slip-"); // no other ballot to use it in
  };
  addEventListener("hashchange", () => { // another slip; not the skip link or an error's field
    const named = location.hash.slice(1);
    if (named && !document.getElementById(named)) location.reload();
  });

  kinds.code = {
    prepare(section, isAnswer) {
      const field = $("input", section), key = keyOf(section.closest("form").dataset.class);
      section.dataset.required = "";
      if (isAnswer && $(".wrong", section)) store(key, { at: Date.now(), refused: tidy(field.value) });
      const kept = load(key);
      if (kept?.code) field.value = kept.code;
      if (isCode(tidy(field.value)) && tidy(field.value) !== kept?.refused) this.put(section);
    },
    put(section) { // the code is known: the step is not asked, a quiet line shows it
      const field = $("input", section), place = section.closest("form").dataset.class;
      field.value = tidy(field.value);
      section.dataset.off = "";
      store(keyOf(place), { at: Date.now(), code: field.value });
      showSlip(place, field.value);
    },
    isAnswered: (section) => isCode(tidy($("input", section).value)),
    wrongWith: (section) => wrongWith($("input", section).value),
    heard(section) { // as it is typed: only what is wrong for sure, so nobody is nagged
      const typed = $("input", section).value, code = tidy(typed);
      const isSure = code.length >= LENGTH || [...code].some((sign) => !ALPHABET.includes(sign));
      phone.showError(section, isSure ? wrongWith(typed) : "");
      $("input", section).setAttribute("aria-invalid", String(isSure && !isCode(code)));
    },
    stopped: (section) => $("input", section).focus(),
    left(section) {
      this.put(section);
      phone.steps();
      return 0;
    },
  };

  // ---- putting in order: tap for the next place, tap again to take it back -------------------
  const selects = (section) => $$("select", section);
  const nameOf = (select) => $("b", select.closest(".choice")).textContent;
  const ranked = (section) => selects(section).filter((one) => one.value).sort((a, b) => a.value - b.value);
  function rank(section, order) {
    selects(section).forEach((one) => { one.value = order.includes(one) ? order.indexOf(one) + 1 : ""; });
    if (order.length) $(".blank input", section).checked = false;
    phone.changed(section);
  }
  function tap(section, select) {
    const order = ranked(section), at = order.indexOf(select), most = Number(section.dataset.most);
    if (at < 0 && order.length >= most) return phone.showError(section, fill(phone.words.full, { m: most }));
    if (at < 0) order.push(select);
    else order.splice(at, 1);
    phone.showError(section, "");
    rank(section, order);
    say(fill(at < 0 ? phone.words.place : phone.words.none, { o: nameOf(select), n: order.length }));
  }
  function moveButton(section, order, at, by) {
    const button = document.createElement("button"), up = by < 0, option = order[at];
    button.type = "button";
    button.className = "button quiet step";
    button.textContent = up ? "↑" : "↓";
    button.disabled = !order[at + by];
    button.dataset.moves = `${by}${option.name}`;
    button.setAttribute("aria-label", fill(up ? phone.words.up : phone.words.down, { o: nameOf(option) }));
    button.addEventListener("click", () => {
      [order[at], order[at + by]] = [order[at + by], order[at]];
      rank(section, order);
      const list = button.closest("ol");
      list.replaceWith(reviewList(section));
      const find = (step) => $(`[data-moves="${step}${option.name}"]:enabled`);
      (find(by) || find(-by)).focus();
      say(fill(phone.words.place, { o: nameOf(option), n: at + by + 1 }));
    });
    return button;
  }
  function reviewList(section) {
    const list = document.createElement("ol"), order = ranked(section);
    list.className = "ranking";
    list.append(...order.map((select, at) => {
      const item = document.createElement("li"), place = document.createElement("span");
      place.className = "place";
      place.textContent = at + 1;
      item.append(place, phone.row(select.closest(".choice")), moveButton(section, order, at, -1), moveButton(section, order, at, 1));
      return item;
    }));
    return list;
  }
  kinds.ranked = {
    prepare(section) {
      const hint = $(".hint", section);
      hint.textContent = hint.dataset.tapped;
      selects(section).forEach((select) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "place";
        button.addEventListener("click", () => tap(section, select));
        select.hidden = true;
        select.closest(".choice").append(button);
      });
    },
    isAnswered: (section) => ranked(section).length > 0,
    heard(section, input) { if (input.matches(".blank input") && input.checked) rank(section, []); },
    look(section) {
      for (const select of selects(section)) {
        const button = $(".place", select.closest(".choice")), words = select.value ? phone.words.place : phone.words.none;
        button.textContent = select.value;
        button.setAttribute("aria-pressed", String(Boolean(select.value)));
        button.setAttribute("aria-label", fill(words, { o: nameOf(select), n: select.value }));
      }
    },
    count: (section) => ranked(section).length ? fill(phone.words.ranked, { n: ranked(section).length }) : "",
    answerRows: (section) => ranked(section).length ? [reviewList(section)] : null,
  };

  // ---- the receipt, worked out here too ------------------------------------------------------
  async function hash(...fields) { // SHA-256 over "cfl1" and each field with its length before it
    const bytes = [..."cfl1"].map((sign) => sign.charCodeAt(0));
    for (const field of fields) {
      const raw = typeof field === "string" ? new TextEncoder().encode(field) : field;
      bytes.push(0, 0, raw.length >> 8, raw.length & 255, ...raw);
    }
    return new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes)));
  }
  function choicesOn(form) { // as the server writes them down: docs/ballot-box.md
    return $$("[data-section]", form).map((section) => {
      const ticked = $$(".choice input:checked", section).map((one) => one.value);
      const chosen = section.dataset.kind === "ranked" ? ranked(section).map((one) => one.dataset.option)
        : section.dataset.keys.split(",").filter((key) => ticked.includes(key));
      return `${section.dataset.section}=${chosen}`;
    }).join(";");
  }
  async function receiptOf(definition, secret, choices) {
    const leaf = await hash("leaf", definition, await hash("blind", definition, secret), choices);
    let number = leaf.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n), signs = "";
    for (let count = 0; count < 10; count += 1) {
      signs += ALPHABET[Number(number % 23n)];
      number /= 23n;
    }
    return signs + checkSign(signs);
  }
  phone.prove = (form) => {
    if (!crypto.subtle) return null; // only where the browser trusts the connection
    const mine = receiptOf(form.dataset.definition, form.secret.value, choicesOn(form));
    return async () => {
      const told = $("[data-receipt]")?.textContent.replace(/\s/g, "");
      if (told) $(told === await mine ? "[data-same]" : "[data-differs]").hidden = false;
    };
  };
})();
