#include <gtest/gtest.h>

#include <stt/recovery/recovery.hpp>
