/* What a page gains where scripts run. Nothing here is needed to read or to write. */
"use strict";
const each = (css, act) => document.querySelectorAll(css).forEach(act);
const on = (css, name, act) => each(css, (e) => e.addEventListener(name, (event) => act(event, e)));

// Photos are made small before they travel: at most 200 kB, without metadata.
const LIMIT = 2e5;
const shrink = async (file) => {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size <= LIMIT) return file;
  const photo = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  for (let side = 1600; side > 300; side *= 0.8) {
    const scale = Math.min(1, side / Math.max(photo.width, photo.height));
    canvas.width = photo.width * scale;
    canvas.height = photo.height * scale;
    canvas.getContext("2d").drawImage(photo, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.7));
    if (blob && blob.size <= LIMIT) return new File([blob], "photo.jpg", { type: blob.type });
  }
  return file;
};
on("input[type=file][data-shrink]", "change", async (_, input) => {
  const buttons = input.form ? input.form.querySelectorAll("button") : [];
  buttons.forEach((b) => { b.disabled = true; });
  try {
    const box = new DataTransfer();
    for (const file of input.files) box.items.add(await shrink(file));
    input.files = box.files;
  } catch { /* the server checks and strips every photo anyway */ }
  buttons.forEach((b) => { b.disabled = false; });
});

each("[data-copy]", (b) => { b.hidden = false; b.ariaLive = "polite"; });
on("[data-copy]", "click", async (_, button) => {
  const text = button.parentElement.querySelector("textarea");
  text.select();
  try { await navigator.clipboard.writeText(text.value); } catch { document.execCommand("copy"); }
  button.textContent = button.dataset.copy;
});

on("[data-exit]", "click", (event, link) => {
  event.preventDefault();
  document.body.hidden = true;
  location.replace(link.href);
});

on("[data-confirm]", "click", (event, button) => {
  if (!confirm(button.dataset.confirm)) event.preventDefault();
});

// A half-written text survives a lost line, in this tab only, until it is kept or one signs out.
try {
  const store = sessionStorage;
  each("form[data-draft]", (form) => {
    const key = form.dataset.draft;
    const kept = [...form.elements].filter((e) => e.matches("textarea, select, [type=text]"));
    const saved = JSON.parse(store[key] || "{}");
    for (const e of kept) if (saved[e.name] && (!e.value || e.cols)) e.value = saved[e.name];
    form.addEventListener("input", () => {
      store[key] = JSON.stringify(Object.fromEntries(kept.map((e) => [e.name, e.value])));
    });
  });
  each("[data-draft-done]", (e) => store.removeItem(e.dataset.draftDone));
  on("form[action*=logout]", "submit", () => store.clear());
} catch { /* storage is off: forms work without it */ }

document.getElementById("errors")?.focus();
