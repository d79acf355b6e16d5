// Many points in few pixels: of each pixel the smallest and the largest value, so that no peak is lost.

import { lower_bound } from "./data.js";

// Two places a pixel, from `start` to `end`: the same for all lines of a chart.
export function places(start, end, pixels) {
  const step = (end - start) / (2 * pixels);
  return Float64Array.from({ length: 2 * pixels }, (_, i) => start + (i + 0.5) * step);
}

// What `line` ({at, value}, `at` sorted) says at those places; null where it says nothing.
export function sampled(line, start, end, pixels) {
  const values = new Array(2 * pixels).fill(null);
  const scale = pixels / (end - start);
  let i = lower_bound(line.at, start);
  // A value holds until the next one: the line enters the picture from the left, and leaves it to the right.
  if (i > 0) values[0] = line.value[i - 1];
  while (i < line.at.length && line.at[i] <= end) {
    const pixel = Math.min(pixels - 1, Math.floor((line.at[i] - start) * scale));
    let [low, high] = [i, i];
    for (; i < line.at.length && Math.min(pixels - 1, Math.floor((line.at[i] - start) * scale)) === pixel; i++) {
      if (line.at[i] > end) break;
      if (line.value[i] < line.value[low]) low = i;
      if (line.value[i] > line.value[high]) high = i;
    }
    values[2 * pixel] = line.value[Math.min(low, high)];
    values[2 * pixel + 1] = line.value[Math.max(low, high)];
  }
  if (i > 0) values[2 * pixels - 1] ??= line.value[i - 1];
  return values;
}
