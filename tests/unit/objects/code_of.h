#pragma once

#include <catch2/catch.hpp>

#include "objects/base/error.h"

namespace roar {

// The kind of error that the function throws; a failed test if it throws none.
template <typename Function>
Errc code_of(const Function& function) {
  try {
    function();
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("nothing was thrown");
  return Errc::Io;
}

}  // namespace roar
