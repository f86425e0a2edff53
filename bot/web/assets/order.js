// The hands of a proposal's page: totals as they would be now, reasons where something changed, pictures that follow.
// Everything that decides is a plain form; without this file the page still works.
"use strict";

(() => {
  const task = document.getElementById("task");
  const form = document.getElementById("decision");
  if (!task || !form) return;
  const lines = [...form.querySelectorAll("tbody.line")];
  task.classList.add("scripted");

  // ---- figures ----------------------------------------------------------------------------------
  // Money is counted in millionths of its unit: costs of a piece may have more than two decimals.
  const UNIT = 1000000n;
  const marks = { HKD: "HK$", CNY: "¥", TWD: "NT$", MOP: "MOP$", USD: "US$" };
  const exact = (text) => {
    const [whole, part = ""] = text.split(".");
    return BigInt(whole || "0") * UNIT + BigInt(part.slice(0, 6).padEnd(6, "0"));
  };
  const money = (value) => {
    const cents = (value + UNIT / 200n) / (UNIT / 100n);
    const whole = (cents / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
    const currency = task.dataset.currency;
    return `${marks[currency] ?? (currency ? `${currency}\u00a0` : "")}${whole}.${(cents % 100n).toString().padStart(2, "0")}`;
  };
  // A whole number from 0, or nothing: what is not one is said by the server.
  const unitsOf = (line) => {
    const input = line.querySelector("input.units");
    if (!input) return Number(line.dataset.was);
    return /^\d{1,9}$/.test(input.value.trim()) ? Number(input.value) : null;
  };
  const costOf = (line) => exact(line.dataset.cost) * BigInt(unitsOf(line) ?? 0);

  // ---- the parts that follow --------------------------------------------------------------------
  const footer = document.querySelector(".decide");
  const approve = document.getElementById("approve");
  const correct = document.getElementById("correct");
  const total = document.getElementById("total");
  const headline = document.getElementById("headline-amount");
  const count = document.getElementById("changed-n");

  const look = (line) => {
    const units = unitsOf(line);
    const changed = units !== Number(line.dataset.was);
    line.classList.toggle("changed", changed);
    const odd = units === null || units % Number(line.dataset.pack) !== 0;
    line.querySelector("input.units")?.classList.toggle("odd", odd);
    const cost = line.querySelector(".cost");
    if (cost && exact(line.dataset.cost) > 0n) cost.textContent = money(costOf(line));
  };
  const sum = () => {
    let all = 0n;
    for (const table of form.querySelectorAll("table.lines-of")) {
      let own = 0n;
      for (const line of table.tBodies) if (line.classList.contains("line")) own += costOf(line);
      const sub = table.querySelector("[data-sub]");
      if (sub) sub.textContent = money(own);
      all += own;
    }
    const changed = lines.filter((line) => line.classList.contains("changed")).length;
    for (const part of [total, headline]) if (part) part.textContent = money(all);
    if (count) count.textContent = changed === 1 ? count.dataset.one : changed ? count.dataset.label.replace("{n}", changed) : "";
    if (!approve || !correct) return;
    footer.classList.toggle("has-changes", changed > 0);
    approve.hidden = changed > 0;
    correct.hidden = changed === 0;
    approve.classList.toggle("primary", changed === 0);
    correct.classList.toggle("primary", changed > 0);
    correct.textContent = total ? correct.dataset.label.replace("{amount}", money(all)) : correct.dataset.plain;
  };
  for (const line of lines) look(line);
  sum();

  // ---- pictures ---------------------------------------------------------------------------------
  // The picture comes when its line is opened, and again when another number is typed; drawn into the page it has its colours.
  const drawn = new Map();
  const draw = async (line) => {
    const place = line.querySelector(".large");
    const units = unitsOf(line) ?? Number(line.dataset.was);
    if (!place || drawn.get(line) === units) return;
    drawn.set(line, units);
    const answer = await fetch(`${line.dataset.picture}?units=${units}`, { headers: { "x-deskhand-script": "1" } }).catch(() => null);
    if (!answer?.ok || drawn.get(line) !== units) return;
    const svg = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
    if (svg.nodeName === "svg") place.replaceChildren(document.importNode(svg, true));
  };
  for (const line of lines) {
    const details = line.querySelector("details");
    details?.addEventListener("toggle", () => { if (details.open) draw(line); });
    if (details?.open) draw(line);
  }

  // ---- typing -----------------------------------------------------------------------------------
  let pending = 0;
  form.addEventListener("input", (event) => {
    const line = event.target.closest("tbody.line");
    if (!line || !event.target.classList.contains("units")) return;
    look(line);
    sum();
    clearTimeout(pending);
    if (line.querySelector("details")?.open) pending = setTimeout(() => draw(line), 300);
  });
  const inputs = lines.map((line) => line.querySelector("input.units")).filter(Boolean);
  for (const input of inputs) {
    // The wheel scrolls the page; it does not order.
    input.addEventListener("wheel", () => input.blur(), { passive: true });
    input.addEventListener("focus", () => input.select());
  }
  form.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    const line = event.target.closest?.("tbody.line");
    if (!line || !/^(INPUT|SELECT)$/.test(event.target.tagName)) return;
    event.preventDefault();
    const reason = line.querySelector(".reason select");
    if (event.target.tagName === "INPUT" && line.classList.contains("changed") && reason && !reason.value) {
      reason.focus();
      return;
    }
    const own = inputs.indexOf(line.querySelector("input.units"));
    const next = inputs.slice(own + 1).find((input) => input.offsetParent !== null);
    (next ?? document.querySelector(".decide button.primary"))?.focus();
  });
  document.querySelector("[aria-invalid=true]")?.focus();
})();
