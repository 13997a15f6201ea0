// Starts the app. A file of its own, since the page's policy allows no inline script.

import init from './vggscope-app.js';

await init({ module_or_path: new URL('vggscope-app_bg.wasm', import.meta.url) });
