import { html } from 'lit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { expectAccessible } from '../support/axe.ts';
import { mount, settled, textOf } from '../support/mount.ts';

const show = (key: string | null = null, theme: 'light' | 'dark' = 'light') =>
  mount('empty-board', html`<empty-board origin="https://earshot.test" .key=${key}></empty-board>`, theme);

const command = (board: Element) => board.shadowRoot?.querySelector('code')?.textContent ?? '';

function watchClipboard() {
  const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue(undefined);
  onTestFinished(() => write.mockRestore());
  return write;
}

describe('<empty-board>', () => {
  it('gives a command that sends a whole conversation to this server', async () => {
    const [first, type, document, ...body] = command(await show()).split('\n');
    expect(first).toBe('curl https://earshot.test/webhook/conversation \\');
    expect(type).toBe("  -H 'Content-Type: application/json' \\");
    expect(document).toBe("  -d @- <<'JSON'");
    expect(body.pop()).toBe('JSON');
    expect(JSON.parse(body.join('\n'))).toEqual({
      user_message: "What's the weather like?",
      polly_response: expect.any(String),
      prompt_name: 'weather_assistant',
      model: 'gpt-4',
      latency_ms: 1200,
      tokens_used: { prompt_tokens: 32, completion_tokens: 45 },
    });
  });

  it('copies the command', async () => {
    const write = watchClipboard();
    const board = await show();
    board.shadowRoot?.querySelector('button')?.click();
    await vi.waitFor(() => expect(textOf(board.shadowRoot?.querySelector('button'))).toBe('Copied'));
    expect(write).toHaveBeenCalledWith(command(board));
  });

  it('shows the key in use only in part, and copies all of it', async () => {
    const write = watchClipboard();
    const board = await show('ear_0123456789');
    expect(command(board)).toContain("-H 'Authorization: Bearer ear_01…' \\");
    board.shadowRoot?.querySelector('button')?.click();
    expect(write.mock.calls[0]?.[0]).toContain("-H 'Authorization: Bearer ear_0123456789' \\");
  });

  it('does not offer a key that may not send', async () => {
    const board = await show('ear_0123456789');
    board.maySend = false;
    await settled(board);
    expect(command(board)).toContain("-H 'Authorization: Bearer YOUR_KEY' \\");
    expect(textOf(board)).toContain('Your key may only look.');
  });

  it('selects the command where the browser does not allow copying', async () => {
    const write = watchClipboard().mockRejectedValue(new DOMException('Denied', 'NotAllowedError'));
    const board = await show();
    board.shadowRoot?.querySelector('button')?.click();
    await vi.waitFor(() => expect(write).toHaveBeenCalled());
    await settled(board);
    expect(textOf(board.shadowRoot?.querySelector('[role=status]'))).toContain('selected instead');
  });

  it.each(['light', 'dark'] as const)('has no barrier for anybody in %s', async (theme) => {
    await expectAccessible(await show('ear_0123456789', theme));
  });
});
