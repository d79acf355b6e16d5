// An implementation behind an adapter as an inhabitant of simulated worlds.
#pragma once

#include <conformance/suite/adapter.hpp>
#include <simulator/hosts/peer.hpp>

namespace stt::conform {

// It says that it does not do what was asked of it. Nothing is wrong with that.
class Unsupported : public AdapterError {
 public:
  using AdapterError::AdapterError;
};

// Asks the adapter what it is. Throws Unsupported if it answers no peer.*. All hosts it is given to
// share the adapter. Peers throw AdapterError for whatever the adapter does wrong, and Unsupported
// for what it does not do, with `who` before it. They read what arrives at once, however slow their
// application is.
sim::ForeignPeer foreign_peer(std::shared_ptr<Adapter> adapter, std::string who);

}  // namespace stt::conform
