// A button in the corner of every block of code, which copies it as it is written.
window.addEventListener("load", () => {
  if (!navigator.clipboard) return;
  for (const box of document.querySelectorAll("div.highlight-python > .highlight, div.highlight-ipython3 > .highlight, div.highlight-sh > .highlight")) {
    const button = Object.assign(document.createElement("button"), { className: "copy", type: "button", textContent: "copy" });
    button.setAttribute("aria-label", "copy this code");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(box.querySelector("pre").textContent.trimEnd() + "\n");
      button.textContent = "copied";
      setTimeout(() => { button.textContent = "copy"; }, 1500);
    });
    box.append(button);
  }
});
