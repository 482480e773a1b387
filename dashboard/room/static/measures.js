// What tasks measure, in words.

import { count, number, plainNumber } from "../../live/static/format.js";

const MEASURES = {
  learning_rate: { label: "Learning rate", text: plainNumber },
  epochs_to_1_percent: { label: "Epochs", text: (score) => `${count(score)} ${score === 1 ? "epoch" : "epochs"}` },
  final_loss: { label: "Final loss", text: (score) => number(score, 5) },
};

/** What a measure is called at the head of a column. */
export const measureLabel = (measure) => MEASURES[measure]?.label ?? "Score";

/** A score as people read it. */
export const scoreText = (measure, score) => (MEASURES[measure]?.text ?? ((value) => number(value)))(score);

/** A place in a row: 1st, 2nd, 3rd, 11th. */
export function ordinal(rank) {
  const teens = rank % 100 >= 11 && rank % 100 <= 13;
  return `${count(rank)}${(teens ? "" : { 1: "st", 2: "nd", 3: "rd" }[rank % 10]) || "th"}`;
}
