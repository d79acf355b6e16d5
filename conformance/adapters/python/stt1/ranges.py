"""A set of integers held as sorted, disjoint, half-open ranges."""

from bisect import bisect_left, bisect_right


class RangeSet:
    """Ranges [low, high) that neither overlap nor touch, in rising order."""

    __slots__ = ("lows", "highs")

    def __init__(self):
        self.lows = []
        self.highs = []

    def __len__(self):
        return len(self.lows)

    def __bool__(self):
        return bool(self.lows)

    def __iter__(self):
        return iter(list(zip(self.lows, self.highs)))

    def __contains__(self, value):
        place = bisect_right(self.lows, value) - 1
        return place >= 0 and value < self.highs[place]

    def total(self):
        """How many integers the set holds."""
        return sum(self.highs) - sum(self.lows)

    def add(self, low, high):
        """Takes [low, high) in, joined with all that it touches."""
        if low >= high:
            return
        first = bisect_left(self.highs, low)
        last = bisect_right(self.lows, high)
        if first < last:
            low = min(low, self.lows[first])
            high = max(high, self.highs[last - 1])
        self.lows[first:last] = [low]
        self.highs[first:last] = [high]

    def remove(self, low, high):
        """Takes [low, high) out."""
        if low >= high:
            return
        first = bisect_right(self.highs, low)
        last = bisect_left(self.lows, high)
        if first >= last:
            return
        lows, highs = [], []
        if self.lows[first] < low:
            lows.append(self.lows[first])
            highs.append(low)
        if self.highs[last - 1] > high:
            lows.append(high)
            highs.append(self.highs[last - 1])
        self.lows[first:last] = lows
        self.highs[first:last] = highs

    def missing(self, low, high):
        """The parts of [low, high) that are not in the set, in order."""
        out = []
        place = bisect_right(self.highs, low)
        while low < high:
            if place >= len(self.lows) or self.lows[place] >= high:
                out.append((low, high))
                break
            if self.lows[place] > low:
                out.append((low, self.lows[place]))
            low = self.highs[place]
            place += 1
        return out

    def end_from(self, low):
        """The end of the range that holds `low`, or `low` itself."""
        place = bisect_right(self.lows, low) - 1
        return self.highs[place] if place >= 0 and self.highs[place] > low else low

    def clear(self):
        self.lows.clear()
        self.highs.clear()
