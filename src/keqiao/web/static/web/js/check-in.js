// Checks people in where there may be no net: a press is kept on this phone until the server has said what became of it.
// Without this file, or where a browser keeps nothing, the forms of the page do the same while there is a net.
"use strict";
const door = document.querySelector("[data-door]");
const said = door.dataset; // sentences in the reader's language, and addresses
const KEPT = "keqiao-check-in-1"; // the name that sw.js knows
const BATCH = 50;
const AGAIN = 30_000; // milliseconds until the next try
const PATIENCE = 20_000; // milliseconds for an answer; a net that has gone away often says nothing
const SAME = 3_000; // in which one code before the camera is one press
const CODE = /^[0-9A-Z-]{4,20}$/;
const part = (name) => door.querySelector(`[data-part="${name}"]`);
const rows = new Map([...door.querySelectorAll("li[data-code]")].map((row) => [row.dataset.code, row]));
let presses = new Map(); // of this session, by key
let isSending = false;
let isAskedAgain = false; // while a delivery was under way
let timer = 0;

function database() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("keqiao-check-in", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("presses", { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

// Do something with the store and return what came of it, once it is on the disk.
async function stored(mode, act) {
  const opened = await database();
  try {
    return await new Promise((resolve, reject) => {
      const work = opened.transaction("presses", mode, { durability: "strict" });
      const asked = act(work.objectStore("presses"));
      work.oncomplete = () => resolve(asked.result);
      work.onabort = () => reject(work.error);
    });
  } finally {
    opened.close();
  }
}

async function put(press) {
  await stored("readwrite", (store) => store.put(press));
  presses.set(press.key, press);
}

async function drop(press) {
  await stored("readwrite", (store) => store.delete(press.key));
  presses.delete(press.key);
}

const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
const clock = (time) => new Date(time).toTimeString().slice(0, 5);
const waiting = () => [...presses.values()].filter((one) => one.state === "waiting").sort((one, other) => one.pressed_at - other.pressed_at);
const of = (code) => [...presses.values()].filter((one) => one.code === code).pop();
const tell = (text) => { part("said").textContent = text; };

// What was typed or scanned may be a code, or the address of a ticket.
function codeOf(text) {
  const plain = text.normalize("NFKC").trim().split("?")[0].replace(/\/+$/, "");
  const code = plain.slice(plain.lastIndexOf("/") + 1).trim().toUpperCase();
  return CODE.test(code) ? code : "";
}

function sentence(press) {
  return press.state === "waiting" ? said.waits.replace("{time}", clock(press.pressed_at)) : press.said;
}

function paintRow(row, press) {
  const isThere = press ? press.state !== "refused" : row.dataset.came === "1";
  if (press) row.querySelector("[data-state]").textContent = sentence(press);
  else row.querySelector("[data-state]").textContent = row.dataset.said;
  row.classList.toggle("row--came", isThere);
  row.querySelector('[name="check_in"]').hidden = isThere;
  row.querySelector('[name="undo"]').hidden = !isThere;
  return isThere;
}

// Show what was pressed for a code that is not on the list, with a way to put it away once it is settled.
function paintOther(press) {
  const row = document.createElement("li");
  row.className = "row";
  const code = document.createElement("code");
  code.className = "row__title";
  code.textContent = press.code;
  const state = document.createElement("span");
  state.className = "row__facts";
  state.textContent = sentence(press);
  const away = document.createElement("button");
  away.className = "button button--small";
  away.type = "button";
  away.textContent = said.away;
  away.addEventListener("click", async () => { await drop(press); paint(); });
  row.append(code, state, away);
  return row;
}

function paint() {
  let came = 0;
  for (const [code, row] of rows) came += paintRow(row, of(code)) && row.dataset.settled ? 1 : 0;
  const others = [...presses.values()].filter((one) => !rows.has(one.code) || one.state === "refused");
  part("others").replaceChildren(...others.map(paintOther));
  part("other").hidden = others.length === 0;
  part("came").textContent = String(came);
  const count = waiting().length;
  part("queue").hidden = count === 0;
  part("count").textContent = said.queue.replace("{count}", count);
}

function trouble(kind) {
  part("why").textContent = said[kind];
  part("login").hidden = kind !== "expired";
  clearTimeout(timer);
  timer = setTimeout(send, AGAIN);
}

async function settle(press, reply, now) {
  if (reply.result === "undone") await drop(press);
  else await put({ ...press, state: reply.result === "refused" ? "refused" : "told", said: reply.said, told_at: now });
  tell(`${rows.get(press.code)?.dataset.name ?? press.code} ${reply.said}`);
}

// Post a batch and return the answer; a press has its key, so that one sent twice counts once.
async function post(batch) {
  const body = JSON.stringify({ now: Date.now(), presses: batch.map(({ key, code, pressed_at }) => ({ key, code, pressed_at })) });
  const headers = { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") };
  const attempt = new AbortController();
  const patience = setTimeout(() => attempt.abort(), PATIENCE);
  try {
    return await fetch(said.sent, { method: "POST", headers, body, redirect: "manual", signal: attempt.signal });
  } finally {
    clearTimeout(patience);
  }
}

// Deliver what waits, in batches; a press stays until the server has answered for it, whatever goes wrong.
async function deliver() {
  for (let batch = waiting().slice(0, BATCH); batch.length; batch = waiting().slice(0, BATCH)) {
    const answer = await post(batch);
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return "expired";
    if (answer.status === 404) return "gone";
    if (!answer.ok) return "later";
    const told = await answer.json();
    const replies = new Map(told.replies.map((one) => [one.key, one]));
    if (!batch.some((press) => replies.has(press.key))) return "later";
    for (const press of batch) {
      const reply = replies.get(press.key);
      if (reply && presses.has(press.key)) await settle(press, reply, told.now);
    }
    paint();
  }
  return "";
}

async function send() {
  if (isSending) {
    isAskedAgain = true;
    return;
  }
  isSending = true;
  let why = "";
  do {
    isAskedAgain = false;
    try {
      why = await deliver();
    } catch { // no net, or somebody's page of terms in its place
      why = "offline";
    }
  } while (waiting().length && (!why || isAskedAgain));
  isSending = false;
  if (why && waiting().length) trouble(why);
}

async function press(text) {
  const code = codeOf(text);
  const known = of(code);
  if (!code) tell(said.wrong);
  else if (known && known.state !== "refused") tell(`${rows.get(code)?.dataset.name ?? code} ${sentence(known)}`);
  else if (!known && rows.get(code)?.dataset.came === "1") tell(`${rows.get(code).dataset.name} ${rows.get(code).dataset.said}`);
  else {
    if (known) await drop(known);
    const made = { key: crypto.randomUUID(), session: said.session, code, pressed_at: Date.now(), state: "waiting" };
    await put(made);
    tell(`${rows.get(code)?.dataset.name ?? code} ${sentence(made)}`);
    paint();
    send();
  }
}

function submitted(event) {
  const button = event.submitter;
  const field = event.target.elements.namedItem("typed");
  if (field) {
    event.preventDefault();
    if (field.value.trim()) press(field.value);
    field.value = "";
  } else if (button?.name === "check_in") {
    event.preventDefault();
    press(button.value);
  } else if (button?.name === "undo" && of(button.value)?.state === "waiting") {
    event.preventDefault();
    drop(of(button.value)).then(paint);
  }
}

function narrow(text) {
  const wanted = text.normalize("NFKC").trim().toLowerCase();
  for (const row of rows.values()) {
    row.hidden = !`${row.dataset.name} ${row.dataset.code}`.normalize("NFKC").toLowerCase().includes(wanted);
  }
}

// Keep the list and what it looks like for when there is no net; the worker deletes it when its time is over.
async function keep() {
  const cache = await caches.open(KEPT);
  const answer = await fetch(location.pathname, { redirect: "error" });
  if (!answer.ok || Number(answer.headers.get("Keqiao-Keep-Until")) < Date.now()) return;
  await cache.put(location.pathname, answer);
  const pieces = document.querySelectorAll('link[rel="stylesheet"], script[src]');
  await cache.addAll([...pieces].map((one) => one.href ?? one.src));
}

async function canScan() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return false;
  return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

async function scan() {
  const video = part("video");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    tell(said.camera);
    return;
  }
  video.srcObject = stream;
  await video.play();
  part("scanner").hidden = false;
  part("scan").hidden = true;
  const reader = new BarcodeDetector({ formats: ["qr_code"] });
  let last = "";
  let seen = 0;
  const look = async () => {
    if (!stream.active) return;
    const [found] = await reader.detect(video).catch(() => []);
    if (found && (found.rawValue !== last || Date.now() - seen > SAME)) press(found.rawValue);
    if (found) [last, seen] = [found.rawValue, Date.now()];
    setTimeout(look, 200);
  };
  part("stop").onclick = () => {
    for (const track of stream.getTracks()) track.stop();
    part("scanner").hidden = true;
    part("scan").hidden = false;
  };
  look();
}

async function begin() {
  const all = await stored("readonly", (store) => store.getAll());
  presses = new Map(all.filter((one) => one.session === said.session).map((one) => [one.key, one]));
  for (const one of presses.values()) {
    if (one.state === "told" && one.told_at < Number(said.made)) await drop(one); // the page knows it by itself
  }
  door.addEventListener("submit", submitted);
  part("now").addEventListener("click", send);
  part("find").addEventListener("submit", (event) => event.preventDefault());
  part("find").addEventListener("input", (event) => narrow(event.target.value));
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  paint();
  send();
  part("offline").hidden = false;
  if (await canScan()) {
    part("scan").hidden = false;
    part("scan").addEventListener("click", scan);
  }
  await keep();
}

if (window.isSecureContext && "indexedDB" in window) begin().catch(() => {});
