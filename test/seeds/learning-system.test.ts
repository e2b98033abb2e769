import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from '../support/chromium.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await startServer();
  browser = await chromium.launch({ ...(await findChromium()), headless: true });
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

/** The document's page, with addresses and names as they stand there. */
const chatPage = (user: string): string => `<!DOCTYPE html>
<html>
<head><title>Real-time Learning Chat</title></head>
<body>
  <div id="insights"></div>
  <script>
    const insightsSource = new EventSource('/webhook/stream/insights/${user}');
    insightsSource.onmessage = function(event) {
      const data = JSON.parse(event.data);
      document.getElementById('insights').innerHTML =
        \`<h3>Latest Insights</h3>
         <p>Facts: \${data.latest_facts.length}</p>
         <p>Interactions: \${data.analytics.total_interactions}</p>\`;
    };
    async function sendMessage(message) {
      const response = await fetch('/webhook/chat/message', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-API-Key': 'your-api-key' },
        body: JSON.stringify({ user_id: '${user}', message: message, response: 'Generated response here' })
      });
      const result = await response.json();
      console.log('Message logged:', JSON.stringify(result));
    }
  </script>
</body>
</html>`;

/** The document's smaller example: the display is updated when there are new facts. */
const updatesPage = (user: string): string => `<!DOCTYPE html>
<title>Insights</title>
<ul></ul>
<script>
  function updateInsightsDisplay(facts) {
    document.querySelector('ul').textContent = facts.map((fact) => fact.value).join('; ');
  }
  const eventSource = new EventSource('/webhook/stream/insights/${user}');
  eventSource.onmessage = function(event) {
    const data = JSON.parse(event.data);
    console.log('New insights:', Object.keys(data).join());
    if (data.updates.new_facts > 0) {
      updateInsightsDisplay(data.latest_facts);
    }
  };
</script>`;

/** A page as if this server served it, and everything that it wrote to the console. */
async function show(body: string): Promise<AsyncDisposable & { page: Page; lines: string[] }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const lines: string[] = [];
  page.on('console', (message) => lines.push(message.text()));
  page.on('pageerror', (error) => lines.push(`error: ${error.message}`));
  const address = `${server.url}/chat.html`;
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
  await page.goto(address);
  return { page, lines, [Symbol.asyncDispose]: () => context.close() };
}

test("the document's page shows what is known at once, and what its own message teaches", async () => {
  await using view = await show(chatPage('user123'));
  const { page, lines } = view;
  await page.getByText('Interactions: 0').waitFor();
  await page.getByText('Facts: 0').waitFor();
  await page.evaluate("sendMessage('I love playing guitar')");
  await page.getByText('Interactions: 1').waitFor();
  await page.getByText(/Facts: [1-9]/u).waitFor();
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!.replace('Message logged: ', ''))).toEqual({
    success: true,
    user_id: expect.any(Number) as number,
    interaction_id: expect.any(Number) as number,
    learned_facts_count: expect.any(Number) as number,
    message: 'Interaction logged and processed',
  });
});

test("the document's display is updated when there is a new fact, and only then", async () => {
  await using view = await show(updatesPage('reader'));
  const { page, lines } = view;
  const keys = 'New insights: timestamp,user_id,username,updates,latest_facts,analytics';
  await expect.poll(() => lines).toEqual([keys]);
  const say = (message: string) => server.post('/webhook/chat/message', { user_id: 'reader', message });
  await say('Hello there');
  await expect.poll(() => lines).toEqual([keys, keys]);
  expect(await page.locator('ul').textContent()).toBe('');
  await say('I like programming');
  await page.getByText(/programming/u).waitFor();
  expect(lines).toEqual([keys, keys, keys]);
});
