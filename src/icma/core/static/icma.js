/* İcma: what a page gains where scripts run. Nothing here is needed to read or to write. */
"use strict";
(() => {
  const each = (css, act) => document.querySelectorAll(css).forEach(act);

  // Photos are made small before they travel: at most 200 kB, without their metadata.
  const LIMIT = 2e5;
  const shrink = async (file) => {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size <= LIMIT) return file;
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const canvas = document.createElement("canvas");
    for (let side = 1600, quality = 0.8; side > 300; side *= 0.8, quality = Math.max(0.5, quality - 0.1)) {
      const scale = Math.min(1, side / Math.max(picture.width, picture.height));
      canvas.width = picture.width * scale;
      canvas.height = picture.height * scale;
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
      if (blob && blob.size <= LIMIT) return new File([blob], "photo.jpg", { type: "image/jpeg" });
    }
    return file;
  };
  each("input[type=file][data-shrink]", (input) => {
    let busy = false;
    input.addEventListener("change", async () => {
      const box = new DataTransfer();
      busy = true;
      try {
        for (const file of input.files) box.items.add(await shrink(file));
        input.files = box.files;
      } catch { /* the server strips and checks every photo anyway */ }
      busy = false;
    });
    input.form?.addEventListener("submit", (event) => {
      if (!busy) return;
      event.preventDefault();
      const wait = setInterval(() => busy || (clearInterval(wait), input.form.requestSubmit(event.submitter)), 100);
    });
  });

  each("[data-copy]", (button) => {
    const text = button.parentElement.querySelector("textarea");
    const label = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      text.select();
      try { await navigator.clipboard.writeText(text.value); } catch { document.execCommand("copy"); }
      button.textContent = button.dataset.copy;
      setTimeout(() => { button.textContent = label; }, 3000);
    });
  });

  each("[data-exit]", (link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    document.body.hidden = true;
    location.replace(link.href);
  }));

  // A half-written text survives a lost connection in this tab only; never on sensitive forms.
  each("form[data-draft]", (form) => {
    const key = "draft:" + form.dataset.draft;
    const kept = [...form.elements].filter((e) => e.matches("textarea, select, input[type=text]"));
    try {
      const saved = JSON.parse(sessionStorage.getItem(key) || "{}");
      for (const e of kept) if (!e.value && saved[e.name]) e.value = saved[e.name];
      form.addEventListener("input", () =>
        sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(kept.map((e) => [e.name, e.value])))));
      form.addEventListener("submit", () => sessionStorage.removeItem(key));
    } catch { /* storage is off: the form works without it */ }
  });

  each("[data-confirm]", (button) => button.addEventListener("click", (event) => {
    if (!confirm(button.dataset.confirm)) event.preventDefault();
  }));

  document.getElementById("errors")?.focus();
})();
