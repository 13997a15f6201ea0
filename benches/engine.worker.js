// vggscope's engine as a contender: the page's own loader, then the engine's Bench, which does one whole run
// (every layer tapped, the callback after each) per call.

import { load } from '/engine.js';

let bench;

async function answer({ model, input }) {
  if (model) {
    const start = performance.now();
    const { module } = await load();
    const bytes = new Uint8Array(await (await fetch(model)).arrayBuffer());
    bench = new module.Bench(bytes);
    return { ms: performance.now() - start };
  }
  const start = performance.now();
  const output = bench.run(input);
  return { ms: performance.now() - start, output };
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(await answer(data));
  } catch (error) {
    const message = error?.unsupported ? `the browser lacks ${error.unsupported}` : String(error?.stack ?? error);
    self.postMessage({ error: `engine: ${message}` });
  }
};
