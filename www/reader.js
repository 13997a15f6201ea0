// The worker that reads texts in other programs' forms, and archives of photos. A text is a message of bytes, and so is its answer;
// an archive is a file with its number, answered by each photo with its path, and at last by whether that was all. Nothing is
// answered where its module could not be started.

import start, { read, unpack } from './reader/vggscope_reader.js';

const started = start().then(
  () => true,
  () => false,
);

self.onmessage = async ({ data }) => {
  const ready = await started;
  if (data instanceof Uint8Array) {
    self.postMessage(ready ? read(data) : null);
    return;
  }
  const [number, file] = data;
  const give = (path, bytes) => self.postMessage([number, path, bytes], [bytes.buffer]);
  self.postMessage([number, ready && unpack(file, give)]);
};
