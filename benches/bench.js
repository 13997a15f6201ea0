// Runs the contenders by turns on one input and posts what it measured. `cargo xtask bench` serves and opens this page.

const query = new URLSearchParams(location.search);
const rounds = Number(query.get('rounds'));
const model = query.get('model');

const SHAPE = [1, 3, 224, 224];
const PAUSE_MS = 250;

// Every contender has a worker of its own, with its own threads.
const contenders = [
  { who: 'vggscope', threads: 1, script: 'engine.worker.js?variant=threads&threads=1' },
  { who: 'onnxruntime-web', threads: 1, script: 'ort.worker.js?threads=1' },
  { who: 'vggscope', threads: 2, script: 'engine.worker.js?variant=threads&threads=2' },
  { who: 'onnxruntime-web', threads: 2, script: 'ort.worker.js?threads=2' },
  { who: 'vggscope, plain', threads: 1, script: 'engine.worker.js?variant=plain' },
];

const post = (path, body) => fetch(path, { method: 'POST', body });
const pause = () => new Promise(resolve => setTimeout(resolve, PAUSE_MS));

// Sends one message, waits for the one answer; the workers answer {error} or what was asked for.
function ask(worker, message) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = event => reject(new Error(event.message || 'a worker did not load'));
    worker.postMessage(message);
  });
}

// A stand-in for a normalised photo: smooth, the same each time, within what normalising gives.
function photo() {
  const [, channels, height, width] = SHAPE;
  const values = new Float32Array(channels * height * width);
  values.forEach((_, i) => {
    const [x, y, c] = [i % width, Math.floor(i / width) % height, Math.floor(i / width / height)];
    values[i] = 2 * Math.sin(x / (9 + 4 * c)) * Math.cos(y / (17 - 3 * c));
  });
  return values;
}

// The largest difference between two outputs, as a share of the reference's largest value.
function difference(output, reference) {
  if (output.length !== reference.length) throw new Error(`${output.length} outputs, not ${reference.length}`);
  const largest = reference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return output.reduce((most, value, i) => Math.max(most, Math.abs(value - reference[i])), 0) / largest;
}

async function main() {
  const input = photo();
  const results = [];
  for (const { who, threads, script } of contenders) {
    const worker = new Worker(script, { type: 'module' });
    const { ms } = await ask(worker, { model });
    // The first run is a warm-up; its output is compared.
    const { output } = await ask(worker, { input, shape: SHAPE });
    results.push({ who, threads, load_ms: ms, run_ms: [], output, worker });
    await post('/log', `${who}, ${threads} thread(s): ready in ${(ms / 1000).toFixed(1)} s`);
  }
  for (let round = 0; round < rounds; round += 1) {
    // In turn forwards and backwards, so that nobody always follows the same neighbour.
    for (const result of round % 2 ? results.toReversed() : results) {
      // Let the threads of the one before fall asleep.
      await pause();
      result.run_ms.push((await ask(result.worker, { input, shape: SHAPE })).ms);
    }
    await post('/log', `round ${round + 1} of ${rounds}`);
  }
  const reference = results.find(({ who }) => who === 'onnxruntime-web').output;
  const runs = results.map(({ worker, output, ...result }) => ({ ...result, difference: difference(output, reference) }));
  await post('/done', JSON.stringify({ browser: navigator.userAgent, cores: navigator.hardwareConcurrency, runs }));
}

main().catch(error => post('/failed', String(error.stack ?? error)));
