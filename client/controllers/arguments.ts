type Arguments = readonly unknown[] | null;

/** Whether something still depends on the same, item by item; `null` depends on nothing. */
export const areSame = (left: Arguments, right: Arguments): boolean =>
  left && right ? left.every((item, index) => Object.is(item, right[index])) : left === right;
