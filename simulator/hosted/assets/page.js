"use strict";
// What spares the payer a click. Every page works without it.

// A double press sends a form once; a page that comes back from the browser's cache may send it.
for (const form of document.querySelectorAll("form[data-once]")) {
  const live = form.querySelector("[aria-live]");
  form.addEventListener("submit", (event) => {
    // After a while it may be pressed again: the answer was lost, or the payer stopped waiting.
    if (Date.now() - Number(form.dataset.sent || 0) < 5000) { event.preventDefault(); return; }
    form.dataset.sent = String(Date.now());
    form.setAttribute("aria-busy", "true");
    if (live) live.textContent = form.dataset.once;
  });
  window.addEventListener("pageshow", () => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    if (live) live.textContent = "";
  });
}

// A result that is not known yet: ask now and then, and show the page anew when it has changed.
const waiting = document.querySelector("[data-poll]");
if (waiting) {
  let known = null;
  const look = async () => {
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "application/json" } });
      const text = answer.ok ? await answer.text() : known;
      if (known !== null && text !== known) { location.reload(); return; }
      known = text;
    } catch { /* no connection: the next look may have one */ }
    setTimeout(look, 1000 * Number(waiting.dataset.poll));
  };
  setTimeout(look, 1000);
}

// Seconds until something may be done: counted down to the eye, told once when it is over.
for (const count of document.querySelectorAll("[data-seconds]")) {
  let left = Number(count.dataset.seconds);
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) { count.querySelector("[data-left]").textContent = String(left); return; }
    clearInterval(timer);
    count.textContent = count.dataset.over;
  }, 1000);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
