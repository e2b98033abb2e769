import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import './call.ts';
import './call-category.ts';
import './call-events.ts';
import './calling.ts';
import './recent-calls.ts';
import './conversation.ts';
import './end-user.ts';
import './export.ts';
import './fact.ts';
import './feed.ts';
import './handoff.ts';
import './log-interaction.ts';
import './log-message.ts';
import './message.ts';
import './people.ts';
import './price.ts';
import './project.ts';
import './record.ts';
import './refusal.ts';
import './series.ts';
import './session.ts';
import './stats.ts';
import './totals.ts';
import './webhook.ts';

/** The GraphQL schema, as printed in `schema.graphql`. */
export const schema: GraphQLSchema = builder.toSchema();
