// What the exit codes of `stt` mean. Stable: scripts decide by them.
#pragma once

namespace stt::tool {

enum ExitCode : int {
  exit_done = 0,
  exit_failed = 1,             // a check, scenario or suite did not come out as it should
  exit_bad_waivers = 2,        // one that matches nothing, has expired or covers what passes
  exit_too_few_cases = 3,      // of a suite ran; it shows nothing
  exit_contradiction = 4,      // the same world gave two results
  exit_adapter = 5,            // the implementation under test does not answer
  exit_harness = 6,            // the suite cannot be read
  exit_live = 7,               // an implementation behind real sockets did not do what it should
  exit_live_unreached = 8,     // there was no session with it, so nothing else was judged
  exit_no_answer = 10,         // wrong address or seed, or the peer fell silent
  exit_version = 11,           // the peer speaks another version
  exit_identity_refused = 12,  // the peer proved another node id than the expected one
  exit_unreadable = 13,        // an input file
  exit_cannot_write = 14,      // an output file, here or at the peer
  exit_digest_differs = 15,    // the bytes that arrived are not those that were sent
  exit_not_found = 16,         // no object has this address
  exit_damaged = 17,           // an object, or a whole store, is not as it was written
  exit_usage = 64,
  exit_unavailable = 69,  // the system refuses an address, a port or a package
  exit_internal = 70,     // our own bug
  exit_interrupted = 130,
};

}  // namespace stt::tool
