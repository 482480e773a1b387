// What is done to pins on its way to the page. Of quick clicks only the last message may come: each tells
// all that the page has not said to be done yet.

/**
 * @param {(told: {view: string, actions: object[]}) => void} send
 * @param {string} [view] names this view: another one counts anew
 */
export function createPinActions(send, view = Math.random().toString(36).slice(2)) {
  let number = 0;
  let waiting = [];
  return {
    /** @param {{what: string, slot?: number, name?: string}} action */
    act(action) {
      waiting.push({ ...action, number: ++number });
      send({ view, actions: [...waiting] });
    },
    /** The page has done all up to that one of a view. */
    done(told) {
      if (told?.view === view) waiting = waiting.filter((action) => action.number > told.number);
    },
  };
}
