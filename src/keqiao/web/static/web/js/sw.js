// Shows a page that helps when the network is away, and the check-in lists that this phone keeps for a while; nothing else.
"use strict";
const CACHE = "keqiao-offline-2";
const KEPT = "keqiao-check-in-1"; // filled by check-in.js
const PAGE = "/offline/";
const LIST = /^\/sessions\/[^/]+\/check-in\/$/;
const LOG_OUT = "/account/logout/";
const UNTIL = "Keqiao-Keep-Until"; // milliseconds since 1970, on the answer that is kept

// Keep the page and the style sheets that it names, whatever their names are in this release.
async function keep() {
  const cache = await caches.open(CACHE);
  const answer = await fetch(PAGE, { cache: "reload" });
  if (!answer.ok) return;
  await cache.put(PAGE, answer.clone());
  const links = (await answer.text()).matchAll(/<link rel="stylesheet" href="([^"]+)"/g);
  await cache.addAll([...links].map((link) => link[1]));
}

async function forgetOld() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("keqiao-") && name !== CACHE && name !== KEPT);
  await Promise.all(old.map((name) => caches.delete(name)));
}

// Delete the lists whose time is over; a browser lets a page do that only when somebody opens one.
async function forgetLists() {
  const cache = await caches.open(KEPT);
  for (const request of await cache.keys()) {
    const until = (await cache.match(request, { ignoreVary: true }))?.headers.get(UNTIL);
    if (until && Number(until) < Date.now()) await cache.delete(request, { ignoreVary: true });
  }
}

async function list(path) {
  await forgetLists();
  return (await caches.open(KEPT)).match(path, { ignoreVary: true });
}

// Whoever may not see the list any more, as after logging out, has none kept either.
async function forgetIfGone(path, answer) {
  if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) {
    await (await caches.open(KEPT)).delete(path, { ignoreVary: true });
  }
}

async function page(request) {
  const path = new URL(request.url).pathname;
  const isList = LIST.test(path);
  try {
    const answer = await fetch(request);
    if (isList) await forgetIfGone(path, answer);
    return isList && answer.status >= 500 ? ((await list(path)) ?? answer) : answer;
  } catch {
    return (isList && (await list(path))) || (await caches.match(PAGE)) || Response.error();
  }
}

async function piece(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { ignoreVary: true })) ?? Response.error();
  }
}

self.addEventListener("install", (event) => {
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOld());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") {
    event.waitUntil(forgetLists());
    event.respondWith(page(request));
  } else if (request.mode === "navigate" && new URL(request.url).pathname === LOG_OUT) {
    event.waitUntil(caches.delete(KEPT));
  } else if (["style", "script"].includes(request.destination)) {
    event.respondWith(piece(request));
  }
});
