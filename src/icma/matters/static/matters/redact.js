/* Rectangles drawn on a page become rows of the form, and rows typed by keyboard are shown on the page. */
"use strict";
(() => {
  const NS = "http://www.w3.org/2000/svg", NAMES = ["page", "left", "top", "width", "height"];
  const rows = [...document.querySelectorAll("tr[data-box]")].map((tr) =>
    Object.fromEntries(NAMES.map((name) => [name, tr.querySelector(`[name$="-${name}"]`)])));
  const pages = [...document.querySelectorAll("svg[data-page]")];
  pages.forEach((svg) => svg.querySelectorAll("rect").forEach((old) => old.remove()));
  const rects = rows.map(() => document.createElementNS(NS, "rect"));
  const show = (i) => {
    const row = rows[i], svg = pages.find((s) => s.dataset.page === row.page.value);
    rects[i].remove();
    if (!svg || !row.width.value || !row.height.value) return;
    [["x", "left"], ["y", "top"], ["width", "width"], ["height", "height"]].forEach(([a, n]) =>
      rects[i].setAttribute(a, (row[n].value || 0) + "%"));
    svg.append(rects[i]);
  };
  rows.forEach((row, i) => {
    NAMES.forEach((name) => row[name].addEventListener("input", () => show(i)));
    show(i);
  });
  pages.forEach((svg) => {
    let i = -1, from;
    const at = (event) => {
      const box = svg.getBoundingClientRect(), part = (v, all) => Math.min(100, Math.max(0, v / all * 100));
      return [part(event.clientX - box.x, box.width), part(event.clientY - box.y, box.height)];
    };
    const draw = (event) => {
      const to = at(event), row = rows[i];
      row.page.value = svg.dataset.page;
      ["left", "top"].forEach((n, k) => { row[n].value = Math.min(from[k], to[k]).toFixed(1); });
      ["width", "height"].forEach((n, k) => { row[n].value = Math.abs(from[k] - to[k]).toFixed(1); });
      show(i);
    };
    svg.style.touchAction = "none";
    svg.style.cursor = "crosshair";
    svg.addEventListener("pointerdown", (event) => {
      i = rows.findIndex((row) => !row.width.value);
      if (i < 0) return;
      event.preventDefault();
      from = at(event);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => { if (i >= 0) draw(event); });
    svg.addEventListener("pointerup", (event) => { if (i >= 0) { draw(event); i = -1; } });
  });
})();
