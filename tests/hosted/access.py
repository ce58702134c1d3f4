"""What keeps a page from being used by everybody: asked of the page itself, in the browser."""

from __future__ import annotations

from typing import Final

from playwright.async_api import Page

#: WCAG 2.2: 1.4.3 (contrast 4.5, large text 3), 1.3.1 and 3.3.2 (labels), 2.4.6 (headings),
#: 3.1.1 (language), 2.5.8 (targets of 24 pixels), 4.1.1 (ids).
_LOOK: Final = """() => {
  const found = [];
  const name = (each) => each.outerHTML.slice(0, 90);
  const seen = (each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const all = (query) => [...document.querySelectorAll(query)];

  if (!/^(en|zh-Hans)$/.test(document.documentElement.lang)) found.push("language");
  if (!document.title.trim()) found.push("title");
  if (all("h1").length !== 1) found.push(`${all("h1").length} h1`);
  for (const mark of ["header", "main", "footer"])
    if (all(`body > ${mark}`).length !== 1) found.push(`landmark ${mark}`);
  const ids = all("[id]").map((each) => each.id);
  if (new Set(ids).size !== ids.length) found.push("an id stands twice");
  let last = 0;
  for (const head of all("h1, h2, h3")) {
    const level = Number(head.tagName[1]);
    if (level > last + 1) found.push(`heading ${name(head)}`);
    last = Math.max(last, level);
  }
  for (const field of all("input:not([type=hidden])")) {
    const labels = [...field.labels].filter((label) => label.textContent.trim());
    if (!labels.length) found.push(`label ${name(field)}`);
    for (const id of (field.getAttribute("aria-describedby") || "").split(" ").filter(Boolean))
      if (!document.getElementById(id)) found.push(`described by nothing: ${id}`);
  }
  for (const each of all("a, button, summary"))
    if (!each.textContent.trim()) found.push(`name ${name(each)}`);
  for (const each of all("a.button, button, input:not([type=hidden]), nav a").filter(seen)) {
    const box = each.getBoundingClientRect();
    const label = each.type === "radio" ? each.parentElement.getBoundingClientRect() : box;
    if (label.height < 24 || label.width < 24) found.push(`small ${name(each)}`);
  }

  const light = (colour) => {
    const [red, green, blue] = colour.map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const behind = (each) => {
    for (let box = each; box; box = box.parentElement) {
      const colour = parts(getComputedStyle(box).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  let least = 21;
  for (const each of all("body *").filter(seen)) {
    const own = [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || each.closest("[aria-hidden=true], .unseen, .skip")) continue;
    const style = getComputedStyle(each);
    const two = [light(parts(style.color).slice(0, 3)), light(behind(each))];
    const ratio = (Math.max(...two) + 0.05) / (Math.min(...two) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    least = Math.min(least, ratio);
    if (ratio < (large ? 3 : 4.5)) found.push(`contrast ${ratio.toFixed(2)} ${name(each)}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the screen");
  return { found, least };
}"""


async def complaints(page: Page) -> list[str]:
    """What is wrong with the page that is open; nothing if everybody can use it."""
    looked = await page.evaluate(_LOOK)
    found: list[str] = looked["found"]
    return found
