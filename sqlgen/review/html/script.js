"use strict";
(() => {
  const body = document.body;

  // Copying: a button for each piece of SQL and each command, there only where it can work.
  const write = async (text) => {
    if (navigator.clipboard) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        // refused, as some browsers do for files: the older way below
      }
    }
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "sr";
    body.append(area);
    area.select();
    let done = false;
    try {
      done = document.execCommand("copy");
    } finally {
      area.remove();
    }
    return done;
  };

  if (navigator.clipboard || document.queryCommandSupported?.("copy")) {
    for (const pre of document.querySelectorAll("pre")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy noprint";
      button.textContent = body.dataset.copy;
      const frame = document.createElement("div");
      frame.className = "frame";
      pre.replaceWith(frame);
      frame.append(pre, button);
    }
    body.addEventListener("click", async (event) => {
      const button = event.target.closest("button.copy");
      if (!button) return;
      if (await write(button.parentElement.querySelector("pre").textContent)) {
        button.textContent = body.dataset.copied;
        setTimeout(() => (button.textContent = body.dataset.copy), 1500);
      }
      button.focus();
    });
  }

  // The filter: rows of the table at a glance, and with them the cards.
  const bar = document.getElementById("filter");
  if (!bar) return;
  const find = document.getElementById("find");
  const shown = document.getElementById("shown");
  const [blocks, severity, table] = ["blocks", "severity", "table"].map((id) => document.getElementById("by-" + id));
  const word = (element) => element.lastChild?.textContent ?? "";
  const rows = [...document.querySelectorAll("table.glance tbody tr")].map((row) => {
    const cells = row.cells;
    const number = cells[0].textContent;
    return {
      row,
      card: document.getElementById("s" + number),
      text: row.textContent.toLowerCase(),
      blocks: word(cells[5].firstElementChild ?? cells[5]),
      severity: [...cells[cells.length - 1].querySelectorAll("b")].map(word),
      tables: [...cells[2].querySelectorAll("code")].map((code) => code.textContent),
    };
  });
  const filter = () => {
    const wanted = find.value.trim().toLowerCase();
    let count = 0;
    for (const each of rows) {
      const fits =
        each.text.includes(wanted) &&
        (!blocks.value || each.blocks === blocks.value) &&
        (!severity.value || each.severity.includes(severity.value)) &&
        (!table.value || each.tables.includes(table.value));
      each.row.hidden = !fits;
      if (each.card) each.card.hidden = !fits;
      count += fits;
    }
    shown.textContent = shown.dataset.text.replace("{0}", count).replace("{1}", rows.length);
  };
  const all = () => {
    find.value = blocks.value = severity.value = table.value = "";
    filter();
  };
  bar.hidden = false;
  bar.addEventListener("input", filter);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      find.focus();
    } else if (event.key === "Escape") {
      all();
    }
  });
  // A link to a card that is filtered away shows it, and prints are of everything.
  addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.hidden) {
      all();
      target.scrollIntoView();
    }
  });
  addEventListener("beforeprint", all);
  filter();
})();
