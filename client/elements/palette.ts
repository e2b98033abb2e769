import { css, type CSSResult, unsafeCSS } from 'lit';
import type { StageName } from '../../generated/client/graphql.ts';

/**
 * Colours of things side by side, on a light and on a dark surface: hues and lightness differ, so that they are told
 * apart without red or green as well, and each stands out three to one from the surface. Stages of one service are of
 * one hue.
 */
export const PALETTE: Readonly<Record<StageName | 'VERMILION', readonly [light: string, dark: string]>> = {
  ENDPOINTING: ['#7f85d1', '#b6bbf7'],
  ASR: ['#4450b5', '#7b86e8'],
  LLM_FIRST_TOKEN: ['#2a978b', '#86e3d6'],
  LLM: ['#0b6b62', '#2fae9f'],
  TRANSLATION: ['#717a12', '#bcc45a'],
  GUARDRAIL: ['#b03a86', '#e583bf'],
  TOOL: ['#2477b8', '#6cb6f0'],
  TTS_FIRST_BYTE: ['#bd7d10', '#f3c777'],
  TTS: ['#8a5300', '#d39231'],
  TRANSPORT: ['#6a7682', '#93a0ad'],
  VERMILION: ['#c04a24', '#f08a63'],
};

const name = (key: string): string => `--paint-${key.toLowerCase().replaceAll('_', '-')}`;

/** The colours as custom properties; a host page gives its own as `--earshot-paint-llm` and so on. */
export const palette: CSSResult = css`
  :host {
    ${unsafeCSS(
      Object.entries(PALETTE)
        .map(([key, [light, dark]]) => {
          const own = name(key).replace('--', '--earshot-');
          return `${name(key)}: var(${own}, light-dark(${light}, ${dark}));`;
        })
        .join(''),
    )}
  }
`;

export function paint(key: keyof typeof PALETTE): string {
  return `var(${name(key)})`;
}

const SERVICES: Readonly<Record<string, keyof typeof PALETTE>> = {
  asr: 'ASR',
  llm: 'LLM',
  translation: 'TRANSLATION',
  tts: 'TTS',
};
const ORDER = [
  'LLM',
  'TTS_FIRST_BYTE',
  'ASR',
  'GUARDRAIL',
  'TOOL',
  'TRANSLATION',
  'VERMILION',
  'LLM_FIRST_TOKEN',
  'TTS',
  'ENDPOINTING',
] as const;

/** A colour for each name, the same wherever the list is the same. Services have those of their stages. */
export function coloursOf(names: readonly string[]): ReadonlyMap<string, string> {
  const colours = new Map<string, string>();
  const taken = new Set<string>(names.flatMap((each) => SERVICES[each] ?? []));
  for (const each of new Set(names)) {
    const own = SERVICES[each];
    const key = own ?? ORDER.find((free) => !taken.has(free)) ?? 'TRANSPORT';
    taken.add(key);
    colours.set(each, paint(key));
  }
  return colours;
}
