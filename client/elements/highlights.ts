interface Match {
  readonly category: string;
  readonly start: number;
  readonly end: number;
}

/** A piece of a text, and which categories it tells of. */
export interface Piece {
  readonly words: string;
  readonly categories: readonly string[];
}

/** Cuts a text where matches begin and end; they may lie over one another. */
export function highlighted(text: string, matches: readonly Match[]): readonly Piece[] {
  const edges = new Set([0, text.length, ...matches.flatMap(({ start, end }) => [start, end])]);
  const cuts = [...edges].filter((edge) => edge >= 0 && edge <= text.length).sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index] ?? 0;
    const covering = matches.filter((match) => match.start <= start && match.end >= end);
    return {
      words: text.slice(start, end),
      categories: [...new Set(covering.map(({ category }) => category))],
    };
  });
}
