/* Pastes a block of a spreadsheet over the cells that can be filled. The server reads every figure before anything is saved. */
import { byId, codeOf, counted, element, inputs, isField, isValue, keyOf, nameOf, shown, sheet, words } from "./page.js";
import { base, versionOf } from "./cells.js";
import { figure } from "./editing.js";
import { bodyOf, post, run } from "./saving.js";

const bar = byId("paste");
const said = bar.querySelector("[data-said]");
const refused = bar.querySelector("[data-refused]");
const apply = bar.querySelector("[data-apply]");
const turn = bar.querySelector("[data-turn]");
let plan = null;

/* Take a block of text apart as spreadsheets write it: tabs, line ends of every system, quotes around what holds either. */
export function table(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  const letters = [...text.replace(/\r\n?/g, "\n").replace(/\n+$/, "")];
  for (let i = 0; i < letters.length; i += 1) {
    const letter = letters[i];
    if (quoted && letter === '"' && letters[i + 1] === '"') {
      cell += '"';
      i += 1;
    } else if (letter === '"' && (quoted || cell === "")) quoted = !quoted;
    else if (!quoted && (letter === "\t" || letter === "\n")) {
      rows.at(-1).push(cell.trim());
      cell = "";
      if (letter === "\n") rows.push([]);
    } else cell += letter;
  }
  rows.at(-1).push(cell.trim());
  return rows;
}

function begin(box, rows) {
  const named = byName(rows);
  if (named) return lay(box, named);
  const flat = rows.length === 1 && rows[0].length > 1;
  const across = flat ? rightOf(box) : [];
  if (flat && across.length < 2) return lay(box, { across: [box], texts: [rows[0][0]], row: rows[0] });
  if (flat) return lay(box, { across, texts: rows[0] });
  return lay(box, { across: downFrom(box), texts: rows.map((row) => row[0]), cut: rows.some((row) => row.length > 1) });
}

/* A block with codes or names beside its figures is laid by them, whatever its order; null where it has none. */
function byName(rows) {
  const known = placesByName();
  const columns = [...Array(Math.max(...rows.map((row) => row.length))).keys()];
  const found = (column) => rows.filter((row) => known.get(plainly(row[column])));
  const key = columns.reduce((best, column) => (found(column).length > found(best).length ? column : best), 0);
  const lines = found(key);
  const rest = rows.filter((row) => !lines.includes(row));
  if (!lines.length || lines.length < rest.length) return null;
  const numeric = columns.filter((column) => column !== key && lines.filter((row) => /\p{Nd}/u.test(row[column] ?? "")).length * 2 >= lines.length);
  const period = keyOf(known.get(plainly(lines[0][key]))).split("@").pop();
  const headed = numeric.filter((column) => rest.some((row) => (row[column] ?? "").includes(period)));
  const figures = headed[0] ?? numeric.at(-1);
  if (figures === undefined) return null;
  const boxes = lines.map((row) => known.get(plainly(row[key])));
  return { across: boxes, texts: lines.map((row) => row[figures] ?? ""), column: figures + 1, lost: rest.filter((row) => row[figures] && row !== rows[0]).length };
}

/* The open boxes by their codes and names; a name that two of them have places nothing. */
function placesByName() {
  const known = new Map();
  for (const box of inputs().filter((one) => shown(one) && !one.readOnly)) {
    for (const name of new Set([codeOf(keyOf(box)), nameOf(keyOf(box))].map(plainly))) known.set(name, known.has(name) ? null : box);
  }
  return known;
}

function plainly(text) {
  return (text ?? "").normalize("NFKC").trim().toLowerCase();
}

function downFrom(box) {
  const open = inputs().filter((one) => shown(one) && !one.readOnly);
  return open.slice(open.indexOf(box));
}

/* The finer periods beside a box, if it stands among such. */
function rightOf(box) {
  const list = box.closest("ul.parts");
  if (!list) return [];
  const own = [...list.querySelectorAll("input.value")].filter((one) => !one.readOnly);
  return own.slice(own.indexOf(box));
}

/* Pair boxes with texts; what is empty in the block leaves its cell alone. */
async function lay(box, { across, texts, row, cut, column, lost = texts.length - across.length }) {
  const pairs = texts.map((text, i) => ({ box: across[i], text })).filter(({ box: one, text }) => one && text !== "");
  const mine = { box, row, pairs, over: lost, cut, column };
  plan = mine;
  show(words("reading"));
  apply.hidden = true;
  turn.hidden = !row;
  if (row) turn.textContent = words("fill-down", { count: row.length });
  try {
    const body = bodyOf(pairs.map(({ box: one, text }) => [keyOf(one), itemOf(keyOf(one), text)]));
    body.set("dry_run", "1");
    const answer = await post(body);
    if (!answer.ok) throw new Error(answer.status);
    const { outcomes } = await answer.json();
    // Another choice may have been made meanwhile.
    if (plan === mine) weigh(outcomes);
  } catch {
    if (plan === mine) show(words("paste-unread"));
  }
}

function itemOf(key, text) {
  return { texts: { value: text, ...(base(key).reason ? { reason: "", until: "" } : {}) }, version: versionOf(key) };
}

function weigh(outcomes) {
  const fates = plan.pairs.map((pair) => ({ ...pair, key: keyOf(pair.box), ...outcomes[keyOf(pair.box)] }));
  const good = fates.filter(({ status }) => status === "created" || status === "updated");
  const fresh = good.filter(({ box }) => box.defaultValue === "").length;
  const bad = fates.filter(({ status }) => status === "refused" || status === "stale");
  plan.good = good;
  const parts = [counted("pasted", fates.length), counted("pasted-new", fresh), counted("pasted-changed", good.length - fresh)];
  const same = fates.length - good.length - bad.length;
  if (same) parts.push(counted("pasted-same", same));
  if (bad.length) parts.push(counted("pasted-refused", bad.length));
  if (plan.over > 0) parts.push(counted("pasted-over", plan.over));
  if (plan.cut) parts.push(words("pasted-cut"));
  if (plan.column) parts.push(words("pasted-by-name", { column: plan.column }));
  show(parts.join(" · "), bad);
  apply.hidden = !good.length;
  apply.textContent = words("paste-apply", { count: good.length });
  apply.focus();
}

function show(text, bad = []) {
  bar.hidden = false;
  said.textContent = text;
  refused.replaceChildren(...bad.map(({ key, text: typed, messages }) => element("li", `${nameOf(key)} “${typed}”: ${messages?.join(" ") || words("pasted-stale")}`)));
}

function close() {
  bar.hidden = true;
  plan?.box.focus();
  plan = null;
}

function save() {
  const batch = `paste-${Date.now()}`;
  for (const { box, key, text } of plan.good) {
    box.value = text;
    figure(key, text, { batch: plan.good.length > 1 ? batch : undefined });
  }
  close();
  run();
}

export function listen() {
  sheet.addEventListener("paste", (event) => {
    const box = event.target;
    if (!isField(box) || !isValue(box) || box.readOnly) return;
    const rows = table(event.clipboardData.getData("text/plain"));
    if (rows.length === 1 && rows[0].length === 1) return;
    event.preventDefault();
    begin(box, rows);
  });
  apply.addEventListener("click", save);
  turn.addEventListener("click", () => lay(plan.box, { across: downFrom(plan.box), texts: plan.row }));
  bar.querySelector("[data-cancel]").addEventListener("click", close);
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
}
