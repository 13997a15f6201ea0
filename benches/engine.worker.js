// vggscope's engine as a contender: the page's own loader, then the engine's Bench, which does one whole run (every layer
// tapped, its figures made) per call, or a bare one.

import { load } from '/engine.js';

let engine;
let bench;

async function answer({ model, side, input, bare, about }) {
  const start = performance.now();
  if (model) {
    ({ module: engine } = await load());
    bench = new engine.Bench(new Uint8Array(await (await fetch(model)).arrayBuffer()), side);
    return { ms: performance.now() - start };
  }
  if (about) return { layers: bench.layers(), memory: bench.memory(), peak: [...engine.peak()] };
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
