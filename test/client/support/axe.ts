import axe from 'axe-core';
import { expect } from 'vitest';

/** Expects that nothing keeps a person with a disability from using what is on the page. */
export async function expectAccessible(element: Element): Promise<void> {
  const { violations } = await axe.run(element, { resultTypes: ['violations'] });
  const told = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary}`),
  }));
  expect(told).toEqual([]);
}
