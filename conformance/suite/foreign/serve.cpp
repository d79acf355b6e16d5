#include <conformance/suite/foreign/serve.hpp>

#include <istream>
#include <optional>
#include <ostream>

#include <conformance/suite/foreign/fault.hpp>
#include <conformance/suite/foreign/line.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

// The next line; of one that is too long no more than its beginning. Nothing at the end.
std::optional<std::string> next_line(std::istream& in) {
  std::string line;
  constexpr int end = std::istream::traits_type::eof();
  std::streambuf& buffer = *in.rdbuf();
  for (int each = buffer.sbumpc(); each != end; each = buffer.sbumpc()) {
    if (each == '\n') return line;
    if (line.size() <= line_bytes_max) line += static_cast<char>(each);
  }
  if (line.empty()) return std::nullopt;
  return line;
}

json error(const std::string& what) {
  return {{"outcome", "error"}, {"message", what}};
}

json answer(Adapter& adapter, const json& request) {
  try {
    return adapter.request(request);
  } catch (const ForeignError&) {
    throw;  // it is gone
  } catch (const AdapterError& wrong) {
    return error(wrong.what());
  }
}

json answer_line(Adapter& adapter, const std::string& line) {
  if (line.size() > line_bytes_max) return error("a line of more than 16 MiB");
  json request = parse_bounded(line);
  if (!request.is_object()) return error("a request is an object of JSON in one line");
  const auto found = request.find("id");
  if (found == request.end()) return error("a request has an id");
  json id = std::move(*found);
  request.erase(found);
  json reply = answer(adapter, request);
  reply["id"] = std::move(id);
  return reply;
}

}  // namespace

void serve(Adapter& adapter, std::istream& in, std::ostream& out) {
  while (const std::optional<std::string> line = next_line(in)) {
    out << answer_line(adapter, *line).dump() << '\n' << std::flush;
    if (!out) return;
  }
}

}  // namespace stt::conform
