import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import {
  CreateAlertRuleDocument,
  RemoveAlertRuleDocument,
  ResolveAlertDocument,
  SnoozeAlertDocument,
  UpdateAlertRuleDocument,
} from '../../../generated/client/graphql.ts';
import { ALERT_KINDS } from '../../../client/elements/alert-kinds.ts';
import { anAlert, anAlertRule, FakeAlerts } from '../support/alerts.ts';
import { expectAccessible } from '../support/axe.ts';
import { moment } from '../support/factories.ts';
import { heard, mount, textOf } from '../support/mount.ts';
import { find, findAll, idle } from '../support/shadows.ts';

async function open(server: FakeAlerts, { theme = 'light', width = 700, dir = 'ltr' } = {}) {
  const alerts = await mount(
    'live-alerts',
    html`<live-alerts .connect=${server.connect} theme=${theme} dir=${dir}></live-alerts>`,
  );
  alerts.style.width = `${width}px`;
  await idle(alerts);
  return alerts;
}

const press = async (alerts: Element, label: string): Promise<void> => {
  const found = findAll(alerts, 'button').find(
    (it) => textOf(it) === label || it.getAttribute('aria-label') === label,
  );
  if (!found) throw new Error(`There is no button "${label}".`);
  await userEvent.click(found);
  await idle(alerts);
};
const field = (alerts: Element, id: string): HTMLInputElement => find(alerts, `#${id}`) as HTMLInputElement;

async function sayName(alerts: Element): Promise<void> {
  await userEvent.fill(field(alerts, 'name'), 'operator-2');
  await press(alerts, 'Use this name');
}

describe('<live-alerts>', () => {
  it('tells what is raised, how much it matters, and since when', async () => {
    const server = new FakeAlerts();
    const cost = anAlert({
      id: '2',
      severity: 'CRITICAL',
      text: 'The project cost $5.',
      conversationId: null,
    });
    server.become({ raised: 2, open: [cost, anAlert()], rules: [anAlertRule()] });
    const alerts = await open(server);
    const [first, second] = findAll(alerts, 'article').map(textOf);
    expect(first).toMatch(/^The project cost \$5\. ?Critical · Angry callers · since /u);
    expect(second).toMatch(/something was said .* Warning/u);
    expect(textOf(alerts)).toContain('2 alerts raised');
    await expectAccessible(alerts);
  });

  it('says what to do while there are no rules, and sets one up', async () => {
    const server = new FakeAlerts();
    const alerts = await open(server);
    expect(textOf(alerts)).toContain('Add a rule for what you want to be told');
    await press(alerts, 'Add a rule');
    await userEvent.fill(field(alerts, 'name'), 'Long waits');
    await userEvent.fill(field(alerts, 'seconds'), '60');
    await press(alerts, 'Save the rule');
    const input = {
      name: 'Long waits',
      severity: 'WARNING',
      platform: null,
      condition: { kind: 'WAITING', seconds: 60 },
    };
    expect(server.sent).toEqual([{ document: CreateAlertRuleDocument, variables: { input } }]);
    expect(find(alerts, 'alert-rule-form')).toBeNull();
    expect(textOf(find(alerts, '[aria-live]'))).toBe('The rule is saved.');
  });

  it('says at its field why a rule is refused, and goes there', async () => {
    const server = new FakeAlerts();
    const alerts = await open(server);
    await press(alerts, 'Add a rule');
    await userEvent.selectOptions(find(alerts, '#kind') as HTMLSelectElement, 'WORDS');
    await idle(alerts);
    await userEvent.fill(field(alerts, 'pattern'), '(');
    const message = 'input.condition.pattern cannot be read.';
    server.refusal = { __typename: 'InvalidInputError', field: 'input.condition.pattern', message };
    await press(alerts, 'Save the rule');
    const pattern = field(alerts, 'pattern');
    expect(pattern.getAttribute('aria-invalid')).toBe('true');
    expect(textOf(find(alerts, `#${pattern.getAttribute('aria-describedby')}`))).toBe('Cannot be read.');
    expect((pattern.getRootNode() as ShadowRoot).activeElement).toBe(pattern);
    expect(pattern.value).toBe('(');
    await expectAccessible(alerts);
  });

  it.each(Object.entries(ALERT_KINDS))(
    'has a form for %s with all that it needs',
    async (kind, { fields }) => {
      const server = new FakeAlerts();
      const alerts = await open(server);
      await press(alerts, 'Add a rule');
      await userEvent.selectOptions(find(alerts, '#kind') as HTMLSelectElement, kind);
      await idle(alerts);
      for (const { name, label } of fields) expect(textOf(find(alerts, `label[for=${name}]`))).toBe(label);
      await press(alerts, 'Save the rule');
      expect(server.sent[0]?.variables).toMatchObject({ input: { condition: { kind } } });
      await expectAccessible(alerts);
    },
  );

  it('changes a rule, switches it off and removes it', async () => {
    const server = new FakeAlerts();
    const rule = anAlertRule();
    server.become({ rules: [rule] });
    const alerts = await open(server);
    expect(textOf(find(alerts, '.rules'))).toContain('Said: refund, lawyer');
    await press(alerts, 'Change Angry callers');
    expect((find(alerts, '#words') as HTMLTextAreaElement).value).toBe('refund\nlawyer');
    await userEvent.fill(find(alerts, '#words')!, 'refund\n\n chargeback ');
    await press(alerts, 'Save the rule');
    await press(alerts, 'Switch off Angry callers');
    await press(alerts, 'Remove Angry callers');
    expect(textOf(find(alerts, '.rules'))).toContain('Its open alerts are resolved.');
    expect(server.sent).toHaveLength(2);
    await press(alerts, 'Remove the rule');
    expect(server.sent).toMatchObject([
      {
        document: UpdateAlertRuleDocument,
        variables: { input: { id: 'r1', condition: { words: ['refund', 'chargeback'] } } },
      },
      { document: UpdateAlertRuleDocument, variables: { input: { id: 'r1', isEnabled: false } } },
      { document: RemoveAlertRuleDocument, variables: { id: 'r1' } },
    ]);
  });

  it('keeps the kind that was chosen in the form while things happen', async () => {
    const server = new FakeAlerts();
    server.become({ rules: [anAlertRule()] });
    const alerts = await open(server);
    await press(alerts, 'Change Angry callers');
    await userEvent.selectOptions(find(alerts, '#kind') as HTMLSelectElement, 'WAITING');
    await userEvent.fill(field(alerts, 'seconds'), '7');
    server.become({ raised: 1, open: [anAlert()], rules: [anAlertRule()] });
    await idle(alerts);
    expect((find(alerts, '#kind') as HTMLSelectElement).value).toBe('WAITING');
    await press(alerts, 'Save the rule');
    expect(server.sent[0]?.variables).toMatchObject({
      input: { id: 'r1', condition: { kind: 'WAITING', seconds: 7 } },
    });
  });

  it.each(['1.5', '99999999999'])('says at its field that %s is no whole number', async (given) => {
    const server = new FakeAlerts();
    const alerts = await open(server);
    await press(alerts, 'Add a rule');
    await userEvent.fill(field(alerts, 'seconds'), given);
    await press(alerts, 'Save the rule');
    expect(server.sent).toEqual([]);
    expect(textOf(find(alerts, '#seconds-about'))).toBe('Must be a whole number of at most nine digits.');
    await userEvent.fill(field(alerts, 'seconds'), '15');
    await press(alerts, 'Save the rule');
    expect(server.sent).toHaveLength(1);
  });

  it('puts an alert off and resolves it, under the name that the person says once', async () => {
    const server = new FakeAlerts();
    server.become({ raised: 1, open: [anAlert()] });
    const alerts = await open(server);
    await press(alerts, 'Put off');
    const before = Date.now();
    await press(alerts, '15 minutes');
    await sayName(alerts);
    const { document, variables } = server.sent[0]!;
    expect([document, variables['id'], variables['operator']]).toEqual([
      SnoozeAlertDocument,
      '1',
      'operator-2',
    ]);
    expect(Date.parse(String(variables['until'])) - before).toBeGreaterThanOrEqual(15 * 60_000);
    await press(alerts, 'Resolve');
    expect(server.sent[1]).toEqual({
      document: ResolveAlertDocument,
      variables: { id: '1', operator: 'operator-2' },
    });
  });

  it('says that there are more than it shows', async () => {
    const server = new FakeAlerts();
    server.become({ raised: 1, open: [anAlert()] });
    const alerts = await open(server);
    expect(textOf(alerts)).not.toContain('The newest are shown.');
    server.become({ raised: 2, open: [anAlert()] });
    await idle(alerts);
    expect(textOf(alerts)).toContain('The newest are shown. Older ones come up as these are resolved.');
  });

  it('opens the conversation', async () => {
    const server = new FakeAlerts();
    server.become({ raised: 1, open: [anAlert()] });
    const alerts = await open(server);
    const opened = heard(alerts, 'conversation-open');
    await press(alerts, 'Open the conversation');
    expect(opened).toEqual([{ conversation: 'c1' }]);
  });

  it('announces what is new, and not what was there', async () => {
    const server = new FakeAlerts();
    server.become({ raised: 1, open: [anAlert()] });
    const alerts = await open(server);
    expect(textOf(find(alerts, '[aria-live]'))).toBe('');
    server.become({ raised: 2, open: [anAlert({ id: '2', text: 'Turns fail.' }), anAlert()] });
    await idle(alerts);
    expect(textOf(find(alerts, '[aria-live]'))).toBe('New alert. Turns fail.');
  });

  it('offers nothing that the key does not allow, and says what the server refuses', async () => {
    const server = new FakeAlerts();
    server.scopes = ['read', 'operate'];
    server.become({ raised: 1, open: [anAlert({ conversationId: null })], rules: [anAlertRule()] });
    const alerts = await open(server);
    expect(findAll(alerts, 'button').map(textOf)).toEqual(['Put off', 'Resolve']);
    server.refusal = { __typename: 'ConflictError', message: 'This alert is resolved already.' };
    await press(alerts, 'Resolve');
    await sayName(alerts);
    expect(textOf(find(alerts, '[role=alert]'))).toBe('This alert is resolved already.');
  });

  it.each([
    ['light', 'ltr'],
    ['dark', 'rtl'],
  ])('has no accessibility violation in a %s page (%s), 320 px wide', async (theme, dir) => {
    await page.viewport(320, 640);
    const server = new FakeAlerts();
    const over = {
      status: 'RESOLVED',
      resolution: 'DISMISSED',
      resolvedBy: 'operator-2',
      resolvedAt: moment(5),
    } as const;
    server.become({
      raised: 1,
      open: [
        anAlert({ severity: 'CRITICAL' }),
        anAlert({ id: '2', status: 'SNOOZED', snoozedUntil: moment(9) }),
      ],
      resolved: [anAlert({ id: '3', ...over })],
      rules: [anAlertRule(), anAlertRule({}, { id: 'r2', isEnabled: false, name: 'x'.repeat(60) })],
    });
    const alerts = await open(server, { theme, dir, width: 320 });
    await press(alerts, 'Add a rule');
    await expectAccessible(alerts);
    expect(alerts.scrollWidth).toBeLessThanOrEqual(320);
    expect(find(alerts, '.scroll')!.scrollWidth).toBeLessThanOrEqual(320);
    await page.viewport(1_280, 800);
  });
});
