/* Words come with the page, in its language. */
const given = JSON.parse(document.getElementById("phone-words").textContent);
const plural = new Intl.PluralRules(given.language);
// English pages write days as the site does: "Thu 8 Oct".
const locale = given.language === "en" ? "en-GB" : given.language;

/** The words called `name`, with `facts` put in; an older page without them says the name rather than nothing. */
export function say(name, facts = {}) {
  return (given[name] ?? name).replace(/%\((\w+)\)s/g, (_, key) => String(facts[key] ?? ""));
}

export const has = (name) => name in given;
export const count = (name, n) => say(`${name}_${plural.select(n) === "one" ? "one" : "many"}`, { n });

/** The time of day where the work is: "08:30". */
export function clock(moment, timeZone) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone }).format(new Date(moment));
}

export const dayAndClock = (moment) =>
  new Intl.DateTimeFormat(locale, { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(moment));

/** An ISO day, such as "Thu 8 Oct". */
export const dayWords = (day) =>
  new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(day));

/** An element with words in it. */
export function made(tag, className, ...inside) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...inside);
  return element;
}
