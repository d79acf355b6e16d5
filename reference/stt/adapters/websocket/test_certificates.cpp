#include <stt/adapters/websocket/test_certificates.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <stt/base/assert.hpp>

namespace stt::adapters::testing {
namespace {

using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

File open_to_write(const std::string& path) {
  File file(std::fopen(path.c_str(), "w"), &std::fclose);
  STT_ASSERT(file != nullptr);
  return file;
}

void write_certificate(const std::string& path, X509* certificate) {
  STT_ASSERT(::PEM_write_X509(open_to_write(path).get(), certificate) == 1);
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = ::X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  STT_ASSERT(extension != nullptr && ::X509_add_ext(certificate, extension, -1) == 1);
  ::X509_EXTENSION_free(extension);
}

}  // namespace

Certificates::Certificates()
    : ca_key_(::EVP_EC_gen("P-256"), &::EVP_PKEY_free), ca_(nullptr, &::X509_free) {
  std::string pattern = (std::filesystem::temp_directory_path() / "stt-tls-XXXXXX").string();
  STT_ASSERT(::mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
  ca_ = make({"authority", ""}, ca_key_.get(), "critical,CA:TRUE");
  ca_file_ = folder_ + "/ca.pem";
  write_certificate(ca_file_, ca_.get());
}

Certificates::~Certificates() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Certificates::Certificate Certificates::make(const Wanted& wanted, EVP_PKEY* key,
                                             const char* constraints) {
  constexpr std::chrono::seconds before = std::chrono::hours(24 * 30);
  Certificate out(::X509_new(), &::X509_free);
  X509* const issuer = ca_ ? ca_.get() : out.get();
  ::X509_set_version(out.get(), X509_VERSION_3);
  ::ASN1_INTEGER_set(::X509_get_serialNumber(out.get()), ++serial_);
  ::X509_gmtime_adj(::X509_getm_notBefore(out.get()), -before.count());
  ::X509_gmtime_adj(::X509_getm_notAfter(out.get()), wanted.lifetime.count());
  ::X509_set_pubkey(out.get(), key);
  ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(out.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(wanted.name.c_str()), -1, -1,
                               0);
  ::X509_set_issuer_name(out.get(), ::X509_get_subject_name(issuer));
  add_extension(out.get(), issuer, NID_basic_constraints, constraints);
  if (!wanted.subject_alternatives.empty()) {
    add_extension(out.get(), issuer, NID_subject_alt_name, wanted.subject_alternatives);
  }
  STT_ASSERT(::X509_sign(out.get(), ca_key_.get(), ::EVP_sha256()) != 0);
  return out;
}

Certificates::Files Certificates::issue(const Wanted& wanted) {
  const Key key(::EVP_EC_gen("P-256"), &::EVP_PKEY_free);
  const Certificate certificate = make(wanted, key.get(), "critical,CA:FALSE");
  Files files{folder_ + "/" + wanted.name + ".pem", folder_ + "/" + wanted.name + ".key"};
  write_certificate(files.certificate, certificate.get());
  STT_ASSERT(::PEM_write_PrivateKey(open_to_write(files.key).get(), key.get(), nullptr, nullptr, 0,
                                    nullptr, nullptr) == 1);
  return files;
}

std::string Certificates::write(const std::string& name, const std::string& content) const {
  const std::string path = folder_ + "/" + name;
  std::ofstream(path) << content;
  return path;
}

}  // namespace stt::adapters::testing
