// Small conveniences; every page works without them.

// Rows of a table with [data-keys]: up and down move, enter opens the row's first link.
document.addEventListener("keydown", (event) => {
  const row = event.target.closest("table[data-keys] tbody tr");
  if (!row || event.target !== row) return;
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (step && row[step]) { row[step].focus(); event.preventDefault(); }
  if (event.key === "Enter") row.querySelector("a")?.click();
});

// Selects and boxes with [data-submit] send their form when they change.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// A menu closes when one clicks elsewhere or presses escape.
const closeMenus = (except) => document.querySelectorAll("details.menu[open]").forEach((menu) => { if (menu !== except) menu.open = false; });
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenus(null); });

// Light or dark, if somebody prefers one to the system's.
const theme = localStorage.getItem("theme");
if (theme) document.documentElement.dataset.theme = theme;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  const chosen = button.dataset.themeChoice;
  if (chosen) { localStorage.setItem("theme", chosen); document.documentElement.dataset.theme = chosen; }
  else { localStorage.removeItem("theme"); delete document.documentElement.dataset.theme; }
});

// Print buttons, and copying the text of an element.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const copy = event.target.closest("[data-copy]");
  if (copy) navigator.clipboard.writeText(document.querySelector(copy.dataset.copy).textContent.trim());
});

// [data-png]: an SVG of ours as a PNG of twice its size.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-png]");
  if (!button) return;
  button.disabled = true;
  try {
    const answer = await fetch(button.dataset.png);
    const image = new Image();
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(await answer.text());
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * 2;
    canvas.height = image.naturalHeight * 2;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const link = document.createElement("a");
    link.download = /filename="([^"]+)\.svg"/.exec(answer.headers.get("Content-Disposition"))[1] + ".png";
    link.href = canvas.toDataURL("image/png");
    link.click();
  } finally { button.disabled = false; }
});
