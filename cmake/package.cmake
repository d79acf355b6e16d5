# `./dev package`: Debian packages, one a component.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME stt)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "encrypted streams between two nodes, simulator and conformance suite")
set(CPACK_PACKAGE_CONTACT "The STT project <maintainers@stt.invalid>")
set(CPACK_COMPONENTS_ALL tool dev)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian_files.cmake)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)

set(CPACK_DEBIAN_TOOL_PACKAGE_NAME stt)
set(CPACK_DEBIAN_TOOL_PACKAGE_SECTION net)
set(CPACK_DEBIAN_TOOL_PACKAGE_SHLIBDEPS ON)
set(CPACK_COMPONENT_TOOL_DESCRIPTION
"The command line of STT/1: moves files and lines of text between nodes that
share a seed, runs nodes in a simulated network, and judges implementations by
the vectors that come with it.")

set(CPACK_DEBIAN_DEV_PACKAGE_NAME libstt-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS
    "libboost-url1.81-dev, libboost1.81-dev, libexpected-dev, liblmdb-dev, libsodium-dev, libssl-dev")
set(CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS "cmake, pkg-config")
set(CPACK_COMPONENT_DEV_DESCRIPTION
"The library, for C++20: static archives, headers, and what find_package(stt)
and pkg-config need. The protocol without I/O, its coroutines on Boost.Asio,
and storage on disk.")
include(CPack)
