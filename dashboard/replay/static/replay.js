// A run in a file of its own: it plays without a server. What it is about stands in the page as JSON.

import { element } from "../../live/static/element.js";
import { readRun } from "./kept_run.js";
import { createReplay } from "./replay_view.js";

const root = document.getElementById("replay");

async function start() {
  const { stream, look, referenceName, sentence } = JSON.parse(document.getElementById("kept").textContent);
  const run = await readRun(stream);
  Object.assign(run, { nameOfReference: referenceName, diagnosis: sentence ? { sentence, cures: [] } : null });
  createReplay(root, run, look);
}

start().catch((error) => {
  const said = element("p", "lr-fault", { role: "alert" });
  said.textContent = `This run can't be replayed. ${error.message}`;
  root.replaceChildren(said);
});
