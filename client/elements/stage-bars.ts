import { html, LitElement, nothing } from 'lit';
import { visuallyHidden } from '../tokens.ts';
import { duration } from './figures.ts';
import { fullMoment, timeOfDay } from './moments.ts';
import { paint, palette } from './palette.ts';
import { styles } from './stage-bars.styles.ts';
import { STAGE, STAGE_NAMES, type Stretch, type TimedTurn, type Timeline, timelineOf } from './stages.ts';

const UNMEASURED = 'Unmeasured';
const OUTCOME = { SUCCEEDED: 'Succeeded', FAILED: 'Failed', INTERRUPTED: 'Interrupted' } as const;

/** Where the time of each turn went: a bar for the eye, and the same in a table for a screen reader. */
export class StageBars extends LitElement {
  static override styles = [visuallyHidden, palette, styles];
  static override properties = { turns: { attribute: false } };

  /** The newest last. */
  declare turns: readonly TimedTurn[];

  constructor() {
    super();
    this.turns = [];
  }

  override render() {
    const rows = this.turns.map((turn) => ({ turn, timeline: timelineOf(turn) })).reverse();
    if (rows.length === 0) return nothing;
    const longest = Math.max(...rows.map(({ timeline }) => timeline.endMs));
    const names = STAGE_NAMES.filter((name) =>
      this.turns.some(({ stages }) => stages.some((stage) => stage.name === name)),
    );
    const isUnmeasured = rows.some(({ timeline }) => timeline.unmeasuredMs > 0);
    return html`<figure>
      <ul aria-hidden="true">
        ${names.map((name) => legend(STAGE[name], `background: ${paint(name)}`))}
        ${isUnmeasured ? legend(UNMEASURED, '', 'unmeasured') : nothing}
      </ul>
      <div class="rows" aria-hidden="true">
        ${rows.map(({ turn, timeline }) => this.#row(turn, timeline, longest))}
      </div>
      <div class="visually-hidden">
        <table>
          <caption>
            Where the time of the last turns went
          </caption>
          <thead>
            <tr>
              ${['Turn', 'Outcome', 'Total', ...names.map((name) => STAGE[name]), UNMEASURED].map(
                (title) => html`<th scope="col">${title}</th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ({ turn, timeline }) =>
                html`<tr>
                  <th scope="row">${fullMoment(turn.at)}</th>
                  <td>${OUTCOME[turn.outcome]}${turn.error ? `: ${turn.error}` : ''}</td>
                  <td>${turn.totalMs === null ? 'not stated' : duration(turn.totalMs)}</td>
                  ${names.map((name) => html`<td>${spent(turn, name)}</td>`)}
                  <td>${timeline.unmeasuredMs > 0 ? duration(timeline.unmeasuredMs) : 'none'}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </figure>`;
  }

  #row({ at, outcome, totalMs, error }: TimedTurn, { stretches, lanes, endMs }: Timeline, longest: number) {
    return html`<div class="row">
      <span class="when" title=${fullMoment(at)}>${timeOfDay(at)}</span>
      <div class="bar" .style=${`inline-size: ${longest > 0 ? (endMs / longest) * 100 : 0}%`}>
        ${stretches.map((stretch) => bar(stretch, lanes, endMs))}
      </div>
      <span class="how">
        <bdi>${totalMs === null && endMs === 0 ? '–' : duration(totalMs ?? endMs)}</bdi>
        ${outcome === 'SUCCEEDED' ? nothing : html`<span class="outcome ${outcome}" title=${error ?? ''}>${OUTCOME[outcome].toLowerCase()}</span>`}
      </span>
    </div>`;
  }
}

function bar({ stage, startMs, durationMs, lane }: Stretch, lanes: number, endMs: number) {
  const across = `inset-inline-start: ${(startMs / endMs) * 100}%; inline-size: ${(durationMs / endMs) * 100}%;`;
  const height = stage ? 100 / lanes : 100;
  const place = `${across} inset-block-start: ${lane * height}%; block-size: ${height}%;`;
  const words = `${stage ? STAGE[stage.name] : UNMEASURED} ${duration(durationMs)}, from ${duration(startMs)}`;
  const who = [stage?.provider, stage?.model].filter(Boolean).join(' ');
  return html`<span
    class="stretch ${stage ? '' : 'unmeasured'}"
    .style=${stage ? `${place} background: ${paint(stage.name)}` : place}
    title=${who ? `${words} (${who})` : words}
  ></span>`;
}

function legend(label: string, style: string, name = '') {
  return html`<li><span class="swatch ${name}" .style=${style}></span>${label}</li>`;
}

function spent({ stages }: TimedTurn, name: string): string {
  const own = stages.filter((stage) => stage.name === name);
  return own.length ? duration(own.reduce((sum, { durationMs }) => sum + durationMs, 0)) : 'none';
}

declare global {
  interface HTMLElementTagNameMap {
    'stage-bars': StageBars;
  }
}
