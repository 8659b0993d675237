/* Rectangles drawn on a page become rows of the form; typed rows are shown on the page. */
(() => {
  const all = (css, root = document) => [...root.querySelectorAll(css)];
  const NAMES = ["page", "left", "top", "width", "height"];
  const rows = all("tr[data-box]").map((tr) =>
    Object.fromEntries(NAMES.map((name) => [name, tr.querySelector(`[name$="-${name}"]`)])));
  const pages = all("svg[data-page]");
  all("svg[data-page] rect").forEach((old) => old.remove());
  const rects = rows.map(() => document.createElementNS("http://www.w3.org/2000/svg", "rect"));
  const show = (i) => {
    const row = rows[i], rect = rects[i], svg = pages.find((s) => s.dataset.page === row.page.value);
    rect.remove();
    if (!svg || !row.width.value || !row.height.value) return;
    ["x", "y", "width", "height"].forEach((name, k) =>
      rect.setAttribute(name, (row[NAMES[k + 1]].value || 0) + "%"));
    svg.append(rect);
  };
  rows.forEach((row, i) => {
    NAMES.forEach((n) => row[n].addEventListener("input", () => show(i)));
    show(i);
  });
  pages.forEach((svg) => {
    let i = -1, hit = -1, from;
    const part = (v, whole) => Math.min(100, Math.max(0, (v / whole) * 100));
    const at = (e) => {
      const b = svg.getBoundingClientRect();
      return [part(e.clientX - b.x, b.width), part(e.clientY - b.y, b.height)];
    };
    const draw = (e) => {
      if (i < 0) return;
      const to = at(e), row = rows[i];
      row.page.value = svg.dataset.page;
      [0, 1].forEach((k) => {
        row[NAMES[k + 1]].value = Math.min(from[k], to[k]).toFixed(1);
        row[NAMES[k + 3]].value = Math.abs(from[k] - to[k]).toFixed(1);
      });
      show(i);
    };
    svg.style.touchAction = "none";
    svg.addEventListener("pointerdown", (e) => {
      hit = rects.indexOf(e.target);
      i = rows.findIndex((row) => !row.width.value);
      from = at(e);
      e.preventDefault();
      svg.setPointerCapture(e.pointerId);
    });
    svg.addEventListener("pointermove", draw);
    svg.addEventListener("pointerup", (e) => {
      draw(e);
      // A tap covers nothing: it takes away the rectangle under it.
      if (i >= 0 && (rows[i].width.value < 1 || rows[i].height.value < 1)) {
        [i, hit].filter((n) => n >= 0).forEach((n) => {
          NAMES.slice(1).forEach((name) => { rows[n][name].value = ""; });
          show(n);
        });
      }
      i = -1;
    });
  });
})();
