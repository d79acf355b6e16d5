// A sensor network: every reading is kept by its hash, and one that is too high raises an alarm.
//
// Storage and events, without any I/O: this is how a device without an operating system would use
// them.
#include <docs/examples/expect.hpp>

#include <string>
#include <vector>

#include <stt/crypto/system_random.hpp>
#include <stt/primitives/event_emitter.hpp>
#include <stt/primitives/storage_memory.hpp>

namespace {

using namespace stt;
using example::expect;
using primitives::ObjectAddress;

// What a reading looks like in bytes is the network's own affair.
std::string reading(std::string_view sensor, int celsius) {
  return std::string(sensor) + " " + std::to_string(celsius);
}

struct Alarm {
  std::string sensor;
  int celsius = 0;
  ObjectAddress reading;  // where to look it up
};

constexpr int threshold_celsius = 90;

}  // namespace

int main() {
  crypto::SystemRandom random;
  ByteArray<32> key{};
  expect(random.fill("example.key", key).has_value());
  primitives::MemoryStorage readings(crypto::Key(key), 1'000'000, random);
  primitives::EventEmitter events;

  std::vector<Alarm> alarms;
  events.on("temperature_threshold_exceeded", [&](const Alarm& alarm) { alarms.push_back(alarm); });
  // The second handler looks at every alarm, too, and lets go after the first.
  int calls = 0;
  primitives::Subscription caller;
  caller = events.on("temperature_threshold_exceeded", [&] {
    ++calls;
    events.off(caller);
  });

  struct Measured {
    std::string_view sensor;
    int celsius;
  };
  for (const auto& [sensor, celsius] :
       {Measured{"cpu", 61}, Measured{"disk", 40}, Measured{"cpu", 95}, Measured{"cpu", 61},
        Measured{"gpu", 99}}) {
    const auto address = readings.store(as_bytes(reading(sensor, celsius)));
    expect(address.has_value());
    if (celsius > threshold_celsius) {
      const auto report = events.emit("temperature_threshold_exceeded",
                                      Alarm{std::string(sensor), celsius, *address});
      expect(report.ok());
    }
  }

  // "cpu 61" came twice and is kept once.
  expect(readings.totals()->objects == 4);
  expect(alarms.size() == 2 && alarms[0].celsius == 95 && alarms[1].sensor == "gpu");
  expect(calls == 1);
  const auto kept = readings.retrieve(alarms[1].reading);
  expect(kept && equal(*kept, as_bytes("gpu 99")));
}
