// The service worker: isolates the page where the host sends no headers, and keeps it for when there is no network.
//
// Rules:
// 1. What it does not know, or cannot answer, goes to the network as if it were not there.
// 2. A build is kept whole or not at all: what is kept is answered only once all of it is there, each file checked by its
//    sum. So a page never gets files of two builds.
// 3. A new build is fetched whole beside the old one. It takes over when the person says so, or when nothing is kept.
// 4. On the computer's own server the network comes first: it costs nothing there, and whoever changes the page sees it.
//
// The build writes the constant BUILD before this: `id`, and `files`, each path with its size and its sum.

/* global BUILD */

const PREFIX = 'vggscope-';
const CACHE = PREFIX + BUILD.id;
// Stands in a cache that is whole, and says what is kept.
const WHOLE = 'whole.json';
const LOCAL = ['localhost', '127.0.0.1'].includes(self.location.hostname);

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

self.addEventListener('install', event => event.waitUntil(install()));
self.addEventListener('activate', event => event.waitUntil(activate()));
self.addEventListener('fetch', event => {
  const { request } = event;
  const path = inside(request.url);
  if (request.method === 'GET' && path !== undefined) event.respondWith(answer(request, path));
});
self.addEventListener('message', event => {
  const { data, ports } = event;
  const work = tasks[data?.task];
  if (work) event.waitUntil(work(data, message => ports[0]?.postMessage(message)));
});

// What the page asks for. A page of another build may ask for what is not here: it gets no answer.
const tasks = {
  // Keeps this build, with one variant of the engine; says how far it is, then what is kept or why nothing is.
  keep: async ({ variant }, tell) => {
    try {
      tell({ kept: await keep(variant, (done, of) => tell({ done, of })) });
    } catch (error) {
      tell({ failed: error.name === 'QuotaExceededError' ? 'room' : 'fetch' });
    }
  },
  // Says what is kept.
  kept: async (_, tell) => tell({ kept: (await whole(CACHE))?.bytes ?? 0 }),
  // Forgets all of it.
  forget: async (_, tell) => {
    for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await caches.delete(name);
    tell({ kept: 0 });
  },
  // Takes over from the build before.
  use: () => self.skipWaiting(),
};

// The path of an address within the page, without what stands behind ? and #; undefined if it is none.
function inside(url) {
  const { scope } = self.registration;
  const { origin, pathname } = new URL(url);
  const address = origin + pathname;
  return address.startsWith(scope) ? address.slice(scope.length) || 'index.html' : undefined;
}

async function answer(request, path) {
  if (LOCAL) {
    try {
      return isolated(await fetch(request));
    } catch (error) {
      return (await kept(path)) ?? Promise.reject(error);
    }
  }
  return (await kept(path)) ?? isolated(await fetch(request));
}

// A file of this build, if it is kept and whole.
async function kept(path) {
  if (!(path in BUILD.files)) return undefined;
  // A browser that denies storage throws, and one that was short of room has thrown everything away.
  try {
    return (await whole(CACHE)) && (await (await caches.open(CACHE)).match(path));
  } catch {
    return undefined;
  }
}

// What a cache says of itself once it is whole: the variant of the engine, and bytes.
async function whole(name) {
  const mark = (await caches.has(name)) && (await (await caches.open(name)).match(WHOLE));
  return mark ? mark.json() : undefined;
}

// The same answer, with the headers that isolate a page and its workers.
function isolated(response) {
  if (response.type !== 'basic') return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  const { body, status, statusText } = response;
  return new Response(body, { status, statusText, headers });
}

async function keep(variant, tell) {
  const wanted = Object.entries(BUILD.files).filter(([path]) => !isOther(path, variant));
  const of = wanted.reduce((sum, [, [bytes]]) => sum + bytes, 0);
  const cache = await caches.open(CACHE);
  let done = 0;
  for (const [path, [bytes, integrity]] of wanted) {
    if (!(await cache.match(path))) {
      // A file with another sum is an error of the network to the browser: it was cut short, or belongs to another build.
      const response = await fetch(path, { integrity, cache: 'no-cache' });
      if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
      await cache.put(path, isolated(response));
    }
    done += bytes;
    tell(done, of);
  }
  await cache.put(WHOLE, new Response(JSON.stringify({ variant, bytes: of })));
  return of;
}

// Whether this is a file of a variant of the engine that is not the one.
function isOther(path, variant) {
  const folder = /^engine\/([^/]+)-[0-9a-f]+\//.exec(path);
  return folder !== null && folder[1] !== variant;
}

async function install() {
  const before = await Promise.all((await others()).map(whole));
  const variant = before.find(Boolean)?.variant;
  // Where nothing is kept there is nothing that could get mixed up.
  if (variant === undefined) return self.skipWaiting();
  // Not whole, not installed: the build before goes on.
  return keep(variant, () => {});
}

async function activate() {
  for (const name of await others()) await caches.delete(name);
  await self.clients.claim();
}

// Caches of other builds. Where storage is denied there is none.
async function others() {
  try {
    return (await caches.keys()).filter(name => name.startsWith(PREFIX) && name !== CACHE);
  } catch {
    return [];
  }
}
