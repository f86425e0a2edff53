// The task page's own hands: zoom, boxes, filling by pointing, keys, the claim.
// Everything that decides is a plain form; without this file the page still works.
"use strict";

(() => {
  const task = document.getElementById("task");
  const keys = document.getElementById("keys");

  for (const part of document.querySelectorAll(".needs-script")) part.hidden = false;
  for (const part of document.querySelectorAll(".no-script")) part.hidden = true;

  const showKeys = () => { if (keys && !keys.open) keys.showModal(); };
  for (const button of document.querySelectorAll("[data-keys]")) button.addEventListener("click", showKeys);
  const typing = (element) => element && /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  document.addEventListener("keydown", (event) => {
    // An input method is still composing a character: its Enter and Escape are not ours.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "?" && !typing(event.target) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      showKeys();
    }
  });
  if (!task) return;

  const form = document.getElementById("decision");
  const scroller = document.getElementById("scroller");
  const open = task.dataset.open === "yes";
  const inputs = [...form.querySelectorAll(".field input[name^='f.']")];
  const sheet = (page) => scroller && scroller.querySelector(`.sheet[data-page="${page}"]`);
  const call = (path) => fetch(path, { method: "POST", headers: { "x-deskhand-script": "1" } });

  // ---- zoom -------------------------------------------------------------------------------------
  let zoom = 1;
  let zoomed = false;
  const setZoom = (value) => {
    zoom = Math.min(4, Math.max(0.5, value));
    scroller.style.setProperty("--zoom", zoom);
  };
  const zoomBy = (step) => {
    zoomed = true;
    setZoom(step === "fit" ? 1 : zoom * (step === "in" ? 1.25 : 0.8));
  };
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => zoomBy(button.dataset.zoom));
  }

  // ---- field <-> box ----------------------------------------------------------------------------
  const lit = () => document.querySelectorAll(".spot.lit, .band.lit, tr.lit");
  const light = (owner, selector) => {
    for (const part of lit()) part.classList.remove("lit");
    if (!scroller || !owner || !owner.dataset.spot) return;
    const [x, y, width, height] = owner.dataset.spot.split(" ").map(Number);
    const page = sheet(owner.dataset.page);
    if (!page) return;
    for (const part of document.querySelectorAll(selector)) part.classList.add("lit");
    // Large enough to read, small enough that the labels around the box are seen too. Who has zoomed is left alone.
    if (!zoomed && window.matchMedia("(min-width: 721px)").matches) setZoom(Math.min(1.35, 0.9 / Math.max(width, 0.1)));
    const still = page.getAnimations ? Promise.allSettled(page.getAnimations().map((a) => a.finished)) : Promise.resolve();
    still.then(() => scroller.scrollTo({
      left: page.offsetLeft - scroller.offsetLeft + (x + width / 2) * page.offsetWidth - scroller.clientWidth / 2,
      top: page.offsetTop - scroller.offsetTop + (y + height / 2) * page.offsetHeight - scroller.clientHeight / 2,
    }));
  };

  let current = null;
  for (const input of inputs) {
    input.addEventListener("focus", () => {
      current = input;
      const field = input.closest(".field");
      light(field, `.spot[data-field="${field.dataset.field}"]`);
      startFilling();
    });
  }
  const focusField = (name) => {
    const input = document.getElementById(`f-${name}`);
    if (!input) return;
    const fold = input.closest("details");
    if (fold) fold.open = true;
    input.focus();
  };
  for (const spot of document.querySelectorAll(".spot")) {
    spot.addEventListener("click", (event) => {
      event.preventDefault();
      focusField(spot.dataset.field);
    });
  }
  for (const link of form.querySelectorAll('.refs a[href^="#f-"]')) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      focusField(link.hash.slice(3));
    });
  }
  for (const row of form.querySelectorAll("tr[data-line]")) {
    const look = () => {
      light(row, `.band[data-line="${row.dataset.line}"]`);
      row.classList.add("lit");
    };
    row.addEventListener("focus", look);
    row.addEventListener("click", look);
  }

  // ---- filling by pointing ----------------------------------------------------------------------
  const wordsOf = new Map();
  const startFilling = () => {
    if (!open || !scroller || !current) return;
    scroller.classList.add("filling");
    for (const page of scroller.querySelectorAll(".sheet")) loadWords(page);
  };
  const loadWords = async (page) => {
    const number = page.dataset.page;
    if (wordsOf.has(number)) return;
    wordsOf.set(number, []);
    const answer = await fetch(`${task.dataset.words}?page=${number}`, { headers: { "x-deskhand-script": "1" } });
    if (!answer.ok) return;
    const layer = page.querySelector(".words");
    for (const word of await answer.json()) {
      const [x0, y0, x1, y1] = word.b;
      const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      for (const [name, value] of [["x", x0], ["y", y0], ["width", x1 - x0], ["height", y1 - y0]]) box.setAttribute(name, value);
      const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
      title.textContent = word.t;
      box.append(title);
      // The field keeps the focus while the page is pointed at.
      box.addEventListener("pointerdown", (event) => event.preventDefault());
      box.addEventListener("click", (event) => fill(word.t, event.shiftKey));
      layer.append(box);
    }
  };
  const fill = (text, append) => {
    if (!current || current.readOnly) return;
    choose(current, append && current.value ? `${current.value} ${text}` : text);
  };
  const choose = (input, text) => {
    input.value = tidy(text.trim(), input.dataset.input);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  };
  // Only what is certain; the server normalises and checks whatever arrives.
  const tidy = (text, kind) => {
    const plain = text.normalize("NFKC");
    if (kind === "money") {
      const amount = plain.match(/-?\d[\d,]*(\.\d+)?/);
      return amount ? amount[0].replaceAll(",", "") : plain;
    }
    if (kind === "date") {
      const day = plain.match(/(\d{4})\s*[年\-/.]\s*(\d{1,2})\s*[月\-/.]\s*(\d{1,2})/);
      return day ? `${day[1]}-${day[2].padStart(2, "0")}-${day[3].padStart(2, "0")}` : plain;
    }
    return kind === "code" ? plain.replace(/^[^:：]*[:：]\s*/, "") : text;
  };
  for (const button of form.querySelectorAll("[data-choose]")) {
    button.addEventListener("click", () => choose(button.closest(".field").querySelector("input"), button.dataset.choose));
  }

  // ---- what will happen -------------------------------------------------------------------------
  const approve = document.getElementById("approve");
  const correct = document.getElementById("correct");
  const posts = task.dataset.asks === "reading" || task.dataset.asks === "refused";
  const marks = { HKD: "HK$", CNY: "¥", TWD: "NT$", MOP: "MOP$", USD: "US$" };
  const cents = (text) => {
    const parts = /^(-?)(\d+)(?:\.(\d{1,2})0*)?$/.exec((text || "").trim().replaceAll(",", ""));
    if (!parts) return null;
    const value = BigInt(parts[2]) * 100n + BigInt((parts[3] || "").padEnd(2, "0") || "0");
    return parts[1] ? -value : value;
  };
  const money = (value, currency) => {
    const size = value < 0n ? -value : value;
    const whole = (size / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
    return `${value < 0n ? "−" : ""}${marks[currency] ?? (currency ? `${currency} ` : "")}${whole}.${(size % 100n).toString().padStart(2, "0")}`;
  };
  const valueOf = (name) => document.getElementById(`f-${name}`)?.value ?? "";
  const changed = () => inputs.filter((input) => input.value.trim() !== input.dataset.was);
  const refresh = () => {
    for (const input of inputs) {
      const differs = input.value.trim() !== input.dataset.was;
      input.classList.toggle("changed", differs);
      // Only a correction can be remembered.
      const remember = input.closest(".field").querySelector(".remember");
      if (remember) remember.hidden = !differs;
    }
    sums();
    if (!posts || !approve || !correct) return;
    const any = changed().length > 0;
    task.classList.toggle("has-changes", any);
    approve.classList.toggle("primary", !any);
    correct.classList.toggle("primary", any);
    correct.hidden = !any;
    const total = cents(valueOf("total"));
    const amount = total === null ? null : money(total, valueOf("currency").trim() || task.dataset.currency);
    if (will) {
      const gap = (name) => name === "amount" ? amount ?? "?" : valueOf(name).trim() || "?";
      will.textContent = any ? will.dataset.will.replace(/\{(\w+)\}/g, (_, name) => gap(name)) : will.dataset.plain;
    }
    correct.textContent = amount ? correct.dataset.label.replace("{amount}", amount) : correct.dataset.plain;
  };
  const sums = () => {
    const cell = (name) => form.querySelector(`[data-sum="${name}"]`);
    const verdict = cell("verdict");
    const [net, tax, total] = ["amount_ex_tax", "tax", "total"].map((name) => cents(valueOf(name)));
    if (!verdict || net === null || tax === null || total === null) return;
    const currency = valueOf("currency").trim() || task.dataset.currency;
    for (const [name, value] of [["amount_ex_tax", net], ["tax", tax], ["comes_to", net + tax], ["total", total]]) {
      cell(name).textContent = money(value, currency);
    }
    const off = net + tax - total;
    verdict.className = `verdict ${off === 0n ? "agreed" : "wrong"}`;
    verdict.children[0].textContent = off === 0n ? "✓" : "✕";
    verdict.children[1].textContent = off === 0n ? verdict.dataset.agrees : `${verdict.dataset.off} ${money(off, currency)}`;
  };
  const will = document.querySelector("[data-will]");
  if (correct) correct.dataset.plain = correct.textContent;
  if (will) will.dataset.plain = will.textContent;
  form.addEventListener("input", refresh);
  refresh();

  // ---- the claim --------------------------------------------------------------------------------
  const state = document.getElementById("claim-state");
  const version = document.getElementById("version");
  let leaving = false;
  let holding = false;
  let active = Date.now();
  const claim = async () => {
    const answer = await call(task.dataset.claim).catch(() => null);
    if (!answer) return;
    holding = answer.ok;
    if (answer.ok) version.value = (await answer.json()).version;
    if (answer.ok || answer.status === 409) state.textContent = answer.ok ? state.dataset.mine : state.dataset.lost;
  };
  if (open && state) {
    claim();
    for (const sign of ["keydown", "pointerdown", "wheel"]) {
      document.addEventListener(sign, () => { active = Date.now(); }, { passive: true });
    }
    setInterval(() => { if (Date.now() - active < 300000 && holding) claim(); }, 240000);
    form.addEventListener("submit", () => { leaving = true; });
    window.addEventListener("pagehide", () => {
      if (!leaving && holding) navigator.sendBeacon(task.dataset.release);
    });
    window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }

  // ---- keys -------------------------------------------------------------------------------------
  const eyes = inputs.filter((input) => !input.closest(".field.agreed, .field.absent"));
  const next = (input) => {
    const list = eyes.includes(input) ? eyes : inputs;
    return list[list.indexOf(input) + 1] ?? document.querySelector(".decide button.primary");
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || keys?.open) return;
    const command = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && command) {
      event.preventDefault();
      // The button that is shown as the first choice, exactly as if it had been clicked.
      document.querySelector(".decide button.primary")?.click();
    } else if (event.key === "Enter" && inputs.includes(event.target)) {
      event.preventDefault();
      next(event.target)?.focus();
    } else if (event.key === "Escape") {
      const reject = document.getElementById("reject");
      if (reject?.open) reject.open = false;
      else if (typing(event.target)) event.target.blur();
      else document.getElementById("back").click();
    } else if (event.altKey && /^[1-9]$/.test(event.key)) {
      const choices = document.activeElement?.closest?.(".field")?.querySelectorAll("[data-choose]");
      const choice = choices?.[Number(event.key) - 1];
      if (choice) {
        event.preventDefault();
        choice.click();
      }
    } else if (command && (event.key === "+" || event.key === "=" || event.key === "-") && scroller?.contains(document.activeElement)) {
      event.preventDefault();
      zoomBy(event.key === "-" ? "out" : "in");
    }
  });

  // ---- the divider ------------------------------------------------------------------------------
  const divider = document.getElementById("divider");
  const setForm = (percent) => {
    const kept = Math.min(65, Math.max(25, percent));
    task.style.setProperty("--form", `${kept}%`);
    divider.setAttribute("aria-valuenow", String(Math.round(kept)));
    try { localStorage.setItem("form", String(kept)); } catch { /* a private window keeps nothing */ }
    return kept;
  };
  if (divider) {
    let width = 40;
    try { width = Number(localStorage.getItem("form")) || 0; } catch { width = 0; }
    if (width) setForm(width);
    divider.addEventListener("pointerdown", (event) => divider.setPointerCapture(event.pointerId));
    divider.addEventListener("pointermove", (event) => {
      if (divider.hasPointerCapture(event.pointerId)) width = setForm(event.clientX / window.innerWidth * 100);
    });
    divider.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
      if (step) width = setForm((width || 40) + step);
    });
  }

  // ---- where to begin ---------------------------------------------------------------------------
  const first = document.querySelector(".field [aria-invalid=true]") ?? eyes[0];
  if (open && window.matchMedia("(min-width: 721px)").matches) {
    const begin = () => first ? first.focus({ preventScroll: true }) : document.getElementById("aside")?.focus();
    const image = scroller?.querySelector("img");
    if (!image || image.complete) begin();
    else image.addEventListener("load", begin, { once: true });
  }
})();
