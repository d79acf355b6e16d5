// An implementation in a shared library, loaded into this process.
#include <dlfcn.h>

#include <cstring>

#include <conformance/adapters/c/stt_adapter.h>
#include <conformance/suite/foreign/fault.hpp>
#include <conformance/suite/foreign/line.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

class Library {
 public:
  explicit Library(const std::string& path) : handle_(::dlopen(path.c_str(), RTLD_NOW)) {
    if (handle_ == nullptr) throw ForeignError(Fault::cannot_start, ::dlerror());
  }
  ~Library() { ::dlclose(handle_); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  template <class Function>
  Function* find(const char* name) const {
    void* const found = ::dlsym(handle_, name);
    if (found == nullptr) throw ForeignError(Fault::cannot_start, ::dlerror());
    return reinterpret_cast<Function*>(found);
  }

 private:
  void* handle_;
};

class LibraryAdapter final : public Adapter {
 public:
  explicit LibraryAdapter(const std::string& path)
      : library_(path),
        request_(library_.find<decltype(stt_adapter_request)>("stt_adapter_request")),
        close_(library_.find<decltype(stt_adapter_close)>("stt_adapter_close")),
        adapter_(library_.find<decltype(stt_adapter_open)>("stt_adapter_open")()) {
    if (adapter_ == nullptr) throw ForeignError(Fault::cannot_start, path + ": opens no adapter");
  }
  ~LibraryAdapter() override { close_(adapter_); }
  LibraryAdapter(const LibraryAdapter&) = delete;
  LibraryAdapter& operator=(const LibraryAdapter&) = delete;

  json request(const json& message) override {
    std::string line = numbered_line(++last_id_, message);
    line.pop_back();
    const char* const reply = request_(adapter_, line.c_str());
    if (reply == nullptr) throw ForeignError(Fault::early_exit, "it returned no reply");
    const std::size_t size = ::strnlen(reply, line_bytes_max + 1);
    if (size > line_bytes_max) {
      throw ForeignError(Fault::endless_line, "a reply of more than 16 MiB");
    }
    return reply_of_line({reply, size}, last_id_);
  }

 private:
  Library library_;
  decltype(stt_adapter_request)* request_;
  decltype(stt_adapter_close)* close_;
  stt_adapter* adapter_;
  std::uint64_t last_id_ = 0;
};

}  // namespace

std::unique_ptr<Adapter> make_library_adapter(const std::string& path) {
  return std::make_unique<LibraryAdapter>(path);
}

}  // namespace stt::conform
