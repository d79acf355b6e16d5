#include <stt/wire/parameters.hpp>

#include <array>

#include <stt/wire/reader.hpp>

namespace stt::wire {
namespace {

struct Row {
  std::uint64_t id;
  std::uint64_t Parameters::* field;
  std::uint64_t min;
  std::uint64_t max;
};

constexpr std::uint64_t any = ~std::uint64_t{0};
constexpr std::uint64_t milliseconds_max = 0xFFFF'FFFF;

//= STT-PARAM-001
constexpr std::array table{
    Row{0x01, &Parameters::initial_session_credit, 0, any},
    Row{0x02, &Parameters::initial_stream_credit, 0, any},
    Row{0x03, &Parameters::max_streams, 1, 65'535},
    Row{0x04, &Parameters::max_frame_bytes, 1'200, frame_bytes_max},
    Row{0x05, &Parameters::max_message_bytes, 1, std::uint64_t{1} << 62},
    Row{0x06, &Parameters::idle_timeout_ms, 0, milliseconds_max},
    Row{0x07, &Parameters::max_ack_delay_ms, 0, max_ack_delay_ms_max},
    Row{0x08, &Parameters::keep_alive_ms, 0, milliseconds_max},
};

bool in_range(const Row& row, std::uint64_t value) {
  return value >= row.min && value <= row.max;
}

}  // namespace

//= STT-PARAM-010
Result<void> check(const Parameters& parameters) {
  for (const Row& row : table) {
    if (!in_range(row, parameters.*row.field)) return fail(Errc::parameter_range);
  }
  return {};
}

std::size_t encoded_size(const Parameters& parameters) {
  std::size_t size = 0;
  for (const Row& row : table) {
    size += varint_size(row.id) + length_prefixed_size(varint_size(parameters.*row.field));
  }
  return size;
}

void encode(Writer& writer, const Parameters& parameters) {
  for (const Row& row : table) {
    writer.varint(row.id);
    writer.varint(varint_size(parameters.*row.field));
    writer.varint(parameters.*row.field);
  }
}

Result<Parameters> decode_parameters(ByteView bytes) {
  Reader reader(bytes);
  Parameters parameters;
  std::size_t found = 0;
  std::optional<std::uint64_t> previous;
  while (reader.ok() && reader.remaining() > 0) {
    const std::uint64_t id = reader.varint();
    //= STT-PARAM-002
    //= STT-PARAM-003
    if (reader.ok() && previous && id <= *previous) {
      reader.fail(id == *previous ? Errc::parameter_duplicate : Errc::parameter_order);
    }
    previous = id;
    const ByteView value_bytes = reader.length_prefixed();
    if (!reader.ok()) break;
    const auto row = std::ranges::find(table, id, &Row::id);
    //= STT-PARAM-004
    if (row == table.end()) continue;
    Reader value(value_bytes);
    parameters.*row->field = value.varint();
    //= STT-PARAM-007
    STT_TRY(value.finish());
    //= STT-PARAM-005
    if (!in_range(*row, parameters.*row->field)) return fail(Errc::parameter_range);
    ++found;
  }
  STT_TRY(reader.finish());
  //= STT-PARAM-006
  if (found != table.size()) return fail(Errc::parameter_missing);
  return parameters;
}

}  // namespace stt::wire
