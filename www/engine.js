// The engine's worker: asks what this browser can do, loads the best variant of the engine for it, hands over to it.
// Tests and benchmarks ask for something else by this file's address: ?variant=NAME, ?threads=N. The page says ?lost where
// an engine before this one has lost a thread.

const MAX_THREADS = 8;
const POOL_MS = 10_000;
// What shared memory may grow to at most, in pages of 64 KiB: 4, 2 and 1 GiB, 512 MiB. It is set aside as addresses when
// the memory is made, and a phone refuses what it cannot set aside.
const MEMORY_PAGES = [65536, 32768, 16384, 8192];

// Each module uses one instruction of a feature, so that validating it answers whether the browser has the feature.
const valid = (...sections) => WebAssembly.validate(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, ...sections));

const probes = {
  isolation: () => self.crossOriginIsolated === true,
  // WebKitGTK isolates a page and yet has no shared memory.
  'shared-memory': () => self.crossOriginIsolated !== true || typeof SharedArrayBuffer === 'function',
  // (memory 1 1 shared), i32.atomic.load
  threads: () => valid(1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 5, 4, 1, 3, 1, 1, 10, 11, 1, 9, 0, 65, 0, 254, 16, 2, 0, 26, 11),
  // i8x16.popcnt
  simd: () => valid(1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11),
  // i8x16.relaxed_swizzle
  'relaxed-simd': () =>
    valid(1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11),
};

// Loads an engine and, if it has threads, starts them. `missing` says what kept it from being the fastest with all threads:
// features of the browser, 'memory' (it gives no shared memory), 'pool' (threads did not start), 'failed' (the variant
// could not be loaded), 'cores' (the machine has one), 'lost', 'asked' (the address says so). `mebibytes` is what shared
// memory may grow to, or 0 where it is not shared.
// Throws `unsupported` (an array of features) if no variant fits, else what went wrong.
export async function load() {
  const asked = new URLSearchParams(self.location.search);
  const list = new URL('engine/variants.json', import.meta.url);
  const variants = await fetchJson(list);
  const missing = new Set();
  let problem;
  for (const { name, module: path, requires, initial } of variants) {
    if (asked.has('variant') && asked.get('variant') !== name) {
      missing.add('asked');
      continue;
    }
    const lacks = requires.filter(feature => !probes[feature]?.());
    lacks.forEach(feature => missing.add(feature));
    if (lacks.length) continue;
    const memory = initial && sharedMemory(initial);
    if (initial && !memory) {
      missing.add('memory');
      continue;
    }
    try {
      const module = await import(new URL(path, list));
      await module.default(memory && { memory: memory.shared });
      const threads = module.initThreadPool ? threadsFor(asked, missing) : 1;
      // Whoever calls works too, so that one thread needs no pool.
      if (threads > 1) await startPool(module, threads);
      const isolated = self.crossOriginIsolated === true;
      return { name, module, missing: [...missing], threads, isolated, mebibytes: memory ? memory.mebibytes : 0 };
    } catch (error) {
      console.warn(`engine ${name}:`, error);
      problem = error;
      missing.add(error instanceof PoolError ? 'pool' : 'failed');
    }
  }
  throw problem ?? { unsupported: [...missing] };
}

// The largest shared memory that the browser grants.
function sharedMemory(initial) {
  for (const maximum of MEMORY_PAGES) {
    try {
      return { shared: new WebAssembly.Memory({ initial, maximum, shared: true }), mebibytes: maximum / 16 };
    } catch {
      // A smaller one may be had.
    }
  }
  return undefined;
}

async function fetchJson(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname}: HTTP ${response.status}`);
  return response.json();
}

function threadsFor(asked, missing) {
  const here = Math.min(navigator.hardwareConcurrency || 1, MAX_THREADS);
  const wanted = Number.parseInt(asked.get('threads'), 10) || here;
  const threads = asked.has('lost') ? 1 : Math.max(1, wanted);
  if (threads === 1) missing.add(asked.has('lost') ? 'lost' : here === 1 ? 'cores' : 'asked');
  return threads;
}

class PoolError extends Error {}

// wasm-bindgen-rayon keeps its workers to itself and waits for them for ever. Seen from here, one that fails is
// noticed at once, and none of them outlives a pool that did not start.
async function startPool(module, threads) {
  const { Worker } = self;
  const workers = [];
  let timer;
  const failure = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new PoolError(`no threads after ${POOL_MS} ms`)), POOL_MS);
    self.Worker = class extends Worker {
      constructor(...options) {
        super(...options);
        workers.push(this);
        this.addEventListener('error', event => reject(new PoolError(event.message || 'a thread did not start')));
      }
    };
  });
  try {
    await Promise.race([module.initThreadPool(threads), failure]);
  } catch (error) {
    workers.forEach(worker => worker.terminate());
    throw error;
  } finally {
    clearTimeout(timer);
    self.Worker = Worker;
  }
}

async function main() {
  try {
    const { name, module, missing, threads, isolated, mebibytes } = await load();
    module.start(name, missing.join(','), threads, isolated, mebibytes);
  } catch (error) {
    if (error?.unsupported) self.postMessage({ failed: 'unsupported', missing: error.unsupported });
    else self.postMessage({ failed: 'load', message: String(error?.message ?? error) });
  }
}

// The benchmark's worker imports this file for `load`; only as a worker's own script does it start the engine.
if (import.meta.url === self.location.href) main();
