"""How the browser tests know a contribution figure that stands without its grade of proof (promise F2)."""

from __future__ import annotations

# Regular expressions of the demo's units: what people did or gave is told in these, and shares in per cent.
UNITS = ["kg", "h", "hours?", "sacks?", "%"]
# Numbers with such units that are no contribution: rules and limits that hold whatever anybody did, and plans.
RULES = [
    "over 105 %",
    "over 100 %",
    "at 95 %",
    "50 and 90 %",
    "30 % or more",
    "11 hours of rest",
    "0.5 %",
    "a straw sack of 80 kg",
    "within [\\d,.]+ % of the best",
    "A day of work is [\\d,.]+ (kg|h|sacks?)",
    "plan:? (it is measured by is |of )?[\\d,.]+ (kg|h|sacks?)",
]
# A figure has its grade in the figure component, in its own paragraph, cell, entry or row of a table, or in the
# heading of its column. Lengths of shifts (data-shift) are no contribution, nor is what a form asks for.
LOOSE = r"""({units, rules}) => {
  const number = "\\d[\\d,.]*", unit = "(" + units.join("|") + ")(?![\\w-])";
  const says = new RegExp("(^|[^\\w.,:–-])" + number + "(–" + number + ")?\\s?" + unit, "i");
  const unitAlone = new RegExp("(^|[\\s,(])" + unit, "i");
  const rule = new RegExp(rules.join("|"), "gi");
  const graded = /claimed|witnessed|second source|recounted|verified|unknown|two keepers/i;
  const words = node => node.textContent.trim().replace(/\s+/g, " ");
  const hasGrade = node => [...node.querySelectorAll(".grade")].some(grade => graded.test(grade.textContent));
  const heading = cell => {
    const column = [...cell.parentElement.children].indexOf(cell);
    return cell.closest("table").tHead?.rows[0]?.cells[column];
  };
  const found = [];
  const walk = document.createTreeWalker(document.getElementById("main"), NodeFilter.SHOW_TEXT);
  for (let text; (text = walk.nextNode());) {
    const home = text.parentElement;
    if (home.closest("script, style, form, svg, code, [data-shift]")) continue;
    if (!/\d/.test(text.textContent)) continue;
    const block = home.closest(".figure, td, th, dd, li, p, summary, h1, h2, h3, h4, caption") || home;
    const cell = home.closest("td"), head = cell && heading(cell);
    const inUnitColumn = head && unitAlone.test(head.textContent);
    if (!says.test(words(block).replace(rule, "")) && !inUnitColumn) continue;
    if (hasGrade(block) || (cell && hasGrade(cell.parentElement))) continue;
    if (head && graded.test(head.textContent)) continue;
    found.push(block.tagName.toLowerCase() + ": " + words(block).slice(0, 110));
  }
  for (const figure of document.querySelectorAll(".figure")) {
    const grade = figure.querySelector(".grade");
    if (!grade || !grade.textContent.trim()) found.push("figure without a grade: " + words(figure));
  }
  return [...new Set(found)];
}"""
