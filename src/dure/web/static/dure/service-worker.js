// Shows what the site pushes, and opens the page it is about. It keeps nothing and reads no page.
"use strict";

self.addEventListener("push", (event) => {
  let news = {};
  try {
    news = event.data.json();
  } catch {
    // An empty push: there is news, and the page says what.
  }
  const shown = { body: news.body || "", data: { link: news.link || "/" }, icon: "/static/dure/mark.svg" };
  event.waitUntil(self.registration.showNotification(news.title || "Dure", shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const link = new URL(event.notification.data.link, self.location.origin);
  // Only pages of this site are opened, whatever a message says.
  if (link.origin === self.location.origin) {
    event.waitUntil(self.clients.openWindow(link.href));
  }
});
