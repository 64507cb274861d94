// Gives a ballot or a survey back when there is no network. It keeps these pages as they come, empty,
// and their files; never a page that came back from a send, never a page of the staff. What was
// chosen stays in the tab (phone.js), which also sends it later.
"use strict";
const KEPT = "wishes", DAY = 86400000;
const PAGE = /^\/(b\/\w+\/\d+|s\/\w+\/survey\/\d+)$/, FILE = /^\/static\/.+\.[0-9a-f]{10}\.\w+$/;
// A page that phone.js put here carries no headers of the server: the policy of middleware.py.
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && PAGE.test(pathname)) event.respondWith(getPage(request, event));
  else if (FILE.test(pathname)) event.respondWith(getFile(request, event));
});

async function getPage(request, event) { // from the network if it answers, else as it was kept
  const cache = await caches.open(KEPT);
  event.waitUntil(sweep(cache));
  let answer = null;
  try {
    answer = await fetch(request);
    if (answer.ok && answer.type === "basic") event.waitUntil(cache.put(request, answer.clone()));
  } catch { /* no network */ }
  if (answer && answer.status < 500) return answer;
  const kept = await cache.match(request, { ignoreVary: true });
  return kept ? dress(kept) : answer || Response.error();
}
async function getFile(request, event) { // its name changes with its content: what is kept is right
  const cache = await caches.open(KEPT), kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) event.waitUntil(cache.put(request, answer.clone()));
  return answer;
}
function dress(kept) {
  const headers = new Headers(kept.headers);
  headers.set("content-security-policy", POLICY);
  return new Response(kept.body, { headers });
}
async function sweep(cache) { // pages after a day, files after a month
  for (const request of await cache.keys()) {
    const age = Date.now() - Date.parse((await cache.match(request, { ignoreVary: true })).headers.get("date"));
    if (!(age < DAY * (PAGE.test(new URL(request.url).pathname) ? 1 : 30))) await cache.delete(request);
  }
}
