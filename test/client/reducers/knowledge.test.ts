import { describe, expect, it } from 'vitest';
import { grouped, inOldOrder, learnedSince } from '../../../client/reducers/knowledge.ts';
import { aFact } from '../support/person.ts';

const [jazz, chess, opera] = ['Likes jazz', 'Likes chess', 'Likes opera'].map((value) =>
  aFact({ value }),
) as [ReturnType<typeof aFact>, ReturnType<typeof aFact>, ReturnType<typeof aFact>];

describe('what is known', () => {
  it('is new when it was not known, or reads otherwise', () => {
    const corrected = { ...jazz, id: 'another', value: 'Likes bebop' };
    expect(learnedSince([jazz], [jazz, chess])).toEqual([chess]);
    expect(learnedSince([jazz], [corrected])).toEqual([corrected]);
    expect(learnedSince([jazz], [{ ...jazz, evidenceCount: 2 }])).toEqual([]);
  });

  it('is grouped by what it is about, without empty groups', () => {
    const home = aFact({ value: 'Lives in Berlin', category: 'PERSONAL' });
    expect(grouped([home, jazz, chess])).toEqual([
      { category: 'INTERESTS', facts: [jazz, chess] },
      { category: 'PERSONAL', facts: [home] },
    ]);
  });

  it('can keep its order when the surest changes, with what is new in its place', () => {
    const surer = { ...chess, evidenceCount: 4 };
    expect(inOldOrder([jazz, chess], [surer, opera, jazz])).toEqual([jazz, opera, surer]);
    expect(inOldOrder([jazz, chess], [chess])).toEqual([chess]);
  });
});
