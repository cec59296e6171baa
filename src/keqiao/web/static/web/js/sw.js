// Shows a page that helps when the network is away; keeps nothing else.
"use strict";
const CACHE = "keqiao-offline-2";
const PAGE = "/offline/";

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
  await Promise.all(names.filter((name) => name.startsWith("keqiao-") && name !== CACHE).map((name) => caches.delete(name)));
}

self.addEventListener("install", (event) => {
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOld());
});

self.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate" && event.request.method === "GET") {
    event.respondWith(fetch(event.request).catch(async () => (await caches.match(PAGE)) ?? Response.error()));
  } else if (event.request.destination === "style") {
    event.respondWith(fetch(event.request).catch(async () => (await caches.match(event.request)) ?? Response.error()));
  }
});
