"use strict";
// The browser of questions. All text goes into the page as text, never as HTML: questions are other people's words.
const DATA = JSON.parse(document.getElementById("data").textContent);
const PICTURES = JSON.parse(document.getElementById("pictures").textContent);
const STEPS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const [ID, VIDEO, CLIP, CLASS, CATEGORY, QUESTION, OPTIONS, ANSWER, SPANS] = Array(9).keys();
const CHUNK = 60;
const at = (name) => document.getElementById(name);
const right = (run, n) => run.choices[n] === DATA.questions[n][ANSWER];
const blind = DATA.runs.filter((run) => run.blind);
const seeing = DATA.runs.filter((run) => !run.blind);
const letter = (i) => (i < 26 ? String.fromCharCode(65 + i) : String(i + 1));

function clock(seconds) {
  const whole = Math.floor(seconds), two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600), rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

function element(tag, kind, text) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  if (text !== undefined) made.textContent = text;
  return made;
}

function drawn(tag, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// Filters -----------------------------------------------------------------------------------------------------

const OUTCOMES = {
  "": () => true,
  right: (run, n) => right(run, n),
  wrong: (run, n) => run.choices[n] >= 0 && !right(run, n),
  failed: (run, n) => run.choices[n] < 0,
  blind: (run, n) => blind.some((other) => right(other, n)),
  seen: (run, n) => right(run, n) && !blind.some((other) => right(other, n)),
  differs: (run, n) => new Set((seeing.length > 1 ? seeing : DATA.runs).map((other) => right(other, n))).size > 1,
};
const HAY = DATA.questions.map((q) => [q[ID], q[VIDEO], q[QUESTION], ...q[OPTIONS]].join("\n").toLowerCase());
const FIELDS = ["run", "outcome", "category", "class", "text"];
let found = [], shown = 0;

function fill(select, names) {
  for (const name of names) {
    const option = element("option", "", name || "(none)");
    option.value = name;
    select.append(option);
  }
}

function search() {
  const run = DATA.runs[at("run").value], keep = OUTCOMES[at("outcome").value];
  const category = at("category").value, kind = at("class").value;
  const words = at("text").value.toLowerCase().split(/\s+/).filter(Boolean);
  found = [];
  DATA.questions.forEach((q, n) => {
    if (category && q[CATEGORY] !== category) return;
    if (kind && q[CLASS] !== kind) return;
    if (!keep(run, n) || !words.every((word) => HAY[n].includes(word))) return;
    found.push(n);
  });
  const good = found.filter((n) => right(run, n)).length;
  const share = found.length ? `, ${((100 * good) / found.length).toFixed(1)} % right` : "";
  at("count").textContent = `${found.length.toLocaleString("en")} of ${DATA.questions.length.toLocaleString("en")}${share}`;
  at("list").replaceChildren();
  shown = 0;
  more();
}

function more() {
  const next = document.createDocumentFragment();
  for (const n of found.slice(shown, shown + CHUNK)) next.append(row(n));
  shown = Math.min(found.length, shown + CHUNK);
  at("list").append(next);
}

// One question ------------------------------------------------------------------------------------------------

function row(n) {
  const q = DATA.questions[n], run = DATA.runs[at("run").value];
  const made = element("details", "row"), line = element("summary");
  made.dataset.id = q[ID];
  const outcome = run.choices[n] < 0 ? "failed" : right(run, n) ? "right" : "wrong";
  line.append(element("span", `chip ${outcome}`, outcome), element("span", "", q[QUESTION]));
  line.append(element("span", "meta", [q[CATEGORY], q[CLASS] && `${q[CLASS]} min`].filter(Boolean).join(" · ")));
  made.append(line);
  made.addEventListener("toggle", () => {
    if (made.open && made.children.length < 2) made.append(body(n));
    if (made.open) history.replaceState(null, "", `#q=${encodeURIComponent(q[ID])}`);
  });
  return made;
}

function body(n) {
  const q = DATA.questions[n], made = element("div", "body");
  const clip = q[CLIP] ? ` · ${clock(q[CLIP][0])} to ${clock(q[CLIP][1])}` : "";
  const spans = q[SPANS].map(([a, b]) => `${clock(a)}–${clock(b)}`).join(", ");
  made.append(element("p", "spent", `${q[ID]} · ${q[VIDEO]}${clip}${spans && ` · key spans ${spans}`}`));
  const list = element("ol", "options");
  q[OPTIONS].forEach((text, i) => {
    const item = element("li", `option${i === q[ANSWER] ? " right" : ""}`);
    item.append(element("span", "letter", letter(i)), element("span", "text", text + (i === q[ANSWER] ? " ✓" : "")));
    const tags = element("span", "tags");
    DATA.runs.forEach((run) => run.choices[n] === i && tags.append(tag(run, n)));
    item.append(tags);
    list.append(item);
  });
  made.append(list);
  DATA.runs.forEach((run) => {
    if (run.errors[n]) made.append(element("p", "warn", `${run.label} failed: ${run.errors[n]}`));
    if (run.said[n]) made.append(element("p", "spent", `${run.label} said: ${run.said[n]}`));
  });
  const chosen = DATA.runs[at("run").value];
  const order = [chosen, ...seeing.filter((run) => run !== chosen)];
  for (const run of order) if (run.frames[n] || run.curves[n]) made.append(seen(run, n));
  return made;
}

function tag(run, n) {
  const share = run.shares[n] ? ` ${Math.round(100 * run.shares[n][run.choices[n]])} %` : "";
  const mine = run === DATA.runs[at("run").value] ? " mine" : "";
  return element("span", `tag${right(run, n) ? " right" : ""}${run.blind ? " blind" : ""}${mine}`, run.label + share);
}

function seen(run, n) {
  const made = element("div", "seen"), spans = DATA.questions[n][SPANS], frames = run.frames[n] || [];
  const held = (time) => spans.some(([a, b]) => a <= time && time <= b);
  const hit = spans.filter(([a, b]) => frames.some(([time]) => a <= time && time <= b)).length;
  made.append(element("p", "", spans.length ? `${run.label} · key spans seen: ${hit} of ${spans.length}` : run.label));
  const line = element("div", "timeline");
  line.append(curve(run, n, frames, spans));
  made.append(line);
  const pictures = run.pictures[n], times = element("div", "times"), strip = element("div", "strip small");
  frames.forEach(([time, score], i) => {
    const known = score === undefined ? "" : `, score ${score}`;
    if (pictures && pictures[i] >= 0) {
      const shot = element("figure", held(time) ? "true" : ""), image = element("img");
      image.src = `data:image/jpeg;base64,${PICTURES[pictures[i]]}`;
      image.alt = `frame at ${clock(time)}`;
      shot.append(image, element("span", "place", String(i + 1)), element("figcaption", "", clock(time) + (score === undefined ? "" : ` · ${score}`)));
      strip.append(shot);
    } else {
      const one = element("span", `time${held(time) ? " true" : ""}`, clock(time));
      one.title = `rank ${i + 1}${known}`;
      times.append(one);
    }
  });
  if (strip.children.length) made.append(strip);
  if (times.children.length) made.append(times);
  return made;
}

// Places in [low, high] for what wants to stand at `wanted` (rising), at least `apart` from each other: `engine/labels.py`.
function spread(wanted, apart, low, high) {
  const gap = wanted.length > 1 ? Math.min(apart, (high - low) / (wanted.length - 1)) : apart, pools = [];
  wanted.forEach((place, n) => {
    let [total, size] = [place - n * gap, 1];
    while (pools.length && pools.at(-1)[0] / pools.at(-1)[1] >= total / size) {
      const [other, more] = pools.pop();
      [total, size] = [total + other, size + more];
    }
    pools.push([total, size]);
  });
  const last = high - (wanted.length - 1) * gap;
  return pools.flatMap(([total, size]) => Array(size).fill(Math.min(Math.max(total / size, low), last)))
    .map((place, n) => place + n * gap);
}

// Scores over the clip, the true spans as green bands, the frames kept as numbered dots: the drawing of `mmego ask`'s
// report, as wide as there is room.
function curve(run, n, frames, spans) {
  const width = Math.max(300, Math.min(1100, at("list").clientWidth - 34)), left = 56, right = width - 30;
  const label = 19, line = 15, numbers = frames.slice(0, 64);
  const rows = Math.max(1, Math.ceil(((numbers.length - 1) * label) / (right - left)));
  const top = 16 + rows * line, floor = top + 86, height = floor + 46;
  const known = run.curves[n], clip = DATA.questions[n][CLIP];
  const all = [...frames.map(([time]) => time), ...spans.flat(), ...(known ? [known[0], known[1]] : [])];
  const start = clip ? clip[0] : Math.min(0, ...all), end = clip ? clip[1] : Math.max(1, ...all);
  const x = (time) => left + (Math.min(Math.max((time - start) / (end - start || 1), 0), 1)) * (right - left);
  const highest = Math.max(known ? known[2] : 0, ...frames.map(([, score]) => score || 0)) || 1;
  const y = (score) => floor - (score / highest) * (floor - top);
  const dot = ([, score]) => (score === undefined ? top : y(score));
  const picture = drawn("svg", { class: "curve", viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `scores of ${run.label} from ${clock(start)} to ${clock(end)}` });
  for (const [a, b] of spans) {
    const band = drawn("rect", { class: "key", x: x(a), y: top, width: Math.max(3, x(b) - x(a)), height: floor - top });
    band.append(drawn("title", {}, `key span ${clock(a)} to ${clock(b)}`));
    picture.append(band);
  }
  if (known) {
    const [from, to, peak, letters] = known, step = (to - from) / Math.max(1, letters.length - 1);
    const points = [...letters].map((one, i) => `${x(from + i * step).toFixed(1)},${y((STEPS.indexOf(one) / 63) * peak).toFixed(1)}`);
    picture.append(drawn("polygon", { class: "area", points: `${x(from)},${floor} ${points.join(" ")} ${x(to)},${floor}` }));
    picture.append(drawn("polyline", { class: "line", points: points.join(" ") }));
    picture.append(drawn("text", { x: left - 6, y: y(peak) + 4, "text-anchor": "end" }, String(Number(peak.toPrecision(2)))));
    picture.append(drawn("text", { class: "title", x: left - 6, y: y(peak) - 13, "text-anchor": "end" }, "score"));
  }
  picture.append(drawn("line", { class: "axis", x1: left, x2: right, y1: floor, y2: floor }));
  const parts = Math.max(2, Math.min(8, Math.floor((right - left) / 70)));
  for (let i = 0; i <= parts; i++) {
    const time = start + ((end - start) * i) / parts;
    picture.append(drawn("text", { x: x(time), y: floor + 17, "text-anchor": "middle" }, clock(time)));
  }
  picture.append(drawn("text", { class: "title", x: (left + right) / 2, y: floor + 38, "text-anchor": "middle" },
    `time in the video, ${end >= 3600 ? "h:min:s" : "min:s"}`));
  const ordered = numbers.map((frame, i) => [frame, i + 1]).sort(([a, i], [b, j]) => a[0] - b[0] || i - j);
  spread(ordered.map(([[time]]) => x(time)), label / rows, left, right).forEach((place, i) => {
    const [frame, rank] = ordered[i], base = 6 + (i % rows) * line + 11;
    const points = `${place},${base + 3} ${place},${6 + rows * line} ${x(frame[0])},${dot(frame)}`;
    picture.append(drawn("polyline", { class: "lead", points }));
    picture.append(drawn("text", { class: "rank", x: place, y: base, "text-anchor": "middle" }, rank));
  });
  [...frames].reverse().forEach(([time, score], i) => {
    const mark = drawn("g", { class: "dot" }), height = dot([time, score]);
    mark.append(drawn("title", {}, `${frames.length - i}. ${clock(time)}${score === undefined ? "" : `, score ${score}`}`));
    mark.append(drawn("line", { x1: x(time), x2: x(time), y1: floor, y2: height }));
    mark.append(drawn("circle", { cx: x(time), cy: height, r: 4 }));
    picture.append(mark);
  });
  return picture;
}

// Start -------------------------------------------------------------------------------------------------------

DATA.runs.forEach((run, i) => {
  const option = element("option", "", run.label);
  option.value = i;
  at("run").append(option);
});
at("run").value = Math.max(0, DATA.runs.findIndex((run) => !run.blind));
fill(at("category"), [...new Set(DATA.questions.map((q) => q[CATEGORY]))].sort());
fill(at("class"), [...new Set(DATA.questions.map((q) => q[CLASS]))].filter(Boolean));
for (const name of FIELDS) at(name).addEventListener(name === "text" ? "input" : "change", search);
new IntersectionObserver((seen) => {
  if (seen.some((one) => one.isIntersecting) && shown < found.length) more();
}, { rootMargin: "600px" }).observe(at("more"));

function openLinked() {
  const wanted = location.hash.match(/^#q=(.+)$/);
  if (!wanted) return;
  const id = decodeURIComponent(wanted[1]), n = found.findIndex((i) => DATA.questions[i][ID] === id);
  if (n < 0) return;
  while (shown <= n) more();
  const there = at("list").children[n];
  there.open = true;
  there.scrollIntoView({ block: "center" });
}

search();
openLinked();
window.addEventListener("hashchange", openLinked);
