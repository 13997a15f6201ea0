// onnxruntime-web as a contender.

import * as ort from '/ort/ort.wasm.bundle.min.mjs';

let session;

async function answer({ model, input, shape, about }) {
  const start = performance.now();
  if (model) {
    ort.env.wasm.numThreads = Number(new URLSearchParams(self.location.search).get('threads'));
    const bytes = new Uint8Array(await (await fetch(model)).arrayBuffer());
    session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
    return { ms: performance.now() - start };
  }
  if (about) return {};
  const results = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', input, shape) });
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
