import type { ReactiveControllerHost } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { WakeController } from '../../../client/controllers/wake.ts';

describe('the wake controller', () => {
  it('calls when the network is back and when the tab is seen again, while its page is there', () => {
    const host = { addController: () => undefined } as unknown as ReactiveControllerHost;
    const onWake = vi.fn();
    const wake = new WakeController(host, onWake);
    const happen = () => {
      dispatchEvent(new Event('online'));
      document.dispatchEvent(new Event('visibilitychange'));
    };
    wake.hostConnected();
    happen();
    expect(onWake).toHaveBeenCalledTimes(2);
    wake.hostDisconnected();
    happen();
    expect(onWake).toHaveBeenCalledTimes(2);
  });
});
