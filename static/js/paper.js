// Counting by hand: − and + without waiting, the balance said while typing, papers by keyboard.
// Without this file every button still works: each sends the form and the page comes back.
(() => {
  const say = (words, scale) => {
    const key = scale.off === 0 ? (scale.empty ? "fits_empty" : "fits")
      : (scale.off > 0 ? "missing" : "too_many") + (Math.abs(scale.off) === 1 ? "_one" : "");
    const fill = (text) => text.replace(/{(\w+)}/g, (_, name) => name === "n" ? Math.abs(scale.off) : scale[name]);
    const parts = (words.parts || []).filter(([name]) => name === "valid" || scale[name]);
    scale.parts = parts.map(([, part]) => fill(part)).join(" + ");
    return fill(words[key]);
  };
  const show = (element, words, scale) => {
    const text = say(words, scale);
    if (element.textContent !== text) element.textContent = text;
    element.className = "balance " + (scale.off === 0 ? "fits" : scale.off > 0 ? "missing" : "too_many");
  };
  const figure = (input) => {
    const plain = input ? input.value.replace(/[\s,]/g, "") : "";
    return /^\d{1,6}$/.test(plain) ? Number(plain) : 0;
  };
  const weigh = (form, found) => {
    const held = {};
    for (const name of ["issued", "valid", "blank", "spoilt", "unused"]) {
      held[name] = name in found ? found[name] : figure(form.elements[name]);
    }
    held.sum = held.valid + held.blank + held.spoilt + held.unused;
    held.off = held.issued - held.sum;
    return held;
  };
  const wireSteps = (form, changed) => {
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button[name=step]");
      if (!button) return;
      event.preventDefault();
      const [name, by] = button.value.split(":");
      const input = form.elements[name];
      input.value = Math.min(100000, Math.max(0, figure(input) + Number(by)));
      changed();
    });
    form.addEventListener("input", changed);
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches(".stepper input")) return;
      event.preventDefault();
      const stops = [...form.querySelectorAll(".stepper input, button[value=save]")];
      stops[stops.indexOf(event.target) + 1].focus();
    });
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
    window.addEventListener("pageshow", () => { delete form.dataset.sent; });
  };

  const wireSums = (form) => {
    const words = JSON.parse(form.dataset.words);
    const changed = () => {
      const held = weigh(form, {});
      show(form.querySelector("[data-account]"), words.account, held);
      form.querySelectorAll("[data-section]").forEach((box) => {
        const sum = [...box.querySelectorAll("input")].reduce((total, input) => total + figure(input), 0);
        const least = Number(box.dataset.least) * held.valid;
        const most = Number(box.dataset.most) * held.valid;
        const off = sum < least ? least - sum : sum > most ? most - sum : 0;
        const empty = box.dataset.single ? Math.max(0, held.valid - sum) : 0;
        show(box.querySelector("[data-balance]"), words.section, { sum, valid: held.valid, least, most, off, empty });
      });
    };
    wireSteps(form, changed);
    if ([...form.querySelectorAll(".stepper input")].some((input) => input.value)) changed();
  };

  const wirePapers = (form) => {
    const words = JSON.parse(form.dataset.words);
    const pile = form.elements.papers;
    const store = form.dataset.store;
    const boxes = [...form.querySelectorAll("[data-section]")];
    let here = 0; // the question that keys answer
    const find = (name) => form.querySelector(`[data-${name}]`);
    const read = () => pile.value.split("\n").filter(Boolean);
    const inputsOf = (box) => [...box.querySelectorAll("[data-option]")];
    const isMarked = (input) => input.type === "checkbox" ? input.checked : input.value.trim() !== "";
    const keep = () => { try { sessionStorage.setItem(store, pile.value); } catch { /* no storage: the form holds it */ } };

    // What is marked in one question: the options in their order, or null when it cannot be read.
    const chosenIn = (box) => {
      const marked = inputsOf(box).filter(isMarked);
      const most = Number(box.dataset.most);
      if (!box.dataset.ranked) {
        return marked.length > most ? { wrong: words.pile.too_many } : { chosen: marked };
      }
      const chosen = [];
      const places = [...new Set(marked.map((input) => figure(input)))].sort((a, b) => a - b);
      for (const place of places) {
        const same = marked.filter((input) => figure(input) === place);
        if (same.length > 1) break; // nothing after a shared place is read
        if (place >= 1 && place <= most) chosen.push(same[0]);
      }
      return marked.length && !chosen.length ? { wrong: words.pile.same } : { chosen };
    };
    const tell = (box, text) => {
      const line = box.querySelector("[data-error]");
      line.hidden = !text;
      line.firstElementChild.textContent = text;
      box.classList.toggle("wrong", Boolean(text));
    };
    const labelOf = (line) => {
      if (line === "blank" || line === "spoilt") return words.pile[line];
      return line.split(";").map((part, place) => {
        const box = boxes[place];
        const keys = part.split("=")[1].split(",").filter(Boolean);
        const labels = keys.map((key) => box.querySelector(`[data-option="${CSS.escape(key)}"]`).dataset.label);
        return labels.join(box.dataset.ranked ? " > " : ", ") || "–";
      }).join(" · ");
    };
    const changed = () => {
      const lines = read();
      const blank = lines.filter((line) => line === "blank").length;
      const spoilt = lines.filter((line) => line === "spoilt").length;
      const valid = lines.length - blank - spoilt;
      find("number").textContent = lines.length + 1;
      find("pile").textContent = words.pile.so_far.replace("{sum}", lines.length)
        .replace("{valid}", valid).replace("{blank}", blank).replace("{spoilt}", spoilt);
      find("last-line").hidden = !lines.length;
      if (lines.length) find("last").textContent = labelOf(lines[lines.length - 1]);
      if (form.elements.issued.value) show(find("account"), words.account, weigh(form, { valid, blank, spoilt }));
    };
    const mark = (box, keys) => {
      inputsOf(box).forEach((input) => {
        const place = keys.indexOf(input.dataset.option);
        if (input.type === "checkbox") input.checked = place >= 0;
        else input.value = place >= 0 ? place + 1 : "";
      });
      tell(box, "");
    };
    const goTo = (place) => {
      here = Math.min(place, boxes.length - 1);
      boxes.forEach((box, one) => box.toggleAttribute("data-here", one === here && boxes.length > 1));
    };
    const add = (line) => {
      pile.value = [...read(), line].join("\n");
      keep();
      boxes.forEach((box) => mark(box, []));
      goTo(0);
      changed();
    };
    const next = () => {
      const found = boxes.map(chosenIn);
      boxes.forEach((box, place) => tell(box, found[place].wrong || ""));
      const wrong = found.findIndex((one) => one.wrong);
      if (wrong >= 0) { goTo(wrong); return false; }
      if (!found.some((one) => one.chosen.length)) { tell(boxes[0], words.pile.nothing); return false; }
      add(boxes.map((box, place) => `${box.dataset.section}=${found[place].chosen.map((input) => input.dataset.option).join(",")}`).join(";"));
      return true;
    };
    const undo = () => {
      const lines = read();
      const line = lines.pop();
      if (line === undefined) return;
      pile.value = lines.join("\n");
      keep();
      const parts = line.includes("=") ? line.split(";") : [];
      boxes.forEach((box, place) => mark(box, parts[place] ? parts[place].split("=")[1].split(",").filter(Boolean) : []));
      goTo(0);
      changed();
    };
    const toggle = (box, input) => {
      const most = Number(box.dataset.most);
      if (input.type === "checkbox") {
        if (most === 1 && !input.checked) inputsOf(box).forEach((one) => { one.checked = false; });
        input.checked = !input.checked;
        return;
      }
      const places = inputsOf(box).map((one) => figure(one));
      if (isMarked(input)) {
        const gone = figure(input);
        input.value = "";
        inputsOf(box).forEach((one) => { if (figure(one) > gone) one.value = figure(one) - 1; });
      } else if (Math.max(0, ...places) < most) input.value = Math.max(0, ...places) + 1;
    };
    const press = { Enter: next, b: () => add("blank"), x: () => add("spoilt"), u: undo, " ": () => goTo((here + 1) % boxes.length) };

    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (event.target.matches(".stepper input, #field-name, #field-reason, textarea, summary, a")) return;
      const isButton = event.target.matches("button");
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (isButton && (key === "Enter" || key === " ")) return;
      if (event.target.matches(".place") && /^[\d ]$/.test(key)) return;
      if (key === " " && (boxes.length === 1 || event.target.matches("[type=checkbox]"))) return;
      if (press[key]) { event.preventDefault(); press[key](); return; }
      const box = boxes[here];
      const option = inputsOf(box).find((input) => input.closest("label").querySelector("kbd").textContent === key);
      if (!option) return;
      event.preventDefault();
      toggle(box, option);
    });
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      const deeds = { next, blank: () => add("blank"), spoilt: () => add("spoilt"), undo };
      if (button && button.name === "action" && deeds[button.value]) { event.preventDefault(); deeds[button.value](); return; }
      const label = event.target.closest("label.choice");
      const input = label && label.querySelector(".place");
      if (input && event.target !== input) { event.preventDefault(); toggle(label.closest("[data-section]"), input); }
    });
    form.addEventListener("change", (event) => {
      const box = event.target.closest("[data-section]");
      if (!box || event.target.type !== "checkbox") return;
      if (box.dataset.most === "1" && event.target.checked) {
        inputsOf(box).forEach((one) => { if (one !== event.target) one.checked = false; });
      }
      tell(box, "");
    });
    find("restore").addEventListener("click", () => {
      pile.value = sessionStorage.getItem(store) || "";
      find("found").hidden = true;
      changed();
    });
    find("fresh").addEventListener("click", () => {
      sessionStorage.removeItem(store);
      find("found").hidden = true;
    });

    let kept = "";
    try { kept = sessionStorage.getItem(store) || ""; } catch { /* no storage */ }
    if (kept && !pile.value && kept !== pile.value) {
      find("found-words").textContent = words.pile.found.replace("{sum}", kept.split("\n").filter(Boolean).length);
      find("found").hidden = false;
    } else keep();
    const scripted = find("scripted");
    if (scripted) scripted.hidden = false;
    wireSteps(form, changed);
    goTo(0);
    changed();
  };

  const forget = document.querySelector("[data-forget]");
  if (forget) {
    try {
      forget.dataset.forget.split(" ").forEach((key) => sessionStorage.removeItem(key));
    } catch { /* no storage */ }
  }
  document.querySelectorAll("form[data-count]").forEach(wireSums);
  document.querySelectorAll("form[data-papers]").forEach(wirePapers);
})();
