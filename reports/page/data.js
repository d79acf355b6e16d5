// The data of a page: JSON, deflated, in base64, within the page itself.

export async function inflated(base64) {
  const letters = atob(base64);
  // A loop: to walk over a string of megabytes letter by letter takes ten times as long.
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

// Columns of growing numbers hold what each number adds to the one before it.
export function summed(differences) {
  const numbers = new Float64Array(differences.length);
  let sum = 0;
  for (let i = 0; i < differences.length; i++) numbers[i] = sum += differences[i];
  return numbers;
}

// The first place in sorted `numbers` that is not below `value`.
export function lower_bound(numbers, value) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
