// Starts the app. A file of its own, since the page's policy allows no inline script.

// Asks the service worker to isolate the page where the server does not, which gives it threads. That takes one more load,
// and is done before anything else is: nobody has begun anything that a reload would end. Says whether it reloads.
async function isolate() {
  const { serviceWorker } = navigator;
  // An embedded page is isolated only if the page around it is, and leaves nothing behind.
  if (!serviceWorker || window.top !== window) return false;
  const registered = serviceWorker.register('sw.js', { updateViaCache: 'none' });
  registered.catch(error => console.info('no service worker:', error.message));
  if (window.crossOriginIsolated || serviceWorker.controller || !hasThreads() || !isFirstTry()) return false;
  try {
    const registration = await within(WAIT_MS, registered);
    const worker = registration.active ?? registration.waiting ?? registration.installing;
    await within(WAIT_MS, activation(worker));
  } catch {
    return false;
  }
  window.location.reload();
  return true;
}

// How long a page may wait for its service worker before it starts without.
const WAIT_MS = 2000;

// Whether threads would come of it: more than one processor, and memory that can be shared.
function hasThreads() {
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    return navigator.hardwareConcurrency > 1 && memory.buffer.constructor.name === 'SharedArrayBuffer';
  } catch {
    return false;
  }
}

// Whether this tab has not tried before; a tab that remembers nothing does not try.
function isFirstTry() {
  try {
    const tried = sessionStorage.getItem('vggscope.isolate');
    sessionStorage.setItem('vggscope.isolate', 'tried');
    return tried === null;
  } catch {
    return false;
  }
}

function activation(worker) {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (worker.state === 'activated') resolve();
      if (worker.state === 'redundant') reject(new Error('redundant'));
    };
    worker.addEventListener('statechange', look);
    look();
  });
}

function within(ms, promise) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error('late')), ms));
  return Promise.race([promise, late]);
}

if (!(await isolate())) {
  const { default: init } = await import('./vggscope-app.js');
  await init({ module_or_path: new URL('vggscope-app_bg.wasm', import.meta.url) });
}
