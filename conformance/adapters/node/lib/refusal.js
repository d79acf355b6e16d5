'use strict';
// How every module says "no": with an error of the registry (docs/spec/errors.md) and, once known, the stage.

class Refusal extends Error {
  constructor(reason, stage = null) {
    super(reason);
    this.reason = reason;
    this.stage = stage;
  }
}

// Runs one step; a refusal within it that has no stage yet gets this one. An inner stage stands.
//= STT-ERROR-007
function atStage(stage, step) {
  try {
    return step();
  } catch (error) {
    if (error instanceof Refusal && error.stage === null) throw new Refusal(error.reason, stage);
    throw error;
  }
}

// The refusal that a step answers, or null if it went well. Other exceptions pass.
function refusalOf(step) {
  try {
    step();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

module.exports = { Refusal, atStage, refusalOf };
