// onnxruntime-web as a contender.

import * as ort from '/ort/ort.wasm.bundle.min.mjs';

let session;

async function answer({ model, input, shape }) {
  if (model) {
    const start = performance.now();
    ort.env.wasm.numThreads = Number(new URLSearchParams(self.location.search).get('threads'));
    const bytes = new Uint8Array(await (await fetch(model)).arrayBuffer());
    session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
    return { ms: performance.now() - start };
  }
  const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', input, shape) };
  const start = performance.now();
  const results = await session.run(feeds);
  const ms = performance.now() - start;
  return { ms, output: results[session.outputNames[0]].data };
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(await answer(data));
  } catch (error) {
    self.postMessage({ error: `onnxruntime-web: ${error?.stack ?? error}` });
  }
};
