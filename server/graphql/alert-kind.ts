import type { AlertKind, severities } from '../domain/alert-rule.ts';
import { builder } from './builder.ts';

export const SeverityEnum = builder.enumType('Severity', {
  description: 'How much an alert matters.',
  values: {
    INFO: { description: 'Worth knowing.' },
    WARNING: { description: 'Somebody should look soon.' },
    CRITICAL: { description: 'Somebody should look now.' },
  } satisfies Record<(typeof severities)[number], object>,
});

export const AlertKindEnum = builder.enumType('AlertKind', {
  description: 'What an alert rule watches for.',
  values: {
    SESSION_COST: { description: 'A session cost so much within a window.' },
    USER_COST: { description: 'A person cost so much within a window, over all sessions.' },
    PROJECT_COST: { description: 'The project cost so much within a window.' },
    STAGE_LATENCY: { description: 'A stage, or a whole turn, took so long: once, or by a percentile.' },
    NEGATIVE_RUN: { description: 'So many messages of a user in a row sounded negative.' },
    WAITING: { description: 'A conversation waited so long for a person.' },
    FAILURE_RATE: { description: 'Such a share of turns failed within a window.' },
    BLOCK_RATE: { description: 'Guardrails blocked so often, for each turn of a window.' },
    THUMBS_DOWN: { description: 'So many thumbs went down within a window.' },
    WORDS: { description: 'Somebody said a word, or something that a pattern matches.' },
  } satisfies Record<AlertKind, object>,
});
