// Asks this browser for a push subscription and sends it with the form. Without it everything comes by e-mail or SMS.
"use strict";

const form = document.getElementById("push-form");
if (form && "serviceWorker" in navigator && "PushManager" in window) {
  form.hidden = false;
  const wrong = document.getElementById("push-wrong");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" });
      // Registered is not active yet, and only an active worker may subscribe.
      const worker = await navigator.serviceWorker.ready;
      const key = form.dataset.key.replaceAll("-", "+").replaceAll("_", "/");
      const bytes = Uint8Array.from(atob(key), (sign) => sign.charCodeAt(0));
      const found = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes });
      const given = found.toJSON();
      form.elements.endpoint.value = given.endpoint;
      form.elements.p256dh.value = given.keys.p256dh;
      form.elements.auth.value = given.keys.auth;
      form.submit();
    } catch {
      wrong.hidden = false;
    }
  });
} else {
  const none = document.getElementById("push-none");
  if (none) none.hidden = false;
}
