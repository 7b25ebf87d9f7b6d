/* Exact arithmetic with fractions of whole numbers, as the server reckons: stored to twelve digits, rounded half away from zero. */
const FULL_WIDTH = "０１２３４５６７８９．，－＋　";
const HALF_WIDTH = "0123456789.,-+ ";
const SCALES = { "": 1n, 万: 10n ** 4n, 亿: 10n ** 8n, 万亿: 10n ** 12n };
const SIGNS = { "≥": "≥", ">=": "≥", "≤": "≤", "<=": "≤", "≈": "≈", "~": "≈", "～": "≈", 约: "≈", 大约: "≈", ">": ">", "＞": ">", "=": "=", "＝": "=", "": "=" };
const NUMBER = /^(≥|>=|≤|<=|≈|~|～|大约|约|>|＞|=|＝|)\s*([-+]?)(\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.(\d+))?\s*(万亿|万|亿|)$/;
const GRAIN = 12;

/* Read a plain figure; null for what only the server can judge, such as a unit written after it. */
export function read(text) {
  const plain = [...text].map((letter) => (FULL_WIDTH.includes(letter) ? HALF_WIDTH[FULL_WIDTH.indexOf(letter)] : letter)).join("").replace(/[−–]/g, "-").trim();
  const match = NUMBER.exec(plain);
  if (!match) return null;
  const [, sign, minus, whole, fraction = "", scale] = match;
  const digits = BigInt(whole.replace(/[, ]/g, "") + fraction);
  return { n: (minus === "-" ? -digits : digits) * SCALES[scale], d: 10n ** BigInt(fraction.length), sign: SIGNS[sign], scaled: Boolean(scale) };
}

/* A factor such as 1000/1; nothing is one. */
function factor(text) {
  const [n, d] = (text || "1/1").split("/");
  return { n: BigInt(n), d: BigInt(d) };
}

const times = (a, b) => ({ n: a.n * b.n, d: a.d * b.d });

/* Round to so many digits after the point, half away from zero; the answer counts in units of the last digit. */
function units({ n, d }, digits) {
  const [top, bottom] = d < 0n ? [-n, -d] : [n, d];
  const size = (top < 0n ? -top : top) * 10n ** BigInt(digits);
  const found = (2n * size + bottom) / (2n * bottom);
  return top < 0n ? -found : found;
}

const stored = (fraction) => ({ n: units(fraction, GRAIN), d: 10n ** BigInt(GRAIN) });

/* Write a fraction with so many digits, grouped as the server groups it. */
export function write(fraction, decimals) {
  const found = units(fraction, decimals);
  const digits = String(found < 0n ? -found : found).padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  const whole = digits.slice(0, cut).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${found < 0n ? "\u2212" : ""}${whole}${decimals ? `.${digits.slice(cut)}` : ""}`;
}

/* Write a figure with its own digits and no idle zeros. */
export function own(fraction) {
  const text = write(fraction, GRAIN);
  return text.replace(/\.?0+$/, "");
}

/* The weaker sign of two wins; below the line a sign turns round. */
export function weaker(top, bottom) {
  const turned = { ">": "≤", "≥": "≤", "≤": "≥" }[bottom] ?? bottom;
  const signs = new Set([top, turned].filter((sign) => sign !== "="));
  if (!signs.size) return "=";
  const all = [...signs].join("");
  if (all === ">" || all === "≤") return all;
  return [...signs].every((sign) => sign === ">" || sign === "≥") ? "≥" : "≈";
}

/* Numerator over denominator times the multiplier, as the server stores and shows it; null where there is nothing to divide by. */
export function ratio(top, bottom, { topFactor, bottomFactor, multiplier, decimals }) {
  const above = times(top, factor(topFactor));
  const below = times(bottom, factor(bottomFactor));
  if (below.n === 0n) return null;
  const whole = times({ n: above.n * below.d, d: above.d * below.n }, read(multiplier));
  const sign = weaker(top.sign, bottom.sign);
  return { text: `${sign === "=" ? "" : `${sign} `}${write(stored(whole), Number(decimals))}`, top: own(stored(above)), bottom: own(stored(below)) };
}
