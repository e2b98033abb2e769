/** So much of a message is shown on either side of the words that matter in it; a message may be a megabyte. */
const AROUND = 200;

/** A message divided into what comes before the quote, the quote, and what follows. */
export function quoted(text: string, quote: string): readonly [before: string, quote: string, after: string] {
  const start = text.indexOf(quote);
  // Not to be found in it: the message was changed since. The quote is what was proved by.
  if (start < 0 || quote === '') return ['', quote || shortened(text), ''];
  const end = start + quote.length;
  const from = start > AROUND ? start - AROUND : 0;
  const to = text.length - end > AROUND ? end + AROUND : text.length;
  return [
    (from > 0 ? '…' : '') + text.slice(from, start),
    quote,
    text.slice(end, to) + (to < text.length ? '…' : ''),
  ];
}

function shortened(text: string): string {
  return text.length > 2 * AROUND ? `${text.slice(0, 2 * AROUND)}…` : text;
}
