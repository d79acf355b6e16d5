// The scenarios of ../flow_bench.cpp in ns-3: pairs of hosts, a link each, 1,200 bytes of UDP at
// 100 Mbit/s of payload, 10 ms, one in a hundred lost; no traces, no queue discipline.
//
//   ns3_pairs PAIRS PACKETS
//
// Prints {"sent": n, "received": n, "seconds": s}: the CPU time that the simulation took.
#include <ns3/applications-module.h>
#include <ns3/core-module.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>
#include <ns3/point-to-point-module.h>
#include <ns3/traffic-control-module.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

constexpr std::uint32_t packet_bytes = 1'200;
constexpr std::uint32_t header_bytes = 20 + 8 + 2;  // IPv4, UDP, PPP
constexpr std::uint64_t payload_bits_per_second = 100'000'000;
constexpr std::uint16_t port = 9'000;

class Pair {
 public:
  Pair(std::uint32_t index, std::uint32_t packets) : server_(port) {
    ns3::NodeContainer nodes;
    nodes.Create(2);
    ns3::PointToPointHelper link;
    link.SetDeviceAttribute(
        "DataRate", ns3::DataRateValue(ns3::DataRate(
                        payload_bits_per_second * (packet_bytes + header_bytes) / packet_bytes)));
    link.SetChannelAttribute("Delay", ns3::TimeValue(ns3::MilliSeconds(10)));
    const ns3::NetDeviceContainer devices = link.Install(nodes);
    auto loss = ns3::CreateObject<ns3::RateErrorModel>();
    loss->SetUnit(ns3::RateErrorModel::ERROR_UNIT_PACKET);
    loss->SetRate(0.01);
    devices.Get(1)->SetAttribute("ReceiveErrorModel", ns3::PointerValue(loss));
    ns3::InternetStackHelper().Install(nodes);
    ns3::Ipv4AddressHelper addresses;
    addresses.SetBase(ns3::Ipv4Address(0x0A00'0000 + (index << 8)), "255.255.255.0");
    const ns3::Ipv4InterfaceContainer interfaces = addresses.Assign(devices);
    ns3::TrafficControlHelper().Uninstall(devices);

    server_.Install(nodes.Get(1));
    ns3::UdpClientHelper client(interfaces.GetAddress(1), port);
    client.SetAttribute("MaxPackets", ns3::UintegerValue(packets));
    client.SetAttribute("PacketSize", ns3::UintegerValue(packet_bytes));
    client.SetAttribute(
        "Interval", ns3::TimeValue(ns3::NanoSeconds(std::int64_t{packet_bytes} * 8 * 1'000'000'000 /
                                                    payload_bits_per_second)));
    client.Install(nodes.Get(0));
  }

  std::uint64_t received() { return server_.GetServer()->GetReceived(); }

 private:
  ns3::UdpServerHelper server_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: ns3_pairs PAIRS PACKETS\n");
    return 64;
  }
  const auto pairs = static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10));
  const auto packets = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
  std::vector<Pair> all;
  all.reserve(pairs);
  for (std::uint32_t i = 0; i < pairs; ++i) all.emplace_back(i, packets / pairs);

  // CPU time, as the benchmarks of ours count it: the machine may have other things to do.
  const std::clock_t began = std::clock();
  ns3::Simulator::Run();
  const double seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  std::uint64_t received = 0;
  for (Pair& each : all) received += each.received();
  ns3::Simulator::Destroy();
  std::printf("{\"sent\": %u, \"received\": %llu, \"seconds\": %.6f}\n", packets / pairs * pairs,
              static_cast<unsigned long long>(received), seconds);
  return 0;
}
