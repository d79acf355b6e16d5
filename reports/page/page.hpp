// One page of HTML that needs nothing else: no network, no other file, no server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stt::report {

// A page with a tab for each section. A section is a JSON object with the members "kind", which
// says who draws it (DRAW in main.js), "title", and whatever that kind has; it stands in the page
// deflated. The same arguments give the same bytes. Throws std::bad_alloc only.
std::string to_page(std::string_view title, const std::vector<std::string>& sections);

}  // namespace stt::report
