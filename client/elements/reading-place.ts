/** Closer to the end than this counts as being there. */
const NEAR_END = 32;
const NEAR_START = 160;

/**
 * Keeps a reader's place in a scrolling log. At the end it follows the end; elsewhere the row that the reader sees
 * first stays where it is, whatever is put before it, taken away, or wrapped anew. Browsers do this only in part:
 * not at the very start, and not everywhere.
 */
export class ReadingPlace {
  atEnd = true;

  #onMove: () => void;
  #scroller: HTMLElement | null = null;
  #observer = new ResizeObserver(() => this.#keep());
  #anchor: { row: HTMLElement; top: number } | null = null;
  /** Where we scrolled to ourselves: the event of that says nothing about the reader. */
  #own = NaN;

  constructor(onMove: () => void) {
    this.#onMove = onMove;
  }

  get atStart(): boolean {
    return (
      this.#scroller !== null && this.#scroller.clientHeight > 0 && this.#scroller.scrollTop < NEAR_START
    );
  }

  /** Call after each update. The scroller's only child is the column; what is read in it has the class `row`. */
  watch(scroller: HTMLElement): void {
    if (scroller === this.#scroller) return;
    this.release();
    this.#scroller = scroller;
    this.#observer.observe(scroller);
    if (scroller.firstElementChild) this.#observer.observe(scroller.firstElementChild);
  }

  release(): void {
    this.#observer.disconnect();
    this.#scroller = null;
    this.#anchor = null;
  }

  toEnd(): void {
    this.atEnd = true;
    this.#anchor = null;
    this.#keep();
  }

  /** Puts a row in the middle, where the reader stays. */
  show(row: HTMLElement): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    this.atEnd = false;
    scroller.scrollTop = row.offsetTop - (scroller.clientHeight - row.offsetHeight) / 2;
    this.#own = scroller.scrollTop;
    this.#remember();
  }

  scrolled(): void {
    const scroller = this.#scroller;
    if (!scroller || scroller.clientHeight === 0 || Math.abs(scroller.scrollTop - this.#own) < 1) return;
    this.#own = NaN;
    this.atEnd = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop < NEAR_END;
    this.#remember();
    this.#onMove();
  }

  #keep(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    const shift = this.#anchor?.row.isConnected ? this.#anchor.row.offsetTop - this.#anchor.top : 0;
    if (this.atEnd) scroller.scrollTop = scroller.scrollHeight;
    else if (shift !== 0) scroller.scrollTop += shift;
    else return;
    this.#own = scroller.scrollTop;
    this.#remember();
  }

  #remember(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    const rows = scroller.querySelectorAll<HTMLElement>('.row');
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = rows[middle];
      if (row && row.offsetTop + row.offsetHeight <= scroller.scrollTop) low = middle + 1;
      else high = middle;
    }
    const row = rows[low];
    this.#anchor = row ? { row, top: row.offsetTop } : null;
  }
}
