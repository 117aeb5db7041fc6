// What pages do beyond showing: the text-size buttons, and fetching shared parts of the page.
(() => {
  const root = document.documentElement;
  const steps = [0.875, 1, 1.125, 1.25, 1.5, 1.75, 2];
  const box = document.querySelector("[data-sizer]");

  // Storage may be denied; the buttons then work for this page alone.
  const load = () => {
    try { return +localStorage.textScale || 1; } catch { return 1; }
  };
  const save = (scale) => {
    try {
      if (scale === 1) localStorage.removeItem("textScale");
      else localStorage.textScale = scale;
    } catch {}
  };
  const nearest = (scale) =>
    steps.reduce((best, step, i) => (Math.abs(step - scale) < Math.abs(steps[best] - scale) ? i : best), 1);

  if (box) {
    const [smaller, reset, larger] = box.querySelectorAll("button");
    let at = nearest(load());

    const show = () => {
      root.style.setProperty("--scale", steps[at]);
      smaller.disabled = at === 0;
      larger.disabled = at === steps.length - 1;
      reset.disabled = at === 1;
    };
    const set = (to, button) => {
      at = Math.max(0, Math.min(steps.length - 1, to));
      save(steps[at]);
      show();
      // A button that has just been disabled must not take the keyboard focus with it.
      if (button.disabled) (button === smaller ? larger : smaller).focus();
      const { sizer, digits } = box.dataset;
      // Few browsers know how Sorani is written; the page brings the digits.
      const percent = new Intl.NumberFormat([root.lang, "en"], { style: "percent", maximumFractionDigits: 1 })
        .format(steps[at]).replace(/[0-9]/g, (digit) => [...digits][digit]);
      box.querySelector("[role=status]").textContent = sizer.replace("|", percent);
    };
    smaller.onclick = () => set(at - 1, smaller);
    reset.onclick = () => set(1, reset);
    larger.onclick = () => set(at + 1, larger);
    addEventListener("storage", (event) => {
      if (event.key && event.key !== "textScale") return;
      at = nearest(load());
      show();
    });
    show();
    box.hidden = false;
  }

  // The menu covers the page on a telephone: the focus must not go on behind it.
  const menu = document.getElementById("menu");
  menu?.addEventListener("focusout", ({ relatedTarget: to }) => {
    if (to && !menu.contains(to) && menu.matches(":popover-open")) menu.hidePopover();
  });

  for (const part of document.querySelectorAll("[data-fragment]")) {
    fetch(part.dataset.fragment)
      .then((response) => (response.ok ? response.text() : Promise.reject()))
      .then((html) => { part.innerHTML = html; }, () => {});
  }
})();
