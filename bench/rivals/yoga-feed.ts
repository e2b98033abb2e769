import { createServer } from 'node:http';
import type { ExecutionArgs } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { feedTypes, frameOf, type Frame } from './feed.ts';
import { listen, readJson } from './listen.ts';
import type { Exchange } from './table.ts';

// Yoga, its PubSub and graphql-ws, put together as Yoga's documentation shows.
const pubSub = createPubSub<{ feed: [frame: Frame] }>();
const yoga = createYoga({
  logging: false,
  schema: createSchema({
    typeDefs: feedTypes,
    resolvers: {
      Query: { ready: () => true },
      Subscription: { feed: { subscribe: () => pubSub.subscribe('feed'), resolve: (frame: Frame) => frame } },
    },
  }),
});

const server = createServer((request, response) => {
  if (request.url !== '/webhook/conversation') {
    void yoga(request, response);
    return;
  }
  void readJson(request).then((body) => {
    pubSub.publish('feed', frameOf(body as Exchange));
    response.writeHead(200).end(JSON.stringify({ status: 'success', id: (body as Exchange).id }));
  });
});

type Rooted = ExecutionArgs & {
  rootValue: { execute: (args: ExecutionArgs) => never; subscribe: (args: ExecutionArgs) => never };
};
useServer(
  {
    execute: (args) => (args as Rooted).rootValue.execute(args),
    subscribe: (args) => (args as Rooted).rootValue.subscribe(args),
    async onSubscribe(context, _id, params) {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        ...context,
        req: context.extra.request,
        socket: context.extra.socket,
        params,
      });
      const args = {
        schema,
        operationName: params.operationName,
        document: parse(params.query),
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
      const errors = validate(args.schema, args.document);
      return errors.length > 0 ? errors : args;
    },
  },
  new WebSocketServer({ server, path: yoga.graphqlEndpoint }),
);
listen(server);
