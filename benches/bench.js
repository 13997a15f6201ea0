// Runs contenders by turns, case after case, and posts what it measured. `cargo xtask bench` serves and opens this page;
// /cases.json says which cases: [{name, model, side, rounds, contenders: [{who, threads, variant?}]}].

const PAUSE_MS = 250;

const SCRIPTS = { vggscope: 'engine.worker.js', 'onnxruntime-web': 'ort.worker.js' };

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
function photo([, channels, height, width]) {
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

async function measure({ name, model, side, rounds, contenders }) {
  const shape = [1, 3, side, side];
  const input = photo(shape);
  const runs = [];
  for (const { who, threads, variant } of contenders) {
    // Every contender has a worker of its own, with its own threads.
    const query = new URLSearchParams({ threads, ...(variant && { variant }) });
    const worker = new Worker(`${SCRIPTS[who]}?${query}`, { type: 'module' });
    const { ms: load_ms } = await ask(worker, { model, side });
    // The first run is a warm-up; its output is compared.
    const { output } = await ask(worker, { input, shape });
    runs.push({ who, variant, threads, load_ms, run_ms: [], bare_ms: [], tapped_ms: [], times: [], output, worker });
  }
  for (let round = 0; round < rounds; round += 1) {
    // In turn forwards and backwards, so that nobody always follows the same neighbour.
    for (const run of round % 2 ? runs.toReversed() : runs) {
      // Let the threads of the one before fall asleep.
      await pause();
      const { ms, times } = await ask(run.worker, { input, shape });
      run.run_ms.push(ms);
      if (times) {
        run.times.push([...times]);
        // What taps cost is seen between two runs that both follow one of the same contender, whose weights are near.
        const pair = [['bare_ms', true], ['tapped_ms', false]];
        for (const [list, bare] of round % 2 ? pair.toReversed() : pair) {
          await pause();
          run[list].push((await ask(run.worker, { input, shape, bare })).ms);
        }
      }
    }
  }
  const reference = runs.find(({ who }) => who === 'onnxruntime-web')?.output;
  for (const run of runs) {
    const { worker, output } = run;
    Object.assign(run, await ask(worker, { about: true }));
    run.difference = reference ? difference(output, reference) : 0;
    worker.terminate();
    delete run.worker;
    delete run.output;
  }
  await post('/log', `${name}: done`);
  return { name, side, runs };
}

async function main() {
  const cases = [];
  for (const todo of await (await fetch('/cases.json')).json()) cases.push(await measure(todo));
  await post('/done', JSON.stringify({ browser: navigator.userAgent, cores: navigator.hardwareConcurrency, cases }));
}

main().catch(error => post('/failed', String(error.stack ?? error)));
