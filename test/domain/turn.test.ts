import { expect, test } from 'vitest';
import { latencyOf, unmeasuredMs, type Stage } from '../../server/domain/turn.ts';

const stage = (name: Stage['name'], durationMs: number): Stage => ({ name, startMs: 0, durationMs });

test('times of stages add up exactly, without the remainders of binary fractions', () => {
  const stages = [stage('LLM_FIRST_TOKEN', 0.1), stage('LLM', 0.2), stage('ASR', 0.7)];
  expect(latencyOf({ stages }, 'llm')).toBe(0.3);
  expect(unmeasuredMs({ stages, totalMs: 1.1 })).toBe(0.1);
});

test('a service that was not at work has no latency, and stages that say more than the total leave nothing over', () => {
  const stages = [stage('ASR', 5)];
  expect(latencyOf({ stages }, 'tts')).toBeNull();
  expect(unmeasuredMs({ stages, totalMs: 4 })).toBe(0);
  expect(unmeasuredMs({ stages, totalMs: null })).toBeNull();
});
