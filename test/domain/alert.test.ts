import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding } from '../../server/domain/alert.ts';
import { conditionSchemas, type AlertRule, type Condition } from '../../server/domain/alert-rule.ts';
import type { State } from '../../server/domain/state.ts';
import { carryOut, emptyState } from './memory.ts';

const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();

const cost: Condition = conditionSchemas.PROJECT_COST.parse({
  kind: 'PROJECT_COST',
  windowMinutes: 5,
  thresholdUsd: '10',
});

/** A project with a rule. */
function withRule(condition: Condition = cost): { state: State; rule: AlertRule } {
  const state = emptyState();
  const stated = { id: 'r', name: 'a rule', severity: 'WARNING', platform: null, isEnabled: true } as const;
  const answer = carryOut(state, { kind: 'createAlertRule', rule: { ...stated, condition } }, at(0));
  return { state, rule: (answer.recorded as { alertRule: AlertRule }).alertRule };
}

const finding = (seconds: number, value: number, more: Partial<Finding> = {}): Finding => ({
  ruleId: 'r',
  ruleChangedAt: at(0),
  conversationId: null,
  endUserId: null,
  at: at(seconds),
  since: at(seconds),
  value,
  proof: { seq: seconds, conversationId: null, messageId: null, turnId: null },
  ...more,
});
const judge = (state: State, seconds: number, ...findings: Finding[]): string[] => {
  const before = state.events.length;
  carryOut(state, { kind: 'judgeAlerts', findings }, at(seconds));
  return state.events.slice(before).map(({ kind }) => kind);
};

test('what is so is raised once, told anew once a minute at most, and over a tenth below the threshold', () => {
  const { state } = withRule();
  expect(judge(state, 1, finding(1, 9.99))).toEqual([]);
  expect(judge(state, 2, finding(2, 10), finding(2, 11))).toEqual(['AlertRaised']);
  expect(judge(state, 3, finding(3, 12))).toEqual([]);
  expect(judge(state, 62, finding(62, 10))).toEqual([]);
  expect(judge(state, 63, finding(63, 12))).toEqual(['AlertChanged']);
  expect(judge(state, 200, finding(200, 9.5), finding(200, 9.01))).toEqual([]);
  expect(judge(state, 201, finding(201, 9))).toEqual(['AlertResolved']);
  expect(judge(state, 202, finding(202, 10))).toEqual(['AlertRaised']);
  expect([...state.alerts.values()].map(({ id, status }) => [id, status])).toEqual([
    [1, 'RESOLVED'],
    [2, 'RAISED'],
  ]);
});

test('each conversation has an alert of its own', () => {
  const { state } = withRule();
  const of = (conversationId: string): Finding => finding(1, 10, { conversationId });
  expect(judge(state, 1, of('a'), of('b'), of('a'))).toEqual(['AlertRaised', 'AlertRaised']);
});

test('what was found by an older form of the rule, or of a rule that is off or gone, says nothing', () => {
  const { state } = withRule();
  expect(judge(state, 1, finding(1, 99, { ruleChangedAt: at(-1) }), finding(1, 99, { ruleId: 'x' }))).toEqual(
    [],
  );
  carryOut(state, { kind: 'updateAlertRule', id: 'r', changes: { isEnabled: false } }, at(2));
  expect(judge(state, 3, finding(3, 99, { ruleChangedAt: at(2) }))).toEqual([]);
  carryOut(state, { kind: 'updateAlertRule', id: 'r', changes: { isEnabled: true } }, at(4));
  expect(judge(state, 5, finding(5, 99, { ruleChangedAt: at(4) }))).toEqual(['AlertRaised']);
  const before = state.events.length;
  carryOut(state, { kind: 'removeAlertRule', id: 'r' }, at(6));
  expect(state.events.slice(before).map(({ kind }) => kind)).toEqual(['AlertResolved', 'AlertRuleRemoved']);
  expect(judge(state, 7, finding(7, 99, { ruleChangedAt: at(4) }))).toEqual([]);
});

test('what a person dealt with is raised only by what came afterwards, and the same message never twice', () => {
  const { state } = withRule(conditionSchemas.WORDS.parse({ kind: 'WORDS', words: ['x'] }));
  const said = (seconds: number, messageId: number): Finding =>
    finding(seconds, 1, { proof: { seq: seconds, conversationId: 'c', messageId, turnId: null } });
  expect(judge(state, 1, said(1, 7))).toEqual(['AlertRaised']);
  carryOut(state, { kind: 'resolveAlert', id: 1, by: 'operator-2' }, at(5));
  expect(judge(state, 6, said(4, 8))).toEqual([]);
  expect(judge(state, 7, said(7, 7))).toEqual([]);
  expect(judge(state, 8, said(8, 9))).toEqual(['AlertRaised']);
});

test('a snooze ends when its time is over, and not before; a word that was said is forgotten after a day', () => {
  const { state } = withRule(conditionSchemas.WORDS.parse({ kind: 'WORDS', words: ['x'] }));
  judge(state, 1, finding(1, 1));
  const age = (seconds: number): string[] => {
    const before = state.events.length;
    carryOut(state, { kind: 'ageAlerts', ids: [1, 99] }, at(seconds));
    return state.events.slice(before).map(({ kind }) => kind);
  };
  carryOut(state, { kind: 'snoozeAlert', id: 1, until: at(100), by: 'operator-2' }, at(2));
  expect(state.alerts.get(1)).toMatchObject({ status: 'SNOOZED', snoozedUntil: at(100) });
  expect(age(99)).toEqual([]);
  expect(age(100)).toEqual(['AlertChanged']);
  expect(state.alerts.get(1)).toMatchObject({ status: 'RAISED', snoozedUntil: null });
  expect(age(86_400)).toEqual([]);
  expect(age(86_401)).toEqual(['AlertResolved']);
  expect(age(90_000)).toEqual([]);
});

test('whatever is found and done in whatever order, one alert of a scope is open at most, and the ids are dense', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('find' as const),
      value: fc.integer({ min: 0, max: 20 }),
      scope: fc.constantFrom('a', 'b'),
    }),
    fc.record({
      kind: fc.constantFrom('resolve' as const, 'snooze' as const),
      id: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ kind: fc.constant('age' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { state } = withRule();
      for (const [index, it] of steps.entries()) {
        const now = index * 40;
        if (it.kind === 'find') judge(state, now, finding(now, it.value, { conversationId: it.scope }));
        else if (it.kind === 'age') carryOut(state, { kind: 'ageAlerts', ids: [1, 2, 3] }, at(now));
        else {
          const command = { id: it.id, by: 'operator-2' };
          try {
            if (it.kind === 'resolve') carryOut(state, { kind: 'resolveAlert', ...command }, at(now));
            else carryOut(state, { kind: 'snoozeAlert', until: at(now + 60), ...command }, at(now));
          } catch {
            // Refused: there is none, or it is over.
          }
        }
      }
      const alerts = [...state.alerts.values()];
      const open = alerts.filter(({ status }) => status !== 'RESOLVED').map((it) => it.conversationId);
      expect(new Set(open).size).toBe(open.length);
      expect(alerts.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(
        alerts.map((_, place) => place + 1),
      );
      for (const { status, resolvedAt, snoozedUntil } of alerts) {
        expect(resolvedAt !== null).toBe(status === 'RESOLVED');
        expect(snoozedUntil !== null).toBe(status === 'SNOOZED');
      }
    }),
  );
});
