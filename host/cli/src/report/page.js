"use strict";
// Draws what the page's numbers say, and runs the network itself where its weights are here.
const page = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const halves = (text) => new Int16Array(bytes(text).buffer);
const words = (text) => new Uint32Array(bytes(text).buffer);

// The golden model's integers. Sums are below 2^53, so they are exact; R5 rounds half up and saturates.
const live = page.live && page.layers.map((layer) => {
  const w = layer.weights;
  return { ...w, outputs: layer.outputs, ends: words(w.column_ends), rows: words(w.rows), codes: bytes(w.codes) };
});
function compute(input) {
  let x = input;
  return live.map((w) => {
    const sums = new Float64Array(w.outputs);
    for (let j = 0, k = 0; j < x.length; j++) {
      // A zero activation costs nothing.
      if (x[j] === 0) { k = w.ends[j]; continue; }
      for (; k < w.ends[j]; k++) sums[w.rows[k]] += w.codebook[w.codes[k]] * x[j];
    }
    const half = w.shift === 0 ? 0 : 2 ** (w.shift - 1);
    x = Int16Array.from(sums, (sum, row) => {
      const y = Math.min(32767, Math.max(-32768, Math.floor((sum + w.bias[row] + half) / 2 ** w.shift)));
      return w.relu ? Math.max(0, y) : y;
    });
    return x;
  });
}
const units = (pixels) => Int16Array.from(pixels, (p) => p * page.pixel_units);

// What the program computed must come out here, bit for bit; the page says so.
function check() {
  if (!live) return "none";
  const same = page.samples.filter((s) => {
    const ours = compute(units(bytes(s.pixels)));
    return s.results.every((want, k) => {
      const theirs = halves(want);
      return theirs.length === ours[k].length && theirs.every((y, i) => y === ours[k][i]);
    });
  });
  return `${same.length} of ${page.samples.length}`;
}

// Pictures.
function paint(canvas, width, height, color) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) image.data.set(color(i), 4 * i);
  context.putImageData(image, 0, 0);
}
const BUSY = [0, 114, 178], STARVED = [240, 228, 66], STALLED = [213, 94, 0], WHITE = [255, 255, 255], QUEUE = [102, 51, 153], RED = [213, 94, 0];
const mix = (a, b, share) => a.map((low, k) => Math.round(low + (b[k] - low) * Math.min(1, share)));
const opaque = (color) => [...color, 255];
function grey(canvas, pixels) {
  paint(canvas, page.side, page.side, (i) => [255 - pixels[i], 255 - pixels[i], 255 - pixels[i], 255]);
}
function activations(canvas, y) {
  const columns = y.length > 24 ? Math.ceil(Math.sqrt(2.5 * y.length)) : y.length;
  const most = y.reduce((m, v) => Math.max(m, Math.abs(v)), 1);
  paint(canvas, columns, Math.ceil(y.length / columns), (i) =>
    i < y.length ? opaque(mix(WHITE, y[i] < 0 ? RED : BUSY, Math.abs(y[i]) / most)) : [0, 0, 0, 0]);
}
// The map of the image that is shown, its view, and the cell under the slider.
let shown = null;
function map(m) {
  shown = m && { ...m, busy: bytes(m.busy), starved: bytes(m.starved), stalled: bytes(m.stalled), queued: bytes(m.queued) };
  $("map-box").hidden = !m;
  if (!m) {
    $("map-note").textContent = "The page has no cycle model: `eie studio` shows the map of drawn images, too.";
    return;
  }
  $("cycle").max = m.columns - 1;
  if (Number($("cycle").value) >= m.columns) $("cycle").value = 0;
  $("map-note").textContent = `${m.pes} PEs from top to bottom, ${m.cycles} cycles from left to right; a cell is ` +
    `${m.width} cycle(s).`;
  drawMap();
}
function drawMap() {
  const m = shown;
  if (!m) return;
  const queues = document.querySelector("input[name=view][value=queues]").checked;
  const cell = Number($("cycle").value);
  // A PE is some pixels high, and a cell some wide, or the picture of a few would be a line.
  const high = Math.max(1, Math.round(m.columns / m.pes / 3));
  paint($("map"), m.columns, m.pes * high, (i) => {
    const at = Math.floor(i / m.columns / high) * m.columns + (i % m.columns);
    // By the root: a few columns are seen, too.
    if (queues) return opaque(mix(WHITE, QUEUE, Math.sqrt(m.queued[at] / 255)));
    const [b, s] = [m.busy[at], m.starved[at]];
    const base = mix(STARVED, BUSY, b + s > 0 ? b / (b + s) : 0);
    return opaque(mix(mix(WHITE, base, (b + s) / 255), STALLED, m.stalled[at] / 255));
  });
  $("mark").style.left = `${(100 * (cell + 0.5)) / m.columns}%`;
  const share = (of) => {
    let sum = 0;
    for (let pe = 0; pe < m.pes; pe++) sum += of[pe * m.columns + cell] / 255;
    return sum;
  };
  const [from, to] = [cell * m.width, Math.min(m.cycles, (cell + 1) * m.width) - 1];
  $("cycle-note").textContent = `Cycle ${from}${to > from ? ` to ${to}` : ""}: ${share(m.busy).toFixed(1)} PEs busy, ` +
    `${share(m.starved).toFixed(1)} starved, ${share(m.stalled).toFixed(1)} stalled; ` +
    `${(share(m.queued) * m.deep).toFixed(0)} of ${m.deep * m.pes} places in queues taken.`;
  $("cycle").setAttribute("aria-valuetext", $("cycle-note").textContent);
}

// Figures come one after the other, as layers do.
let flowing = 0;
function flow() {
  clearInterval(flowing);
  const figures = [...document.querySelectorAll(".flow figure")];
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  figures.forEach((f) => f.classList.add("waits"));
  let k = 0;
  const next = () => {
    figures[k].classList.remove("waits");
    if (++k === figures.length) clearInterval(flowing);
  };
  next();
  flowing = setInterval(next, 450);
}

// `from`: pixels, results, title, and what the program computed: map, energy, same.
function show({ pixels, results, title, map: m, energy, same }) {
  if (page.side) grey($("image"), pixels);
  results.forEach((y, k) => {
    activations(document.querySelector(`.act[data-layer="${k}"]`), y);
    const zeros = y.filter((v) => v === 0).length;
    document.querySelector(`[data-zeros="${k}"]`).textContent = `${zeros} of them zero`;
  });
  const y = results[results.length - 1];
  const best = y.indexOf(Math.max(...y));
  const scale = page.layers[page.layers.length - 1].scale;
  const [low, high] = [Math.min(...y), Math.max(...y)];
  $("scores").replaceChildren(...Array.from(y, (v, k) => {
    const row = document.createElement("tr");
    if (k === best) row.className = "best";
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = k;
    const cell = document.createElement("td");
    cell.textContent = (v * scale).toFixed(2);
    const bar = document.createElement("td");
    const meter = document.createElement("meter");
    Object.assign(meter, { min: low, max: high > low ? high : low + 1, value: v });
    meter.setAttribute("aria-label", `score of ${k}`);
    bar.append(meter);
    row.append(head, cell, bar);
    return row;
  }));
  say(`${title}: the network says ${best}.`);
  document.body.dataset.best = best;
  $("engines").textContent = same === undefined ? "Computed by this page." : same ?
    "Computed by the CPU engine; all results are the golden model's." : "The CPU engine's results are NOT the golden model's.";
  document.body.dataset.same = same;
  for (const cell of document.querySelectorAll("[data-energy]")) {
    const nj = energy ? energy[cell.dataset.energy] : null;
    cell.textContent = nj === null ? "" : nj < 1000 ? `${nj.toFixed(1)} nJ` : `${(nj / 1000).toFixed(1)} µJ`;
  }
  map(m);
}
function say(text) {
  $("wrong").textContent = "";
  $("verdict").textContent = text;
}
function wrong(text) {
  $("wrong").textContent = text;
}
// What the program computed for an image.
function computed(s, title) {
  show({ ...s, pixels: bytes(s.pixels), results: s.results.map(halves), title });
}
const titled = (s) => `Image ${s.number} of the test set, a ${s.label}`;
function sample(k) {
  const s = page.samples[k];
  // On as many PEs as are chosen now.
  if ($("pes") && Number($("pes").value) !== s.map.pes) return numbered(s.number);
  again = null;
  computed(s, titled(s));
  flow();
}

// The server, if there is one: the last thing asked for is the one to show.
let asked = 0, again = null;
async function ask(path, body, then) {
  const number = ++asked;
  again = () => ask(path, body, then);
  document.body.dataset.asking = "yes";
  try {
    const answer = await fetch(`${path}?pes=${$("pes").value}`, body ? { method: "POST", body } : {});
    const found = await answer.json();
    if (number !== asked) return;
    if (answer.ok) then(found);
    else wrong(`${found.error[0].toUpperCase()}${found.error.slice(1)}.`);
  } catch {
    if (number === asked) wrong("The server does not answer: is `eie studio` still running?");
  } finally {
    if (number === asked) document.body.dataset.asking = "no";
  }
}
const numbered = (n) => ask(`/api/test/${n}`, null, (s) => {
  computed(s, titled(s));
  flow();
});
function studio() {
  $("pes").addEventListener("change", () => {
    const radio = document.querySelector("input[name=sample]:checked");
    if (again) again();
    else if (radio) sample(Number(radio.value));
  });
  $("take").addEventListener("submit", (e) => {
    e.preventDefault();
    const box = $("number");
    if (!box.checkValidity()) return wrong(`The test set has the images 0 to ${box.max}.`);
    unselect();
    numbered(box.value);
  });
}
// What is shown is none of the pictures.
function unselect() {
  document.querySelectorAll("input[name=sample]:checked").forEach((r) => { r.checked = false; });
}

// A drawn digit is moved so that its weight is in the middle, as those of the set are.
function centred(pixels) {
  const n = page.side;
  let [sum, x, y] = [0, 0, 0];
  pixels.forEach((p, i) => { sum += p; x += p * (i % n); y += p * Math.floor(i / n); });
  if (sum === 0) return pixels;
  const [dx, dy] = [Math.round(n / 2 - 0.5 - x / sum), Math.round(n / 2 - 0.5 - y / sum)];
  return Uint8Array.from(pixels, (_, i) => {
    const [u, v] = [(i % n) - dx, Math.floor(i / n) - dy];
    return u >= 0 && u < n && v >= 0 && v < n ? pixels[v * n + u] : 0;
  });
}
function own(pixels, title) {
  const x = centred(pixels);
  unselect();
  if (page.studio) ask("/api/run", x, (s) => computed(s, title));
  else show({ pixels: x, results: compute(units(x)), title, map: null });
}

function drawing() {
  const pad = $("pad"), n = page.side, pixels = new Uint8Array(n * n);
  let cursor = [n >> 1, n >> 1], focused = false;
  const draw = () => {
    grey(pad, pixels);
    if (focused) {
      const context = pad.getContext("2d");
      context.fillStyle = "#d55e00";
      context.fillRect(cursor[0], cursor[1], 1, 1);
    }
  };
  const dot = (x, y) => {
    for (let v = Math.floor(y) - 1; v <= y + 2; v++) for (let u = Math.floor(x) - 1; u <= x + 2; u++) {
      if (u < 0 || v < 0 || u >= n || v >= n) continue;
      const near = 1.75 - Math.hypot(u + 0.5 - x, v + 0.5 - y);
      pixels[v * n + u] = Math.max(pixels[v * n + u], Math.min(255, Math.max(0, 255 * near)));
    }
    draw();
    own(pixels, "Your drawing");
  };
  const clear = () => { pixels.fill(0); draw(); say(""); };
  let last = null;
  const at = (e) => {
    const box = pad.getBoundingClientRect();
    return [((e.clientX - box.left) / box.width) * n, ((e.clientY - box.top) / box.height) * n];
  };
  pad.addEventListener("pointerdown", (e) => { pad.setPointerCapture(e.pointerId); last = at(e); dot(...last); });
  pad.addEventListener("pointermove", (e) => {
    if (!last) return;
    const to = at(e), steps = Math.ceil(Math.hypot(to[0] - last[0], to[1] - last[1]) / 0.7);
    for (let s = 1; s <= steps; s++) dot(last[0] + ((to[0] - last[0]) * s) / steps, last[1] + ((to[1] - last[1]) * s) / steps);
    last = to;
  });
  for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, () => { last = null; });
  pad.addEventListener("focus", () => { focused = true; draw(); });
  pad.addEventListener("blur", () => { focused = false; draw(); });
  pad.addEventListener("keydown", (e) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    if (move) {
      cursor = cursor.map((c, k) => Math.min(n - 1, Math.max(0, c + move[k])));
      if (e.shiftKey) dot(cursor[0] + 0.5, cursor[1] + 0.5);
    } else if (e.key === " ") dot(cursor[0] + 0.5, cursor[1] + 0.5);
    else if (e.key === "Backspace" || e.key === "Delete") clear();
    else return;
    e.preventDefault();
    draw();
  });
  $("clear").addEventListener("click", clear);

  const take = async (file) => {
    if (!file) return;
    if (page.studio) {
      // The limit of the server, which would say the same behind a long upload.
      if (file.size > 16 << 20) return wrong(`${file.name} has ${file.size} bytes, expected at most ${16 << 20}.`);
      unselect();
      return ask("/api/image", file, (s) => {
        pixels.set(bytes(s.pixels));
        draw();
        computed(s, file.name);
        flow();
      });
    }
    try {
      const picture = await createImageBitmap(file);
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = n;
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.fillStyle = "#fff";
      context.fillRect(0, 0, n, n);
      context.drawImage(picture, 0, 0, n, n);
      const data = context.getImageData(0, 0, n, n).data;
      const ink = Array.from({ length: n * n }, (_, i) => 255 - (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3);
      const border = ink.filter((_, i) => i < n || i >= n * (n - 1) || i % n === 0 || i % n === n - 1);
      const dark = border.reduce((sum, v) => sum + v, 0) / border.length > 127;
      pixels.set(ink.map((v) => Math.round(dark ? 255 - v : v)));
      draw();
      own(pixels, file.name);
    } catch {
      wrong(`${file.name} is no image that this browser reads.`);
    }
  };
  $("file").addEventListener("change", (e) => take(e.target.files[0]));
  document.addEventListener("dragover", (e) => e.preventDefault());
  document.addEventListener("drop", (e) => { e.preventDefault(); take(e.dataTransfer.files[0]); });
  draw();
}

for (const canvas of document.querySelectorAll(".thumb")) {
  if (page.side) grey(canvas, bytes(page.samples[canvas.dataset.sample].pixels));
}
for (const canvas of document.querySelectorAll(".weights")) {
  const p = page.layers[canvas.dataset.layer].picture, cells = bytes(p.cells);
  paint(canvas, p.columns, p.rows, (i) => opaque(mix(WHITE, [20, 40, 60], cells[i] / 255)));
}
for (const radio of document.querySelectorAll("input[name=sample]")) {
  radio.addEventListener("change", () => sample(Number(radio.value)));
}
for (const radio of document.querySelectorAll("input[name=view]")) radio.addEventListener("change", () => {
  document.querySelectorAll("[data-view]").forEach((key) => { key.hidden = key.dataset.view !== radio.value; });
  drawMap();
});
$("cycle").addEventListener("input", drawMap);
$("play").addEventListener("click", flow);
if (page.studio) studio();
if ($("pad")) drawing();
sample(0);
if (page.begin) {
  unselect();
  computed(page.begin, "Your image");
}
document.body.dataset.checked = check();
