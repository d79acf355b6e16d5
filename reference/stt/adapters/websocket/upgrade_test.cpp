#include <stt/adapters/websocket/upgrade.hpp>

#include <gtest/gtest.h>

#include <boost/beast/http/error.hpp>

namespace stt::adapters {
namespace {

namespace http = boost::beast::http;

UpgradeRequest good_request() {
  UpgradeRequest request(http::verb::get, "/", 11);
  request.set(http::field::host, "example.org");
  request.set(http::field::connection, "keep-alive, Upgrade");
  request.set(http::field::upgrade, "websocket");
  request.set(http::field::sec_websocket_key, "AAAAAAAAAAAAAAAAAAAAAA==");
  request.set(http::field::sec_websocket_version, "13");
  request.set(http::field::sec_websocket_protocol, "stt.v1");
  return request;
}

//= STT-WS-001 test
TEST(RefusalOf, WhoeverDoesNotOfferTheSubprotocol) {
  UpgradeRequest request = good_request();
  EXPECT_FALSE(refusal_of({}, request, false));
  for (const char* offer : {"", "stt.v2", "STT.V1", "stt.v1x", "stt", "chat"}) {
    request.set(http::field::sec_websocket_protocol, offer);
    EXPECT_EQ(refusal_of({}, request, false), http::status::bad_request) << offer;
  }
  request.set(http::field::sec_websocket_protocol, "chat, stt.v1");
  EXPECT_FALSE(refusal_of({}, request, false));
  request.set(http::field::sec_websocket_protocol, "chat");
  request.insert(http::field::sec_websocket_protocol, "stt.v1");
  EXPECT_FALSE(refusal_of({}, request, false));
}

//= STT-WS-021 test
TEST(RefusalOf, WhateverIsNoUpgradeToVersion13) {
  UpgradeRequest request = good_request();
  request.set(http::field::sec_websocket_version, "8");
  EXPECT_EQ(refusal_of({}, request, false), http::status::upgrade_required);
  request = good_request();
  request.method(http::verb::post);
  EXPECT_EQ(refusal_of({}, request, false), http::status::upgrade_required);
  request = good_request();
  request.erase(http::field::upgrade);
  EXPECT_EQ(refusal_of({}, request, false), http::status::upgrade_required);
}

//= STT-WS-021 test
TEST(RefusalOf, WhatIsTooLongOrNoHttpOrMoreThanARequest) {
  const UpgradeRequest request = good_request();
  EXPECT_EQ(refusal_of({}, request, true), http::status::bad_request);
  EXPECT_EQ(refusal_of(http::error::bad_field, request, false), http::status::bad_request);
  for (const http::error error : {http::error::header_limit, http::error::buffer_overflow}) {
    EXPECT_EQ(refusal_of(error, request, false), http::status::request_header_fields_too_large);
  }
}

}  // namespace
}  // namespace stt::adapters
