# The library as programs outside of this tree meet it: three archives of the layers, the public headers, and what
# find_package(stt) and pkg-config need. In this tree the layers are linked one by one, as the table in
# docs/ARCHITECTURE.md has it; stt::core, stt::async and stt::storage are for others (add_subdirectory, too).
include(CMakePackageConfigHelpers)

set(stt_config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/stt)
set(stt_pkg_config_folder ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX}/${stt_pkg_config_folder}
           OUTPUT_VARIABLE stt_prefix_from_pkg_config)

# stt_library(<name> SUMMARY <text> LAYERS <layer>... HEADERS <header>... NEEDS <target>... PRIVATE_NEEDS <target>...
#             REQUIRES <pkg-config module>... LIBS <flag>...)
# The archive libstt_<name>.a of all objects of these layers, the target stt::<name>, and the module stt-<name>.
# HEADERS (below reference/) are public: they, and nothing else, are installed. REQUIRES and LIBS say for pkg-config
# what NEEDS and PRIVATE_NEEDS say for CMake.
function(stt_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SUMMARY" "LAYERS;HEADERS;NEEDS;PRIVATE_NEEDS;REQUIRES;LIBS")
  list(TRANSFORM arg_LAYERS REPLACE "(.+)" "$<TARGET_OBJECTS:stt_\\1>")
  list(TRANSFORM arg_HEADERS PREPEND ${PROJECT_SOURCE_DIR}/reference/)
  add_library(stt_${name} STATIC ${arg_LAYERS})
  add_library(stt::${name} ALIAS stt_${name})
  set_target_properties(stt_${name} PROPERTIES LINKER_LANGUAGE CXX EXPORT_NAME ${name})
  target_compile_features(stt_${name} INTERFACE cxx_std_20)
  target_sources(stt_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/reference FILES ${arg_HEADERS})
  target_link_libraries(stt_${name} PUBLIC ${arg_NEEDS} PRIVATE ${arg_PRIVATE_NEEDS})
  set_property(GLOBAL APPEND PROPERTY STT_PUBLIC_HEADERS ${arg_HEADERS})

  # An export of its own, so that who needs no storage needs no LMDB.
  install(TARGETS stt_${name} EXPORT stt-${name}
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev
          FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev)
  install(EXPORT stt-${name} NAMESPACE stt:: DESTINATION ${stt_config_folder} COMPONENT dev)
  list(JOIN arg_REQUIRES " " arg_REQUIRES)
  list(JOIN arg_LIBS " " arg_LIBS)
  configure_file(cmake/stt.pc.in stt-${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/stt-${name}.pc DESTINATION ${stt_pkg_config_folder} COMPONENT dev)
endfunction()

stt_library(core
  SUMMARY "The STT/1 protocol and its primitives, without I/O"
  LAYERS base wire crypto handshake session recovery stream primitives node
  HEADERS
    stt/base/address.hpp stt/base/assert.hpp stt/base/bytes.hpp stt/base/errc.hpp stt/base/hex.hpp
    stt/base/random.hpp stt/base/result.hpp stt/base/secret.hpp stt/base/strong.hpp stt/base/time.hpp
    stt/crypto/aead.hpp stt/crypto/identity.hpp stt/crypto/kdf.hpp stt/crypto/system_random.hpp
    stt/node/config.hpp stt/node/event.hpp stt/node/node.hpp stt/node/statistics.hpp
    stt/primitives/byte_ring.hpp stt/primitives/byte_source.hpp stt/primitives/decoder.hpp
    stt/primitives/encoder.hpp stt/primitives/endpoint_manager.hpp stt/primitives/endpoint_queue.hpp
    stt/primitives/event_emitter.hpp stt/primitives/frame_dispatcher.hpp stt/primitives/handler.hpp
    stt/primitives/limits.hpp stt/primitives/payload.hpp stt/primitives/segment.hpp stt/primitives/storage.hpp
    stt/primitives/storage_memory.hpp stt/primitives/storage_record.hpp stt/primitives/streaming_context.hpp
    stt/primitives/subscribers.hpp
    stt/recovery/congestion_control.hpp
    stt/wire/frame.hpp stt/wire/limits.hpp stt/wire/parameters.hpp stt/wire/reader.hpp stt/wire/types.hpp
    stt/wire/writer.hpp
  NEEDS tl::expected Boost::headers
  PRIVATE_NEEDS PkgConfig::sodium OpenSSL::Crypto
  REQUIRES libsodium libcrypto)

stt_library(async
  SUMMARY "STT/1 for C++20 coroutines on Boost.Asio: UDP and WebSockets"
  LAYERS adapters_asio adapters_websocket adapters_async adapters_async_node adapters_primitives
  HEADERS
    stt/adapters/asio/connection_transport.hpp stt/adapters/asio/event_loop.hpp stt/adapters/asio/node_driver.hpp
    stt/adapters/asio/socket_address.hpp stt/adapters/asio/udp_socket.hpp
    stt/adapters/async/error.hpp stt/adapters/async/node.hpp stt/adapters/async/session.hpp
    stt/adapters/async/storage.hpp stt/adapters/async/stream.hpp stt/adapters/async/wait_queue.hpp
    stt/adapters/primitives/async_decoder.hpp stt/adapters/primitives/async_encoder.hpp
    stt/adapters/primitives/async_endpoints.hpp stt/adapters/primitives/async_event_emitter.hpp
    stt/adapters/primitives/async_frame_dispatcher.hpp stt/adapters/primitives/async_handler.hpp
    stt/adapters/primitives/file_source.hpp
    stt/adapters/websocket/options.hpp stt/adapters/websocket/transport.hpp stt/adapters/websocket/url.hpp
  NEEDS stt_core Boost::headers Threads::Threads
  PRIVATE_NEEDS Boost::url OpenSSL::SSL
  REQUIRES stt-core libssl
  LIBS -lboost_url -pthread)

stt_library(storage
  SUMMARY "Storage of STT/1 on disk"
  LAYERS adapters_storage
  HEADERS stt/adapters/storage/disk_storage.hpp
  NEEDS stt_core Threads::Threads
  PRIVATE_NEEDS PkgConfig::lmdb
  REQUIRES stt-core lmdb
  LIBS -pthread)

configure_package_config_file(cmake/stt-config.cmake.in stt-config.cmake INSTALL_DESTINATION ${stt_config_folder})
write_basic_package_version_file(stt-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/stt-config.cmake ${PROJECT_BINARY_DIR}/stt-config-version.cmake
        DESTINATION ${stt_config_folder} COMPONENT dev)
