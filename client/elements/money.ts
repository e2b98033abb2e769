const formats = new Map<number, Intl.NumberFormat>();

/**
 * "$0.0456", "$12.5031", "$1,204.50": a decimal with the digits that a person can use. What is worth a fraction of a
 * cent keeps three digits that say something, so that nothing that costs is ever shown as nothing.
 */
export function money(usd: string | number): string {
  const amount = Number(usd);
  const digits = digitsOf(Math.abs(amount));
  let format = formats.get(digits);
  if (!format) {
    format = new Intl.NumberFormat('en', {
      style: 'currency',
      currency: 'USD',
      minimumFractionDigits: 2,
      maximumFractionDigits: digits,
    });
    formats.set(digits, format);
  }
  return format.format(amount).replace('-', '−');
}

function digitsOf(size: number): number {
  if (size >= 1_000 || size === 0) return 2;
  if (size >= 0.01) return 4;
  return Math.min(20, 2 - Math.floor(Math.log10(size)));
}

/** "+$0.0020", "−$0.0020" */
export function moneyDifference(usd: number): string {
  return usd > 0 ? `+${money(usd)}` : money(usd);
}
