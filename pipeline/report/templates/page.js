addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});

// Columns sort at a click on their heading. Without scripts the tables are complete all the same.
for (const table of document.querySelectorAll("table.sorts")) {
  const body = table.tBodies[0];
  for (const heading of table.tHead.querySelectorAll("th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "descending";
      for (const other of table.tHead.querySelectorAll("th")) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "ascending" : "descending");
      const cell = row => row.cells[heading.cellIndex].textContent.trim();
      const number = text => parseFloat(text.replaceAll(",", "").replace("\u2212", "-").replace("< ", ""));
      const compared = (a, b) => {
        const [x, y] = [number(a), number(b)];
        if (!isNaN(x) && !isNaN(y)) return x - y;
        if (isNaN(x) !== isNaN(y)) return isNaN(x) ? -1 : 1;
        return a.localeCompare(b);
      };
      const rows = [...body.rows].sort((a, b) => compared(cell(a), cell(b)) * (down ? 1 : -1));
      body.append(...rows);
    });
  }
}
