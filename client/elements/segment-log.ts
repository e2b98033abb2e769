import { css, html, nothing, type PropertyDeclarations } from 'lit';
import type { CallCardFragment } from '../../generated/client/graphql.ts';
import { type Segment, type SpokenRow, spokenRows } from '../reducers/transcript.ts';
import { duration } from './figures.ts';
import { ReadingLog } from './reading-log.ts';
import { SPOKEN_BY } from './segment-bubble.ts';

const LONGEST = 300;

/** The transcript of one call. Only what is final is announced, since what is spoken changes with every word. */
export class SegmentLog extends ReadingLog<SpokenRow> {
  static override styles = [
    ...ReadingLog.styles,
    css`
      :host {
        container-type: inline-size;
      }
      .silence {
        display: flex;
        align-items: center;
        gap: 12px;
        margin: 12px 0;
        color: var(--ink-3);
        font-size: var(--text-small);
        font-variant-numeric: tabular-nums;
      }
      .silence::before,
      .silence::after {
        content: '';
        flex: 1;
        border-block-start: 1px dashed var(--line-strong);
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    call: {},
    segments: { attribute: false },
    ending: {},
    quiet: { type: Boolean },
  };

  /** Which call the segments are of. Another one starts at its newest words. */
  declare call: string | null;
  declare segments: readonly Segment[];
  /** What is said below the last words; an empty text says nothing. */
  declare ending: string;
  /** Announces nothing: several beside each other would talk over one another. */
  declare quiet: boolean;

  protected override readonly noun = 'words';

  constructor() {
    super();
    this.call = null;
    this.segments = [];
    this.ending = '';
    this.quiet = false;
  }

  protected override get rows(): readonly SpokenRow[] {
    return spokenRows(this.segments);
  }

  protected override keyOf({ segment }: SpokenRow): string {
    return segment.segmentId;
  }

  protected override willUpdate(changed: ReadonlyMap<PropertyKey, unknown>): void {
    if (changed.has('call')) this.begin();
    else if (changed.has('segments'))
      this.#arrived((changed.get('segments') as readonly Segment[] | undefined) ?? []);
  }

  /** What comes before all that was known is an older page; anything else has just been said, late or not. */
  #arrived(before: readonly Segment[]): void {
    const first = before[0];
    if (!first) return;
    const known = new Map(before.map((segment) => [segment.segmentId, segment]));
    const from = this.segments.findIndex(({ segmentId }) => segmentId === first.segmentId);
    const said = this.segments.slice(Math.max(0, from));
    const finals = said.filter(
      ({ segmentId, isPartial }) => !isPartial && known.get(segmentId)?.isPartial !== false,
    );
    this.welcome(
      said.flatMap(({ segmentId }) => (known.has(segmentId) ? [] : segmentId)),
      this.quiet ? '' : announcement(finals),
    );
  }

  protected override row(row: SpokenRow, before: SpokenRow | undefined) {
    const { segment, silenceMs } = row;
    return html`
      ${silenceMs > 0 ? html`<p class="silence"><bdi>${duration(silenceMs)} of silence</bdi></p>` : nothing}
      <segment-bubble
        class="row"
        .row=${row}
        .first=${silenceMs > 0 || before?.segment.speaker !== segment.speaker}
        .arriving=${this.arriving.has(segment.segmentId)}
      ></segment-bubble>
    `;
  }

  protected override end() {
    return this.ending ? html`<p class="note">${this.ending}</p>` : nothing;
  }
}

/** What is said below the last words of a call; nothing while it goes on. */
export function endingOf(call: CallCardFragment | null): string {
  if (call?.status !== 'CLOSED') return '';
  return call.endReason ? `The call ended: ${call.endReason}` : 'The call ended';
}

/** What a screen reader is told: the newest of what became final, and how much there is. */
function announcement(finals: readonly Segment[]): string {
  const last = finals.at(-1);
  if (!last) return '';
  const more = finals.length > 1 ? `${finals.length} new. ` : '';
  return `${more}${SPOKEN_BY[last.speaker]}: ${last.text.slice(0, LONGEST)}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'segment-log': SegmentLog;
  }
}
