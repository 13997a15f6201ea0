// vggscope's engine as a contender: the page's own loader, then the engine's Bench, which does one whole run (every layer
// tapped, its figures made) per call, or a bare one.

import { load } from '/engine.js';

let engine;
let bench;

// The browser compiles what runs often once more, and better, while it runs.
async function peak() {
  let most = [0, 0];
  for (let turn = 0; turn < 5; turn += 1) {
    const found = engine.peak();
    most = most.map((value, i) => Math.max(value, found[i]));
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  return most;
}

async function answer({ model, side, input, bare, about }) {
  const start = performance.now();
  if (model) {
    ({ module: engine } = await load());
    bench = new engine.Bench(new Uint8Array(await (await fetch(model)).arrayBuffer()), side);
    return { ms: performance.now() - start };
  }
  if (about) return { layers: bench.layers(), memory: bench.memory(), peak: await peak() };
  const output = bare ? bench.bare(input) : bench.run(input);
  return { ms: performance.now() - start, output, times: bench.times() };
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(await answer(data));
  } catch (error) {
    const message = error?.unsupported ? `the browser lacks ${error.unsupported}` : String(error?.stack ?? error);
    self.postMessage({ error: `engine: ${message}` });
  }
};
