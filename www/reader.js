// The worker that reads texts in other programs' forms: stacks and class names. It answers nothing where its module could not be
// started.

import start, { read } from './reader/vggscope_reader.js';

const started = start().then(
  () => true,
  () => false,
);

self.onmessage = async ({ data }) => self.postMessage((await started) ? read(data) : null);
